package org.leftfold.engine.crash;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.function.Supplier;
import org.leftfold.api.Append;
import org.leftfold.api.AppendCondition;
import org.leftfold.api.EventId;
import org.leftfold.api.EventType;
import org.leftfold.api.ExpectedVersion;
import org.leftfold.api.Metadata;
import org.leftfold.api.NewEvent;
import org.leftfold.api.Payload;
import org.leftfold.api.Query;
import org.leftfold.api.QueryItem;
import org.leftfold.api.ReadRequest;
import org.leftfold.api.StreamName;
import org.leftfold.api.StreamWrite;
import org.leftfold.engine.crash.Step.Wish;

/** Makes appends and queries from seeds. */
final class Contents {
    /** How many streams there are. */
    static final int STREAMS = 5;

    private static final List<StreamName> NAMES =
            List.of(
                    new StreamName("order-1"),
                    new StreamName("order-2"),
                    new StreamName("cart-1"),
                    new StreamName("cart-2-b"),
                    new StreamName("log"));
    private static final List<EventType> TYPES =
            List.of(new EventType("Placed"), new EventType("Paid"), new EventType("Sent"));
    private static final int LARGE_BYTES = 5000;

    private Contents() {}

    /** What an append may refer to in the store that it meets. */
    interface Known {
        long version(StreamName stream);

        long head();

        /** Appends that were made before. */
        List<Append> appends();
    }

    static StreamName stream(int number) {
        return NAMES.get(number);
    }

    static List<StreamName> streams() {
        return NAMES;
    }

    /**
     * The append that a wish stands for.
     *
     * @param model the store it meets
     * @param log bytes of the log, to be stored as a payload
     */
    static Append append(Wish wish, Known model, Supplier<byte[]> log) {
        SplittableRandom random = new SplittableRandom(wish.seed());
        StreamName stream = NAMES.get(random.nextInt(STREAMS));
        return switch (wish.kind()) {
            case ONE -> Append.to(stream, expected(model, stream, random), event(random, 200));
            case BATCH ->
                    Append.to(
                            stream,
                            expected(model, stream, random),
                            events(random, 1 + random.nextInt(5)));
            case STREAMS -> severalStreams(model, random);
            case LARGE ->
                    Append.to(
                            stream,
                            ExpectedVersion.any(),
                            withPayload(event(random, 1), bytes(random, LARGE_BYTES)));
            case COPY ->
                    Append.to(
                            stream,
                            ExpectedVersion.any(),
                            withPayload(event(random, 1), log.get()));
            case REPEAT -> earlier(model, random);
            case ALTERED -> altered(earlier(model, random));
            case CONFLICT ->
                    Append.to(
                            stream,
                            ExpectedVersion.exactly(model.version(stream) + 1),
                            event(random, 50));
            case CONDITION ->
                    Append.to(stream, ExpectedVersion.any(), event(random, 50))
                            .onlyIf(
                                    AppendCondition.noneAfter(
                                            "none of these",
                                            query(random),
                                            Math.max(0, model.head() - random.nextInt(6))));
        };
    }

    private static ExpectedVersion expected(
            Known model, StreamName stream, SplittableRandom random) {
        return switch (random.nextInt(3)) {
            case 0 -> ExpectedVersion.any();
            case 1 -> ExpectedVersion.exactly(model.version(stream));
            default ->
                    model.version(stream) > 0
                            ? ExpectedVersion.streamExists()
                            : ExpectedVersion.noStream();
        };
    }

    private static Append severalStreams(Known model, SplittableRandom random) {
        int first = random.nextInt(STREAMS);
        int count = 2 + random.nextInt(2);
        List<StreamWrite> writes = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            StreamName stream = NAMES.get((first + i) % STREAMS);
            writes.add(
                    new StreamWrite(
                            stream,
                            expected(model, stream, random),
                            events(random, 1 + random.nextInt(2))));
        }
        return new Append(writes, List.of());
    }

    private static Append earlier(Known model, SplittableRandom random) {
        List<Append> appends = model.appends();
        return appends.isEmpty()
                ? Append.to(NAMES.getFirst(), ExpectedVersion.any(), event(random, 10))
                : appends.get(random.nextInt(appends.size()));
    }

    private static Append altered(Append append) {
        List<StreamWrite> writes = new ArrayList<>();
        for (StreamWrite write : append.writes()) {
            List<NewEvent> events =
                    write.events().stream()
                            .map(event -> withPayload(event, new byte[] {1, 2, 3}))
                            .toList();
            writes.add(new StreamWrite(write.stream(), ExpectedVersion.any(), events));
        }
        return new Append(writes, List.of());
    }

    private static NewEvent withPayload(NewEvent event, byte[] payload) {
        return new NewEvent(
                event.id(),
                event.type(),
                event.schemaVersion(),
                Payload.of(payload),
                event.metadata(),
                event.tags());
    }

    private static List<NewEvent> events(SplittableRandom random, int count) {
        List<NewEvent> events = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            events.add(event(random, 120));
        }
        return events;
    }

    private static NewEvent event(SplittableRandom random, int maxBytes) {
        NewEvent event =
                new NewEvent(
                        new EventId(new UUID(random.nextLong(), random.nextLong())),
                        TYPES.get(random.nextInt(TYPES.size())),
                        1 + random.nextInt(3),
                        Payload.of(bytes(random, random.nextInt(maxBytes))),
                        Metadata.none(),
                        java.util.Set.of());
        if (random.nextInt(3) == 0) {
            event = event.withMetadata(Metadata.ACTOR, "actor " + random.nextInt(9));
        }
        if (random.nextInt(2) == 0) {
            event = event.withTags("shop:" + random.nextInt(2), "day:" + random.nextInt(3));
        }
        return event;
    }

    private static byte[] bytes(SplittableRandom random, int count) {
        byte[] bytes = new byte[count];
        random.nextBytes(bytes);
        return bytes;
    }

    /** A query over streams, categories, types, tags, or several of them. */
    static Query query(SplittableRandom random) {
        QueryItem item = QueryItem.everything();
        return switch (random.nextInt(6)) {
            case 0 -> Query.stream(NAMES.get(random.nextInt(STREAMS)));
            case 1 -> Query.category(NAMES.get(random.nextInt(STREAMS)).category());
            case 2 -> Query.types(TYPES.get(random.nextInt(TYPES.size())).value());
            case 3 -> Query.tags("shop:" + random.nextInt(2));
            case 4 ->
                    Query.anyOf(
                            item.andTags("shop:0", "day:1"),
                            item.andTypes("Paid").andCategories("cart"));
            default ->
                    Query.anyOf(item.andStreams(NAMES.get(0), NAMES.get(2)), item.andTags("day:2"));
        };
    }

    /** A read of a query, in either direction, sometimes of a part only. */
    static ReadRequest request(SplittableRandom random, long head) {
        ReadRequest request = ReadRequest.of(query(random));
        request = random.nextBoolean() ? request.backward() : request;
        return switch (random.nextInt(4)) {
            case 0 -> request.after(random.nextLong(head + 1));
            case 1 -> request.to(random.nextLong(head + 2));
            case 2 -> request.limit(1 + random.nextInt(4)).afterVersion(random.nextInt(3));
            default -> request;
        };
    }
}
