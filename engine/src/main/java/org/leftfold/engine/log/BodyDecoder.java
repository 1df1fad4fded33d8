package org.leftfold.engine.log;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.leftfold.api.Backup;
import org.leftfold.api.EventId;
import org.leftfold.api.EventType;
import org.leftfold.api.Limits;
import org.leftfold.api.Metadata;
import org.leftfold.api.Payload;
import org.leftfold.api.RecordedEvent;
import org.leftfold.api.StreamName;
import org.leftfold.api.Tag;

/**
 * Reads the events of a commit out of its body, one after the other. The body's checksum was
 * compared before, so what does not parse here is a defect or an attack and is reported like
 * damage. Reused for many frames; not safe for several threads.
 */
public final class BodyDecoder {
    private static final int TYPE_CACHE_SLOTS = 256;
    private static final int KEY_CACHE_SLOTS = 64;

    private final EventType[] types = new EventType[TYPE_CACHE_SLOTS];
    private final byte[][] typeBytes = new byte[TYPE_CACHE_SLOTS][];
    private final String[] keys = new String[KEY_CACHE_SLOTS];
    private final byte[][] keyBytes = new byte[KEY_CACHE_SLOTS][];
    private int keyLength; // bytes of the last metadata key

    private byte[] source = new byte[0];
    private int at;
    private int end;
    private String file = "";
    private long frameOffset;

    private int streamsLeft;
    private int streamIndex;
    private int eventsLeft;
    private StreamName stream = NOBODY;
    private long version;
    private long position;
    private long recordedMicros;
    private Instant recordedAt = Instant.EPOCH;
    private FrameHeader header = NONE;

    private static final StreamName NOBODY = new StreamName("none");
    private static final FrameHeader NONE =
            new FrameHeader(new SegmentHeader(new UUID(0, 0), 1, 1, 0, 0, 0, 0));

    /**
     * Starts with the events of a commit whose body begins at {@code bodyIndex}; the header is not
     * kept beyond it.
     */
    public void start(
            String fileName, long offset, FrameHeader head, byte[] buffer, int bodyIndex) {
        file = fileName;
        frameOffset = offset;
        header = head;
        source = buffer;
        at = bodyIndex;
        end = bodyIndex + head.bodyBytes();
        streamsLeft = head.streamCount();
        streamIndex = 0;
        eventsLeft = 0;
        position = head.firstPosition() - 1;
        if (head.micros() != recordedMicros) { // frames of one group have one time
            recordedMicros = head.micros();
            recordedAt =
                    Instant.ofEpochSecond(
                            Math.floorDiv(recordedMicros, 1_000_000L),
                            Math.floorMod(recordedMicros, 1_000_000L) * 1000L);
        }
    }

    /**
     * Goes to the next event; false behind the last. Then {@link #event} or {@link #skip} takes it.
     */
    public boolean next() {
        while (eventsLeft == 0) {
            if (streamsLeft == 0) {
                if (at != end) {
                    throw damaged(
                            "the body has %d bytes behind its last event".formatted(end - at));
                }
                return false;
            }
            stream = StreamName.ofStored(text());
            eventsLeft = count("events");
            version = header.firstVersion(streamIndex) - 1;
            streamIndex++;
            streamsLeft--;
        }
        eventsLeft--;
        version++;
        position++;
        return true;
    }

    /** Whether the event at hand is the last of its commit. */
    public boolean isLast() {
        return eventsLeft == 0 && streamsLeft == 0;
    }

    /** Where in the buffer goes on what was not taken yet. */
    int index() {
        return at;
    }

    /** The stream of the event at hand. */
    public StreamName stream() {
        return stream;
    }

    /** The version of the event at hand. */
    public long version() {
        return version;
    }

    /** The position of the event at hand. */
    public long position() {
        return position;
    }

    /**
     * Whether what the event at hand held was removed, so that only its place and its id are left.
     */
    public boolean isRemoved() {
        need(17);
        return source[at + 16] == BodyEncoder.REMOVED;
    }

