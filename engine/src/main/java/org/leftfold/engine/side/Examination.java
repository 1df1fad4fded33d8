package org.leftfold.engine.side;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.leftfold.engine.log.Corruption;
import org.leftfold.engine.side.RecordScan.Found;
import org.leftfold.io.DataFile;

/**
 * Looks at a file of records as it was found, and changes nothing. The walk ends at a seal or at
 * the first place without a whole record. What lies behind that is a remnant of a group that was
 * never acknowledged, unless something proves that it was durable once: a head further on whose
 * mark lies beyond, or a key that was erased because of a record further on. Then it is damage.
 *
 * <p>In derived files the walk goes on behind such a place. If the place was durable once, it may
 * have held a record that dropped earlier ones, so all before it is left out as well.
 */
final class Examination {
    private final FileKind kind;
    private final RecordScan scan;
    private final long fileBytes;

    private final List<String> notices = new ArrayList<>();
    private final Map<Long, Boolean> unreadableKeys = new LinkedHashMap<>(); // offset, erased
    private final Map<Long, Long> toErase = new LinkedHashMap<>(); // key, tombstone
    private long lastMark = SideHeader.BYTES;
    private long begin = SideHeader.BYTES;
    private long end;
    private long proven = SideHeader.BYTES;
    private boolean sealed;

    private Examination(DataFile file, RecordFormat format, FileKind kind) throws IOException {
        this.kind = kind;
        this.fileBytes = file.size();
        this.scan = new RecordScan(file, kind, format, fileBytes);
    }

    /**
     * Looks at a file.
     *
     * @throws Corruption if something that was acknowledged is damaged; not in derived files
     */
    static Examination of(DataFile file, RecordFormat format, FileKind kind) throws IOException {
        Examination examination = new Examination(file, format, kind);
        if (kind.isDerived()) {
            examination.walkOverHoles();
        } else {
            examination.walk();
        }
        return examination;
    }

    /** Records before this place are left out. */
    long begin() {
        return begin;
    }

    /** Behind the last record that counts. */
    long end() {
        return end;
    }

    /** Up to here the file was durable once. */
    long proven() {
        return Math.min(proven, end);
    }

    /** Whether there is nothing behind the end but its seal. */
    boolean isClean() {
        return sealed && fileBytes == end + RecordFormat.SEAL_BYTES;
    }

    /** Offsets of keys whose subjects are forgotten and that can still be read. */
    Set<Long> toErase() {
        return toErase.keySet();
    }

    /** What was left out, for a listener. */
    List<String> notices() {
        return notices;
    }

    private void walk() throws IOException {
        Found found = nextRising();
        while (found != null && found.type() != RecordType.SEAL) {
            if (found.type() == RecordType.KEY && !found.whole()) {
                unreadableKeys.put(found.offset(), found.isErased());
            } else if (found.type() == RecordType.TOMBSTONE) {
                noteErased(found);
            }
            found = nextRising();
        }
        sealed = found != null;
        end = found == null ? scan.offset() : found.offset();
        long behind = end + (sealed ? RecordFormat.SEAL_BYTES : RecordFormat.ALIGNMENT);
        lookForProofs(behind);
        if (!unreadableKeys.isEmpty()) { // forgotten by nobody, so they should be readable
            end = unreadableKeys.keySet().iterator().next();
            sealed = false;
            toErase.values().removeIf(tombstone -> tombstone >= end);
        }
        if (proven > end) {
            throw new Corruption(
                    kind.fileName(),
                    end,
                    "no whole record is here, but the file was durable up to offset " + proven);
        }
    }

    /** The next record that can be one of this walk; null, and stays, if there is none. */
    private @Nullable Found nextRising() throws IOException {
        long at = scan.offset();
        Found found = scan.next();
        if (found == null
                || found.head().mark() < lastMark
                || (!found.whole() && found.type() != RecordType.KEY)) {
            scan.seek(at);
            return null;
        }
        lastMark = found.head().mark();
        proven = Math.max(proven, lastMark);
        return found;
    }

    /** Keys were erased only after the record that says so was durable. */
    private void noteErased(Found tombstone) {
        for (long offset : KeyRecords.erasedBy(tombstone.content())) {
            Boolean erased = unreadableKeys.remove(offset);
            if (erased == null || !erased) {
                toErase.put(offset, tombstone.offset());
            }
            if (erased != null) {
                proven = Math.max(proven, tombstone.end());
            }
        }
    }

    private void lookForProofs(long from) throws IOException {
        OptionalLong next = scan.find(from);
        while (next.isPresent()) {
            RecordFormat.Head head = scan.headAt(next.getAsLong());
            if (head != null) {
                proven = Math.max(proven, head.mark());
            }
            next = scan.find(next.getAsLong() + RecordFormat.ALIGNMENT);
        }
    }

    private void walkOverHoles() throws IOException {
        List<long[]> holes = new ArrayList<>();
        end = SideHeader.BYTES;
        while (true) {
            long at = scan.offset();
            Found found = scan.next();
            if (found != null && found.whole()) {
                proven = Math.max(proven, found.head().mark());
                sealed = found.type() == RecordType.SEAL;
                end = sealed ? found.offset() : found.end();
                continue;
            }
            OptionalLong next = scan.find(at + RecordFormat.ALIGNMENT);
            holes.add(new long[] {at, next.orElse(fileBytes)});
            if (next.isEmpty()) {
                break;
            }
            scan.seek(next.getAsLong());
        }
        for (long[] hole : holes) {
            if (hole[0] < proven) {
                begin = hole[1];
                notices.add(
                        "file %s is damaged at offset %d: all derived data before offset %d are dropped"
                                .formatted(kind.fileName(), hole[0], hole[1]));
            } else if (hole[0] < fileBytes) {
                notices.add(
                        "file %s holds no whole record from offset %d to %d: left out"
                                .formatted(kind.fileName(), hole[0], hole[1]));
            }
        }
        begin = Math.min(begin, end);
    }
}
