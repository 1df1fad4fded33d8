package org.leftfold.api.shard;

import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.leftfold.api.Append;
import org.leftfold.api.AppendCondition;
import org.leftfold.api.EventId;
import org.leftfold.api.EventType;
import org.leftfold.api.ExpectedVersion;
import org.leftfold.api.Limits;
import org.leftfold.api.Metadata;
import org.leftfold.api.NewEvent;
import org.leftfold.api.Payload;
import org.leftfold.api.Query;
import org.leftfold.api.QueryItem;
import org.leftfold.api.RecordedEvent;
import org.leftfold.api.StreamName;
import org.leftfold.api.StreamWrite;
import org.leftfold.api.UncountedVersions;

/**
 * What the sharded store writes into its shards for itself: types, keys and their values. A copy of
 * an event is the event with one more entry of metadata, which says where and when the first one
 * was recorded; a reader gets it without that entry, and equal to the first. Stateless.
 */
final class Marks {
    /** What types of events and keys of metadata begin with. */
    static final String PREFIX = "leftfold.shards.";

    /** The stream that says which shard this is, and what was moved to and from it. */
    static final StreamName OWN_STREAM = new StreamName("leftfold.shards");

    static final String STREAM = UncountedVersions.STREAM_KEY;
    static final String VERSION = UncountedVersions.VERSION_KEY;
    static final String MOVE = PREFIX + "move";
    static final String PEER = PREFIX + "peer";
    static final String NEXT = PREFIX + "next";
    static final String DEPARTURE = PREFIX + "departure";
    static final String FIRST = PREFIX + "first";

    /** The entry of a copy: position and time of the first one. */
    static final String COPY = PREFIX + "copy";

    /** What that entry takes at most: key, 19 digits, a blank, and any time as text. */
    static final int COPY_BYTES = COPY.length() + 19 + 1 + 35;

    private static final QueryItem OWN_ITEM = QueryItem.everything().andStreams(OWN_STREAM);

    /** The notes of all moves. */
    static final Query NOTES = Query.anyOf(OWN_ITEM);

    /** Makes tags of names of streams, which may be as long as a tag. */
    private static final UUID TAGS = UUID.fromString("6c656674-666f-5c64-8173-686172647300");

    private Marks() {}

    /** A query, and the notes of moves as well; what else this brings has to be sorted out. */
    static Query withControls(Query query) {
        if (query.items().size() == Limits.MAX_QUERY_ITEMS) {
            return Query.all();
        }
        QueryItem[] items = query.items().toArray(new QueryItem[query.items().size() + 1]);
        items[items.length - 1] = OWN_ITEM;
        return Query.anyOf(items);
    }

    /** Whether an event is the store's own, and not one that somebody appended. */
    static boolean isOwn(RecordedEvent event) {
        return event.type().value().startsWith(PREFIX);
    }

    static boolean isCopy(RecordedEvent event) {
        return event.metadata().value(COPY).isPresent();
    }

    /** The event as a note of a move, or null. */
    static @Nullable Control control(RecordedEvent event) {
        if (!event.stream().equals(OWN_STREAM)) {
            return null;
        }
        String type = event.type().value();
        for (Control.Kind kind : Control.Kind.values()) {
            if (kind.type().equals(type)) {
                return Control.of(kind, event);
            }
        }
        return null;
    }

    /** The departures of a stream. */
    static QueryItem departures(StreamName stream) {
        return OWN_ITEM.andTypes(Control.Kind.LEFT.type()).andTags(tag(stream));
    }

    private static String tag(StreamName stream) {
        return PREFIX + "stream:" + EventId.fromName(TAGS, stream.value());
    }