    /** Reads of the event at hand only its place and its id. */
    public Backup.Removed removed() {
        EventId id = peekId();
        skip();
        return new Backup.Removed(position, stream, version, id, recordedAt, isLast());
    }

    /** When the frame at hand was recorded. */
    public Instant recordedAt() {
        return recordedAt;
    }

    /** The id of the event at hand, which stays at hand. */
    public EventId peekId() {
        EventId id = id();
        at -= 16;
        return id;
    }

    /** Reads the event at hand in full; it must not be a removed one. */
    public RecordedEvent event() {
        EventId id = id();
        int schemaVersion = count("schema version");
        EventType type = type();
        Set<Tag> tags = tags();
        Metadata metadata = metadata();
        Payload payload = Payload.wrap(take(count("payload bytes")));
        return new RecordedEvent(
                position,
                stream,
                version,
                id,
                type,
                schemaVersion,
                recordedAt,
                payload,
                metadata,
                tags);
    }

    /** Reads of the event at hand only what an index needs. */
    public IndexEntry entry() {
        EventId id = id();
        if (count("schema version") == BodyEncoder.REMOVED) {
            return new IndexEntry(position, stream, version, id, null, Set.of());
        }
        EventType type = type();
        Set<Tag> tags = tags();
        skipMetadata();
        skipBytes(count("payload bytes"));
        return new IndexEntry(position, stream, version, id, type, tags);
    }

    /** Passes over the event at hand. */
    public void skip() {
        skipBytes(16);
        if (count("schema version") == BodyEncoder.REMOVED) {
            return;
        }
        skipBytes(count("type bytes"));
        for (int left = count("tags"); left > 0; left--) {
            skipBytes(count("tag bytes"));
        }
        skipMetadata();
        skipBytes(count("payload bytes"));
    }

    /**
     * What an index files an event under.
     *
     * @param position its place in the store
     * @param stream its stream
     * @param version its place in the stream
     * @param id its identity
     * @param type its type, or null if the event was removed
     * @param tags its tags
     */
    public record IndexEntry(
            long position,
            StreamName stream,
            long version,
            EventId id,
            @Nullable EventType type,
            Set<Tag> tags) {}

    /** An act that made the events of a stream below a version unreadable. */
    public record Truncation(
            StreamName stream, long firstKeptVersion, String actor, String reason) {}

    /** Reads the body of an act. */
    public Truncation truncation(
            String fileName, long offset, FrameHeader head, byte[] buffer, int bodyIndex) {
        start(fileName, offset, head, buffer, bodyIndex);
        Truncation act = new Truncation(StreamName.ofStored(text()), number(), text(), text());
        if (at != end) {
            throw damaged("the act has %d bytes too many".formatted(end - at));
        }
        return act;
    }

    private EventId id() {
        need(16);
        EventId id =
                new EventId(new UUID(Bytes.getLong(source, at), Bytes.getLong(source, at + 8)));
        at += 16;
        return id;
    }

    private EventType type() {
        int byteCount = count("type bytes");
        need(byteCount);
        int slot = slotOf(byteCount, TYPE_CACHE_SLOTS);
        byte[] known = typeBytes[slot];
        if (known == null || !isNext(known, byteCount)) {
            byte[] copy = Arrays.copyOfRange(source, at, at + byteCount);
            types[slot] = EventType.ofStored(new String(copy, StandardCharsets.UTF_8));
            typeBytes[slot] = copy;
        }
        at += byteCount;
        return types[slot];
    }

    /**
     * A slot for the next bytes in a cache of what is few: the same object is given again for the
     * same bytes.
     */
    private int slotOf(int byteCount, int slots) {
        long hash = byteCount;
        if (byteCount >= 8) {
            hash += Bytes.getLong(source, at) * 31 + Bytes.getLong(source, at + byteCount - 8);
        } else if (byteCount >= 4) {
            hash += Bytes.getInt(source, at) * 31L + Bytes.getInt(source, at + byteCount - 4);
        } else {
            for (int i = 0; i < byteCount; i++) {
                hash = hash * 31 + source[at + i];
            }
        }
        hash *= 0x9E3779B97F4A7C15L;
        return (int) (hash >>> 40) & (slots - 1);
    }

