package org.leftfold.engine.format;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.zip.CRC32C;

/**
 * Reads a store that nobody writes, from {@code docs/format.md} alone: it uses no class of the
 * engine, so that it shows that the text is enough. Checks what the text says and fails at the
 * first thing that differs.
 */
final class SecondReader {
    private static final int COMMIT = 0xA1;
    private static final int ACT = 0xA2;
    private static final int SEAL = 0xA3;

    private final Path directory;
    private final List<Event> events = new ArrayList<>();
    private final List<Act> acts = new ArrayList<>();
    private final Map<String, Long> versions = new HashMap<>();
    private final List<Head> heads = new ArrayList<>();
    private UUID storeId;
    private Manifest manifest;
    private long nextPosition = 1;
    private long lastOpening;
    private long lastMicros = Long.MIN_VALUE;
    private long sealOfSegmentBefore;
    private int rewrittenSegments;
    private final TreeMap<Long, Long> frames = new TreeMap<>(); // of the segment: offset, position
    private long end; // offset behind the last frame of the segment read last

    /** What is stored of an event. */
    record Event(
            long position,
            String stream,
            long version,
            UUID id,
            String type,
            long schemaVersion,
            long micros,
            TreeSet<String> tags,
            TreeMap<String, String> metadata,
            String payloadHex) {}

    /** What is stored of an act; the first kept version is never 0 here. */
    record Act(String stream, long firstKept, boolean deletion, String actor, String reason) {}

    /** What this reader tells of the manifest. */
    record Manifest(UUID storeId, UUID epoch, long opening, long lastSegment, long createdMicros) {}

    /** The head of a frame. */
    record Head(
            int kind,
            int bodyBytes,
            long firstPosition,
            long events,
            long mark,
            long opening,
            long micros,
            List<Long> firstVersions,
            long checksum) {}

    /** What the header of a segment says that its frames need. */
    private record Segment(
            ByteBuffer bytes,
            long number,
            long firstPosition,
            long baseMicros,
            long rewritten,
            long firstSeal,
            long directory) {}

    SecondReader(Path directory) {
        this.directory = directory;
    }

    SecondReader read() throws IOException {
        readManifest();
        long number = 1;
        while (Files.exists(directory.resolve("%010d.segment".formatted(number)))) {
            check(number == 1 || sealOfSegmentBefore != 0, "a seal ends segment", number - 1);
            readSegment(number);
            number++;
        }
        check(number > manifest.lastSegment, "segments up to", manifest.lastSegment);
        checkMark(number - 1);
        return this;
    }

    private ByteBuffer load(String name) throws IOException {
        return ByteBuffer.wrap(Files.readAllBytes(directory.resolve(name)))
                .order(ByteOrder.LITTLE_ENDIAN);
    }

    private void readManifest() throws IOException {
        ByteBuffer file = load("manifest");
        check(file.limit() == 1024, "length of the manifest", file.limit());
        long best = -1;
        for (int slot = 0; slot < 1024; slot += 512) {
            long checksum = crc(part(file, slot, 12), part(file, slot + 16, 64));
            boolean whole =
                    letters(file, slot).equals("LEFTMANI") && u32(file, slot + 12) == checksum;
            if (whole && file.getLong(slot + 72) > best) {
                best = file.getLong(slot + 72);
                check(slot == best % 2 * 512, "slot of sequence", best);
                check(u32(file, slot + 8) == 1, "format of the manifest", u32(file, slot + 8));
                manifest =
                        new Manifest(
                                uuid(file, slot + 16),
                                uuid(file, slot + 32),
                                file.getLong(slot + 48),
                                file.getLong(slot + 56),
                                file.getLong(slot + 64));
            }
        }
        check(best > 0, "sequence of the manifest", best);
        storeId = manifest.storeId;
    }

    private void readSegment(long number) throws IOException {
        ByteBuffer file = load("%010d.segment".formatted(number));
        check(letters(file, 0).equals("LEFTFOLD"), "beginning of segment", number);
        check(u32(file, 8) == 1, "format of segment", number);
        check(u32(file, 12) == crc(part(file, 0, 12), part(file, 16, 112)), "header", number);
        check(uuid(file, 16).equals(storeId), "store id in segment", number);
        check(file.getLong(32) == number, "number in segment", number);
        check(file.getLong(40) == nextPosition, "first position of segment", number);
        check(file.getLong(48) == file.limit(), "length of segment", number);
        check(file.getLong(64) <= manifest.opening, "opening of segment", number);
        check(u32(file, 72) == sealOfSegmentBefore, "seal before segment", number);
        Segment segment =
                new Segment(
                        file,
                        number,
                        nextPosition,
                        file.getLong(56),
                        u32(file, 76),
                        u32(file, 80),
                        file.getLong(84));
        readFrames(segment);
        if (segment.rewritten > 0) {
            rewrittenSegments++;
            check(sealOfSegmentBefore != 0, "a seal ends rewritten segment", number);
            readDirectory(segment);
            sealOfSegmentBefore = segment.firstSeal;
        } else {
            check(segment.firstSeal == 0 && segment.directory == 0, "nothing at 80", number);
            while (file.hasRemaining()) {
                check(file.get() == 0, "zeros behind the log, segment", number);
            }
        }
    }

