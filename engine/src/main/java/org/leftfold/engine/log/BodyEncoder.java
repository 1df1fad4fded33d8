package org.leftfold.engine.log;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.leftfold.api.AdminAct;
import org.leftfold.api.Append;
import org.leftfold.api.Backup;
import org.leftfold.api.EventId;
import org.leftfold.api.NewEvent;
import org.leftfold.api.StreamName;
import org.leftfold.api.StreamWrite;
import org.leftfold.api.Tag;

/**
 * Turns an append into the body of a commit. Everything that only the writer knows (positions,
 * versions, time) is in the head of the frame, so this runs on the caller's thread.
 *
 * <pre>
 * body    = per stream (their number is in the head): text name, v events, events
 * event   = 16 id, v schema version (0: the event was removed, nothing follows), text type, v tags, text per tag, v metadata entries, text key and text value per
 *           entry, v payload bytes, payload
 * text    = v bytes, UTF-8
 * </pre>
 */
public final class BodyEncoder {
    /** Stands where an event has its schema version, which is at least 1. */
    static final int REMOVED = 0;

    private static final int EVENT_OVERHEAD_BYTES = 16 + 5 + 5 + 5 + 5 + 5;

    private byte[] target;
    private int at;

    private BodyEncoder(int estimatedBytes) {
        target = new byte[estimatedBytes];
    }

    /** The body of a commit with all events of {@code append}. */
    public static EncodedBody encode(Append append) {
        int estimatedBytes = 16;
        for (StreamWrite write : append.writes()) {
            estimatedBytes += write.stream().value().length() + 10;
            for (NewEvent event : write.events()) {
                estimatedBytes += event.sizeBytes() + EVENT_OVERHEAD_BYTES;
            }
        }
        BodyEncoder encoder = new BodyEncoder(estimatedBytes);
        for (StreamWrite write : append.writes()) {
            encoder.text(write.stream().value());
            encoder.number(write.events().size());
            for (NewEvent event : write.events()) {
                encoder.event(event);
            }
        }
        return encoder.finish();
    }

    /**
     * The body of a commit with events of a backup, removed or not.
     *
     * @param runs the events, those of one stream together
     */
    public static EncodedBody encodeRuns(List<List<Backup.Place>> runs) {
        BodyEncoder encoder = new BodyEncoder(128);
        for (List<Backup.Place> run : runs) {
            encoder.text(run.getFirst().stream().value());
            encoder.number(run.size());
            run.forEach(encoder::place);
        }
        return encoder.finish();
    }

    private void place(Backup.Place place) {
        switch (place) {
            case Backup.Kept kept -> event(kept.event().toNewEvent());
            case Backup.Removed removed -> {
                id(removed.id());
                number(REMOVED);
            }
        }
    }

    /**
     * The body of an act that makes the events of a stream below a version unreadable.
     *
     * @param firstKeptVersion the first version that stays readable
     */
    public static EncodedBody encodeTruncation(
            StreamName stream, long firstKeptVersion, AdminAct act) {
        BodyEncoder encoder = new BodyEncoder(64);
        encoder.text(stream.value());
        encoder.number(firstKeptVersion);
        encoder.text(act.actor());
        encoder.text(act.reason());
        return encoder.finish();
    }

    private EncodedBody finish() {
        return new EncodedBody(target, at, Bytes.crc(target, 0, at));
    }

    private void event(NewEvent event) {
        id(event.id());
        number(event.schemaVersion());
        text(event.type().value());
        number(event.tags().size());
        if (!event.tags().isEmpty()) {
            for (Tag tag : event.tags().stream().sorted().toList()) {
                text(tag.toString());
            }
        }
        number(event.metadata().entryCount());
        event.metadata().forEach(this::pair);
        int payloadBytes = event.payload().sizeBytes();
        number(payloadBytes);
        ensure(payloadBytes);
        event.payload().copyTo(target, at);
        at += payloadBytes;
    }

    private void id(EventId eventId) {
        ensure(16);
        UUID id = eventId.value();
        Bytes.putLong(target, at, id.getMostSignificantBits());
        Bytes.putLong(target, at + 8, id.getLeastSignificantBits());
        at += 16;
    }

    private void pair(String key, String value) {
        text(key);
        text(value);
    }

    private void text(String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        number(utf8.length);
        ensure(utf8.length);
        System.arraycopy(utf8, 0, target, at, utf8.length);
        at += utf8.length;
    }

    private void number(long value) {
        ensure(Bytes.MAX_VARINT_BYTES);
        at = Bytes.putVarint(target, at, value);
    }

    private void ensure(int moreBytes) {
        if (target.length - at < moreBytes) {
            target =
                    Arrays.copyOf(
                            target, Math.max(at + moreBytes, target.length + (target.length >> 1)));
        }
    }
}