    /** Whether the next bytes are these; for short texts two overlapping words say it. */
    private boolean isNext(byte[] known, int byteCount) {
        if (known.length != byteCount) {
            return false;
        }
        if (byteCount >= 8 && byteCount <= 16) {
            return Bytes.getLong(known, 0) == Bytes.getLong(source, at)
                    && Bytes.getLong(known, byteCount - 8)
                            == Bytes.getLong(source, at + byteCount - 8);
        }
        if (byteCount >= 4 && byteCount < 8) {
            return Bytes.getInt(known, 0) == Bytes.getInt(source, at)
                    && Bytes.getInt(known, byteCount - 4)
                            == Bytes.getInt(source, at + byteCount - 4);
        }
        return Arrays.equals(known, 0, byteCount, source, at, at + byteCount);
    }

    private String key() {
        int byteCount = count("key bytes");
        keyLength = byteCount;
        need(byteCount);
        int slot = slotOf(byteCount, KEY_CACHE_SLOTS);
        byte[] known = keyBytes[slot];
        if (known == null || !isNext(known, byteCount)) {
            byte[] copy = Arrays.copyOfRange(source, at, at + byteCount);
            keys[slot] = new String(copy, StandardCharsets.UTF_8);
            keyBytes[slot] = copy;
        }
        at += byteCount;
        return keys[slot];
    }

    private Set<Tag> tags() {
        int tagCount = count("tags");
        if (tagCount == 0) {
            return Set.of();
        }
        if (tagCount == 1) {
            return Set.of(Tag.ofStored(text()));
        }
        List<Tag> tags = new ArrayList<>(Math.min(tagCount, 64));
        for (int i = 0; i < tagCount; i++) {
            tags.add(Tag.ofStored(text()));
        }
        return Set.copyOf(tags);
    }

    private Metadata metadata() {
        int entries = count("metadata entries");
        if (entries == 0) {
            return Metadata.none();
        }
        if (entries > Limits.MAX_METADATA_ENTRIES) {
            throw damaged("an event has %d metadata entries".formatted(entries));
        }
        String[] pairs = new String[2 * entries];
        int begin = at;
        int lengthBytes = 0;
        for (int i = 0; i < pairs.length; i += 2) {
            pairs[i] = key();
            int before = at;
            int valueBytes = count("value bytes");
            lengthBytes += at - before + Bytes.varintBytes(keyLength);
            pairs[i + 1] = text(valueBytes);
        }
        return Metadata.ofStored(pairs, at - begin - lengthBytes);
    }

    private void skipMetadata() {
        for (int left = count("metadata entries"); left > 0; left--) {
            skipBytes(count("key bytes"));
            skipBytes(count("value bytes"));
        }
    }

    private String text() {
        return text(count("text bytes"));
    }

    private String text(int byteCount) {
        need(byteCount);
        String text = new String(source, at, byteCount, StandardCharsets.UTF_8);
        at += byteCount;
        return text;
    }

    private byte[] take(int byteCount) {
        need(byteCount);
        byte[] copy = Arrays.copyOfRange(source, at, at + byteCount);
        at += byteCount;
        return copy;
    }

    private void skipBytes(int byteCount) {
        need(byteCount);
        at += byteCount;
    }

    private int count(String what) {
        long value = number();
        if (value > Integer.MAX_VALUE) {
            throw damaged("%d is no possible number of %s".formatted(value, what));
        }
        return (int) value;
    }

    private long number() {
        long value = 0;
        for (int shift = 0; shift < 63; shift += 7) {
            need(1);
            byte b = source[at++];
            value |= (long) (b & 0x7f) << shift;
            if (b >= 0) {
                return value;
            }
        }
        throw damaged("a number has more than 63 bits");
    }

    private void need(int byteCount) {
        if (byteCount > end - at) {
            throw damaged("%d bytes are needed, %d are left".formatted(byteCount, end - at));
        }
    }

    private Corruption damaged(String what) {
        return new Corruption(file, frameOffset, "the body of the frame does not parse: " + what);
    }
}
