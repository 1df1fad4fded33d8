package org.leftfold.framework.transform;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.leftfold.api.AdminAct;
import org.leftfold.api.AppendCondition;
import org.leftfold.api.EventId;
import org.leftfold.api.EventStore;
import org.leftfold.api.EventType;
import org.leftfold.api.Events;
import org.leftfold.api.Limits;
import org.leftfold.api.Metadata;
import org.leftfold.api.NewEvent;
import org.leftfold.api.Payload;
import org.leftfold.api.Query;
import org.leftfold.api.QueryItem;
import org.leftfold.api.ReadRequest;
import org.leftfold.api.RecordedEvent;
import org.leftfold.api.StreamName;
import org.leftfold.framework.codec.EventCodec;
import org.leftfold.framework.codec.JsonFormat;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * A pseudo event of a redesign: it says in a stream that the stream has ended, or is not whole yet.
 *
 * @param kind what it says
 * @param from the streams that were split or merged
 * @param successors the streams that were made of them
 */
public record StreamMark(Kind kind, List<StreamName> from, List<StreamName> successors) {
    private static final JsonFormat JSON = new JsonFormat();
    private static final String FROM = "from";
    private static final String SUCCESSORS = "successors";

    /** What a mark says. */
    public enum Kind {
        /** The stream is being made of others; they are the truth until it is filled. */
        FILLING("stream-filling"),
        /** The stream is whole and goes on by itself. */
        FILLED("stream-filled"),
        /** The stream has ended; its successors go on. */
        SEALED("stream-sealed");

        private final String typeName;

        Kind(String name) {
            this.typeName = EventCodec.RESERVED_PREFIX + name;
        }

        /** The type of its events. */
        public EventType type() {
            return new EventType(typeName);
        }
    }

    /** Copies the lists. */
    public StreamMark {
        from = List.copyOf(from);
        successors = List.copyOf(successors);
    }

    /** The name of {@link #noneIn}. */
    public static final String CONDITION = "no stream was split or merged";

    private static final int STREAMS_PER_ITEM = Limits.MAX_TERMS_PER_ITEM - 2; // and two types

    /**
     * The condition that none of these streams was sealed, or is just being filled, behind a
     * position. Repositories and decisions see to it by themselves; who appends to a store directly
     * may add it.
     *
     * @param streams at least one, as many as an append may have
     * @param afterPosition marks up to here are known and passed; 0 without any
     */
    public static AppendCondition noneIn(Collection<StreamName> streams, long afterPosition) {
        return AppendCondition.noneAfter(
                CONDITION,
                query(streams, Kind.SEALED.typeName, Kind.FILLING.typeName),
                afterPosition);
    }

    private static Query query(Collection<StreamName> streams, String... types) {
        List<StreamName> all = List.copyOf(streams);
        List<QueryItem> items = new ArrayList<>();
        for (int from = 0; from < all.size(); from += STREAMS_PER_ITEM) {
            int to = Math.min(all.size(), from + STREAMS_PER_ITEM);
            items.add(
                    QueryItem.everything()
                            .andStreams(all.subList(from, to).toArray(StreamName[]::new))
                            .andTypes(types));
        }
        return new Query(items);
    }

    /**
     * Looks whether these streams take events now.
     *
     * @return the position of their last mark, to be given to {@link #noneIn}; 0 without one
     * @throws StreamSealedException if one was sealed (LF-1232)
     * @throws StreamFillingException if one is not whole yet (LF-3201)
     */
    public static long requireOpen(EventStore store, Collection<StreamName> streams) {
        String[] types = Stream.of(Kind.values()).map(kind -> kind.typeName).toArray(String[]::new);
        Map<StreamName, StreamMark> last = new LinkedHashMap<>();
        long position = 0;
        try (Events events = store.read(ReadRequest.of(query(streams, types)))) {
            while (events.hasNext()) {
                RecordedEvent event = events.next();
                last.put(event.stream(), of(event).orElseThrow());
                position = event.position();
            }
        }
        last.forEach((stream, mark) -> mark.requireOpen(stream));
        return position;
    }

    /**
     * Refuses what is to be appended behind this mark, if it is the last one of a stream.
     *
     * @throws StreamSealedException if it says that the stream was sealed (LF-1232)
     * @throws StreamFillingException if it says that the stream is not whole yet (LF-3201)
     */
    public void requireOpen(StreamName stream) {
        switch (kind) {
            case SEALED -> throw new StreamSealedException(stream, successors);
            case FILLING -> throw new StreamFillingException(stream, from);
            case FILLED -> {}
        }
    }

    /** The mark that a stored event is, if it is one. */
    public static Optional<StreamMark> of(RecordedEvent stored) {
        if (EventCodec.isPseudo(stored)) {
            for (Kind kind : Kind.values()) {
                if (kind.typeName.equals(stored.type().value())) {
                    ObjectNode tree = JSON.tree(stored.payload());
                    return Optional.of(
                            new StreamMark(kind, names(tree, FROM), names(tree, SUCCESSORS)));
                }
            }
        }
        return Optional.empty();
    }

    /** Whether events of a type are marks. */
    static boolean isType(EventType type) {
        return Stream.of(Kind.values()).anyMatch(kind -> kind.typeName.equals(type.value()));
    }

    private static List<StreamName> names(ObjectNode tree, String field) {
        List<StreamName> names = new ArrayList<>();
        for (JsonNode name : tree.path(field)) {
            names.add(StreamName.ofStored(name.asString()));
        }
        return names;
    }

    /** Whether it says this. */
    public boolean is(Kind other) {
        return kind == other;
    }

    /** The event, with an id that the same redesign always gives it in a stream. */
    NewEvent event(UUID store, AdminAct act) {
        ObjectNode tree = JsonNodeFactory.instance.objectNode();
        add(tree.putArray(FROM), from);
        add(tree.putArray(SUCCESSORS), successors);
        return new NewEvent(
                EventId.fromName(store, kind + " " + from),
                kind.type(),
                1,
                Payload.ofText(tree.toString()),
                Metadata.of(Metadata.ACTOR, act.actor()).with(Metadata.REASON, act.reason()),
                Set.of());
    }

    private static void add(ArrayNode array, List<StreamName> names) {
        names.forEach(name -> array.add(name.value()));
    }
}