    private void readFrames(Segment segment) {
        ByteBuffer file = segment.bytes;
        file.position(128);
        long count = 0;
        long chain = 0;
        long mark = 128;
        sealOfSegmentBefore = 0;
        frames.clear();
        long limit = segment.rewritten > 0 ? segment.directory : file.limit();
        while (limit - file.position() > 4 && file.get(file.position() + 4) != 0) {
            long offset = file.position();
            check(sealOfSegmentBefore == 0, "a frame behind the seal of", segment.number);
            Head head = readHead(segment);
            check(head.firstPosition == nextPosition, "position", head.firstPosition);
            check(head.opening >= lastOpening, "opening", head.opening);
            check(head.micros >= lastMicros, "time", head.micros);
            check(head.mark >= mark, "mark", head.mark);
            check(segment.rewritten == 0 || head.mark == offset, "own mark", head.mark);
            lastOpening = head.opening;
            lastMicros = head.micros;
            mark = head.mark;
            int bodyEnd = file.position() + head.bodyBytes;
            switch (head.kind) {
                case COMMIT -> readCommit(file, head);
                case ACT -> readAct(file);
                case SEAL -> {
                    long first = segment.firstPosition;
                    check(file.getLong() == nextPosition - first, "events", nextPosition - first);
                    check(file.getLong() == count, "frames", count);
                    check(file.getLong() == chain, "chain", chain);
                    sealOfSegmentBefore = head.checksum;
                }
                default -> throw new IllegalStateException("kind " + head.kind);
            }
            check(file.position() == bodyEnd, "end of body", file.position());
            count++;
            if (head.kind != SEAL) {
                frames.put(offset, head.firstPosition);
            }
            chain = chain * 0x9E3779B97F4A7C15L + head.checksum;
        }
        end = file.position();
    }

    private void readDirectory(Segment segment) {
        ByteBuffer file = segment.bytes;
        check(end == segment.directory, "the directory behind the seal at", end);
        TreeMap<Long, Long> found = new TreeMap<>();
        for (int page = 0; file.hasRemaining(); page++) {
            int at = file.position();
            int bytes = Math.min(4096, file.remaining());
            ByteBuffer place = ByteBuffer.allocate(24).order(ByteOrder.LITTLE_ENDIAN);
            place.putLong(storeId.getMostSignificantBits());
            place.putLong(storeId.getLeastSignificantBits());
            place.putLong(segment.number + (segment.rewritten << 32)).flip();
            check(u32(file, at) == crc(place, part(file, at + 4, bytes - 4)), "page", page);
            check(u32(file, at + 4) == page && bytes % 8 == 0 && bytes > 8, "page number", page);
            for (int entry = at + 8; entry < at + bytes; entry += 8) {
                found.put(u32(file, entry + 4), segment.firstPosition + u32(file, entry));
            }
            file.position(at + bytes);
        }
        TreeMap<Long, Long> expected = new TreeMap<>();
        frames.forEach((offset, position) -> {
            if (expected.isEmpty() || offset - expected.lastKey() >= 4096) {
                expected.put(offset, position);
            }
        });
        check(found.equals(expected), "entries of the directory of", segment.number);
    }

    /** How many segments were rewritten. */
    int rewrittenSegments() {
        return rewrittenSegments;
    }

    private Head readHead(Segment segment) {
        ByteBuffer file = segment.bytes;
        int offset = file.position();
        long checksum = u32(file, offset);
        file.position(offset + 4);
        int kind = file.get() & 0xff;
        int bodyBytes = Math.toIntExact(v(file));
        long firstPosition = segment.firstPosition + v(file);
        long count = v(file);
        long mark = offset - v(file);
        long opening = v(file);
        long micros = segment.baseMicros + z(file);
        List<Long> firstVersions = new ArrayList<>();
        for (long left = v(file); left > 0; left--) {
            firstVersions.add(v(file));
        }
        long bodyChecksum = file.getInt() & 0xffffffffL;
        ByteBuffer place = ByteBuffer.allocate(32).order(ByteOrder.LITTLE_ENDIAN);
        place.putLong(storeId.getMostSignificantBits()).putLong(storeId.getLeastSignificantBits());
        place.putLong(segment.number + (segment.rewritten << 32)).putLong(offset).flip();
        ByteBuffer rest = part(file, offset + 4, file.position() - offset - 4);
        check(checksum == crc(place, rest), "head checksum at", offset);
        check(bodyChecksum == crc(part(file, file.position(), bodyBytes)), "body of", offset);
        Head head =
                new Head(
                        kind,
                        bodyBytes,
                        firstPosition,
                        count,
                        mark,
                        opening,
                        micros,
                        firstVersions,
                        checksum);
        heads.add(head);
        return head;
    }

    private void readCommit(ByteBuffer file, Head head) {
        for (long firstVersion : head.firstVersions) {
            String stream = text(file);
            check(firstVersion == versions.getOrDefault(stream, 0L) + 1, "version", firstVersion);
            for (long left = v(file); left > 0; left--) {
                readEvent(file, head, stream, versions.merge(stream, 1L, Long::sum));
            }
        }
        check(nextPosition == head.firstPosition + head.events, "events", head.events);
    }

