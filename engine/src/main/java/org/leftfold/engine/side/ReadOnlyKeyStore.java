package org.leftfold.engine.side;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.leftfold.api.InvalidRequestException;
import org.leftfold.api.StoreUnavailableException;
import org.leftfold.api.spi.KeyStore;
import org.leftfold.api.spi.NameRule;
import org.leftfold.engine.log.Corruption;
import org.leftfold.engine.side.RecordScan.Found;
import org.leftfold.io.DataFile;
import org.leftfold.io.Directory;

/**
 * The keys in the file {@link SideFiles#KEYS}, for a process that only reads the store, while
 * another may write. Nothing is kept but where records lie: each call opens the file and reads what
 * it needs, so a subject is forgotten here as soon as the writer has forgotten it. What is not
 * whole is what the writer is writing, or damage, which the writer tells: either way it is not
 * there. What would need a new record is refused (LF-1008). Safe for any thread.
 */
public final class ReadOnlyKeyStore implements KeyStore {
    /** The writer replaces the file rarely; that often during one look only if it never rests. */
    private static final int MAX_LOOKS = 10;

    private final Directory directory;
    private final UUID storeId;
    private SubjectTable table = new SubjectTable(SubjectTable.HASH_BITS); // guarded by this
    private long generation; // guarded by this; of the file that the table is about
    private long size; // guarded by this; of that file

    /** What is known about a subject. */
    private record Known(@Nullable SubjectKey newest, @Nullable SubjectKey wanted, boolean gone) {
        static final Known NOTHING = new Known(null, null, false);
    }

    /**
     * Makes one; a file that is not there has no keys.
     *
     * @param storeId identity of the event store in the directory
     */
    public ReadOnlyKeyStore(Directory directory, UUID storeId) {
        this.directory = directory;
        this.storeId = storeId;
    }

    @Override
    public Optional<SubjectKey> currentOrNew(String subject) {
        Known known = look(subject, 0);
        if (known.newest == null && !known.gone) {
            throw refused();
        }
        return Optional.ofNullable(known.newest);
    }

    @Override
    public Optional<SubjectKey> renew(String subject, int keyVersion) {
        checkVersion(keyVersion);
        Known known = look(subject, 0);
        if (!known.gone && (known.newest == null || known.newest.keyVersion() == keyVersion)) {
            throw refused();
        }
        return Optional.ofNullable(known.newest);
    }

    @Override
    public Optional<SubjectKey> find(String subject, int keyVersion) {
        checkVersion(keyVersion);
        return Optional.ofNullable(look(subject, keyVersion).wanted);
    }

    @Override
    public boolean isForgotten(String subject) {
        return look(subject, 0).gone;
    }

    @Override
    public List<SubjectKey> forget(String subject) {
        throw refused();
    }

    @Override
    public long rewrap() {
        throw refused();
    }

    private static void checkVersion(int keyVersion) {
        if (keyVersion < 1) {
            throw InvalidRequestException.number(
                    "key version", keyVersion, "it must be at least 1");
        }
    }

    private InvalidRequestException refused() {
        return InvalidRequestException.readOnly(directory.describe());
    }

    private synchronized Known look(String subject, int keyVersion) {
        NameRule.checkUnseen("key subject", subject);
        try {
            Known known = Known.NOTHING;
            for (int i = 0; i < MAX_LOOKS; i++) {
                if (!directory.exists(SideFiles.KEYS)) {
                    return Known.NOTHING;
                }
                try (DataFile file = directory.open(SideFiles.KEYS, Directory.Access.READ)) {
                    SideHeader header = SideHeader.read(file, storeId, FileKind.KEYS);
                    long bytes = file.size();
                    refresh(file, header, bytes);
                    known = known(file, header, subject, keyVersion);
                }
                if (known.gone || known.newest != null || isAsItWas()) {
                    return known;
                } // else it was erased or replaced under our eyes
            }
            return known;
        } catch (Corruption e) {
            throw e;
        } catch (IOException e) {
            throw StoreUnavailableException.unreadable(
                    "the file %s in %s".formatted(SideFiles.KEYS, directory.describe()), e);
        }
    }

    /** Whether the file is the one that was read, and has not grown. */
    private boolean isAsItWas() throws IOException {
        try (DataFile file = directory.open(SideFiles.KEYS, Directory.Access.READ)) {
            return SideHeader.read(file, storeId, FileKind.KEYS).generation() == generation
                    && file.size() == size;
        }
    }

    /** Learns where the records are, if the file has changed since. */
    private void refresh(DataFile file, SideHeader header, long bytes) throws IOException {
        if (generation == header.generation() && size == bytes) {
            return;
        }
        SubjectTable found = new SubjectTable(SubjectTable.HASH_BITS);
        RecordScan scan = new RecordScan(file, FileKind.KEYS, new RecordFormat(header), bytes);
        long lastMark = SideHeader.BYTES;
        while (true) {
            Found record = scan.next();
            boolean isKey = record != null && record.type() == RecordType.KEY;
            if (record == null
                    || record.type() == RecordType.SEAL
                    || record.head().mark() < lastMark // a remnant, as when the writer opens it
                    || (!record.whole() && !isKey)) {
                break;
            }
            lastMark = record.head().mark();
            if (record.whole()) {
                found.add(record.content(), record.offset());
            } // else it was erased
        }
        table = found;
        generation = header.generation();
        size = bytes;
    }

    private Known known(DataFile file, SideHeader header, String subject, int keyVersion)
            throws IOException {
        byte[] hash = KeyRecords.hash(header.salt(), subject);
        RecordScan scan = new RecordScan(file, FileKind.KEYS, new RecordFormat(header), size);
        SubjectKey newest = null;
        SubjectKey wanted = null;
        for (long offset : table.candidates(hash)) {
            scan.seek(offset);
            Found record = scan.next();
            if (record == null || !record.whole() || !KeyRecords.isOf(record.content(), hash)) {
                continue;
            }
            if (record.type() == RecordType.TOMBSTONE) {
                return new Known(null, null, true);
            }
            SubjectKey key = KeyRecords.keyOf(subject, record.content());
            newest = newest == null || key.keyVersion() > newest.keyVersion() ? key : newest;
            wanted = key.keyVersion() == keyVersion ? key : wanted;
        }
        return new Known(newest, wanted, false);
    }
}