    /**
     * A step of a move, for a shard whose stream is at {@code at} now.
     *
     * @param metadata what its event and its note carry besides
     */
    static Append step(Control step, long at, Metadata metadata) {
        Metadata all =
                metadata.with(STREAM, step.stream().value())
                        .with(VERSION, String.valueOf(at + 1))
                        .with(MOVE, String.valueOf(step.move()))
                        .with(PEER, String.valueOf(step.peer()))
                        .with(NEXT, String.valueOf(step.next()))
                        .with(DEPARTURE, String.valueOf(step.departure()))
                        .with(FIRST, String.valueOf(step.first()));
        String type = step.kind().type();
        NewEvent note = own(EventId.next(), type, all).withTags(tag(step.stream()));
        return Append.to(
                        step.stream(),
                        ExpectedVersion.exactly(at),
                        own(EventId.next(), type, metadata))
                .andTo(OWN_STREAM, ExpectedVersion.any(), note);
    }

    /** An event of the store itself. */
    static NewEvent own(EventId id, String type, Metadata metadata) {
        return new NewEvent(id, new EventType(type), 1, Payload.ofText("{}"), metadata, Set.of());
    }

    static long number(Metadata metadata, String key) {
        try {
            return Long.parseLong(metadata.value(key).orElse(""));
        } catch (NumberFormatException e) {
            throw ShardErrors.unreadable(key, metadata);
        }
    }

    /** Whether there is room in an event for the entry of a copy. */
    static boolean canBeCopied(RecordedEvent event) {
        Metadata metadata = event.metadata();
        return isCopy(event)
                || (metadata.entryCount() < Limits.MAX_METADATA_ENTRIES
                        && metadata.sizeBytes() + COPY_BYTES <= Limits.MAX_METADATA_BYTES);
    }

    /**
     * The event as it is stored in another shard.
     *
     * @param whole its position in the whole, unless it is a copy, which knows better
     */
    static NewEvent copyOf(RecordedEvent event, long whole) {
        NewEvent copy = event.toNewEvent();
        return isCopy(event)
                ? copy
                : copy.withMetadata(COPY, whole + " " + event.recordedAt().toString());
    }

    /**
     * A stored event as it is seen outside.
     *
     * @param whole its position in the whole
     * @param version its version as seen outside
     */
    static RecordedEvent outside(RecordedEvent event, long whole, long version) {
        Optional<String> copy = event.metadata().value(COPY);
        if (copy.isEmpty()) {
            return moved(event, whole, version, event.recordedAt(), event.metadata());
        }
        String first = copy.get();
        int blank = first.indexOf(' ');
        return moved(
                event,
                Long.parseLong(first.substring(0, blank)),
                version,
                Instant.parse(first.substring(blank + 1)),
                withoutCopy(event.metadata(), first));
    }

    private static RecordedEvent moved(
            RecordedEvent event, long position, long version, Instant time, Metadata metadata) {
        return new RecordedEvent(
                position,
                event.stream(),
                version,
                event.id(),
                event.type(),
                event.schemaVersion(),
                time,
                event.payload(),
                metadata,
                event.tags());
    }

    private static Metadata withoutCopy(Metadata metadata, String value) {
        String[] pairs = new String[2 * (metadata.entryCount() - 1)];
        int[] count = new int[1];
        metadata.forEach((key, each) -> {
            if (!key.equals(COPY)) {
                pairs[count[0]++] = key;
                pairs[count[0]++] = each;
            }
        });
        return Metadata.ofStored(pairs, metadata.sizeBytes() - COPY.length() - value.length());
    }

    /** Refuses what would be taken for the store's own. */
    static void requireForeign(Append append) {
        for (AppendCondition condition : append.conditions()) {
            if (condition.name().startsWith(OWN_STREAM.value())) {
                throw ShardErrors.reserved("condition name", condition.name());
            }
        }
        for (StreamWrite write : append.writes()) {
            if (write.stream().equals(OWN_STREAM)) {
                throw ShardErrors.reserved("stream", OWN_STREAM.value());
            }
            for (NewEvent event : write.events()) {
                if (event.type().value().startsWith(PREFIX)) {
                    throw ShardErrors.reserved("event type", event.type().value());
                }
                if (event.metadata().value(COPY).isPresent()) {
                    throw ShardErrors.reserved("metadata key", COPY);
                }
            }
        }
    }
}