    private void readEvent(ByteBuffer file, Head head, String stream, long version) {
        UUID id = new UUID(file.getLong(), file.getLong());
        long schemaVersion = v(file);
        if (schemaVersion == 0) {
            events.add(
                    new Event(
                            nextPosition++,
                            stream,
                            version,
                            id,
                            "",
                            0,
                            head.micros,
                            new TreeSet<>(),
                            new TreeMap<>(),
                            ""));
            return;
        }
        String type = text(file);
        TreeSet<String> tags = new TreeSet<>();
        for (long left = v(file); left > 0; left--) {
            tags.add(text(file));
        }
        TreeMap<String, String> metadata = new TreeMap<>();
        for (long left = v(file); left > 0; left--) {
            String key = text(file);
            metadata.put(key, text(file));
        }
        String payloadHex = HexFormat.of().formatHex(bytes(file));
        events.add(
                new Event(
                        nextPosition++,
                        stream,
                        version,
                        id,
                        type,
                        schemaVersion,
                        head.micros,
                        tags,
                        metadata,
                        payloadHex));
    }

    private void readAct(ByteBuffer file) {
        String stream = text(file);
        long firstKept = v(file);
        long all = versions.getOrDefault(stream, 0L) + 1;
        boolean deletion = firstKept == 0;
        acts.add(new Act(stream, deletion ? all : firstKept, deletion, text(file), text(file)));
    }

    /** A store that was closed has a clean mark at the end of its log. */
    private void checkMark(long lastSegment) throws IOException {
        ByteBuffer file = load("mark");
        check(file.limit() == 564, "length of the mark", file.limit());
        ByteBuffer id = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN);
        id.putLong(storeId.getMostSignificantBits()).putLong(storeId.getLeastSignificantBits());
        long best = -1;
        int at = 0;
        for (int slot = 0; slot < 564; slot += 512) {
            boolean whole = u32(file, slot) == crc(part(file, slot + 4, 48), id.rewind());
            if (whole && file.getLong(slot + 8) > best) {
                best = file.getLong(slot + 8);
                at = slot;
            }
        }
        check(best > 0 && at == best % 2 * 512, "slot of the mark", at);
        check(u32(file, at + 4) == 1, "format of the mark", u32(file, at + 4));
        check(file.getLong(at + 16) == lastSegment, "segment of the mark", lastSegment);
        check(file.getLong(at + 24) == end, "offset of the mark", end);
        check(file.getLong(at + 32) == nextPosition - 1, "head of the mark", nextPosition - 1);
        check(file.getLong(at + 40) == manifest.opening, "opening of the mark", manifest.opening);
        check(u32(file, at + 48) == 1, "clean mark", u32(file, at + 48));
    }

    /** The events that are there and that no act has made unreadable. */
    List<Event> readable() {
        Map<String, Long> firstKept = new HashMap<>();
        acts.forEach(act -> firstKept.merge(act.stream, act.firstKept, Math::max));
        return events.stream()
                .filter(event -> event.schemaVersion > 0)
                .filter(event -> event.version >= firstKept.getOrDefault(event.stream, 1L))
                .toList();
    }

    List<Event> all() {
        return events;
    }

    List<Act> acts() {
        return acts;
    }

    List<Head> heads() {
        return heads;
    }

    Manifest manifest() {
        return manifest;
    }

    private static void check(boolean holds, String what, long number) {
        if (!holds) {
            throw new IllegalStateException(
                    "this is not what the text says: " + what + " " + number);
        }
    }

    private static long v(ByteBuffer file) {
        long value = 0;
        for (int shift = 0; shift < 63; shift += 7) {
            byte b = file.get();
            value |= (b & 0x7fL) << shift;
            if (b >= 0) {
                return value;
            }
        }
        throw new IllegalStateException("a varint of more than nine bytes");
    }

    private static long z(ByteBuffer file) {
        long stored = v(file);
        return stored % 2 == 0 ? stored / 2 : -(stored / 2) - 1;
    }

    private static byte[] bytes(ByteBuffer file) {
        byte[] bytes = new byte[Math.toIntExact(v(file))];
        file.get(bytes);
        return bytes;
    }

    private static String text(ByteBuffer file) {
        return new String(bytes(file), StandardCharsets.UTF_8);
    }

    private static String letters(ByteBuffer file, int at) {
        return StandardCharsets.US_ASCII.decode(part(file, at, 8)).toString();
    }

    private static UUID uuid(ByteBuffer file, int at) {
        return new UUID(file.getLong(at), file.getLong(at + 8));
    }

    private static long u32(ByteBuffer file, int at) {
        return file.getInt(at) & 0xffffffffL;
    }

    private static ByteBuffer part(ByteBuffer file, int from, int length) {
        return file.slice(from, length).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static long crc(ByteBuffer... parts) {
        CRC32C crc = new CRC32C();
        for (ByteBuffer part : parts) {
            crc.update(part);
        }
        return crc.getValue();
    }
}
