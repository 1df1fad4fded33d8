package org.leftfold.benchmarks.stores;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Queue;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.function.Function;
import org.leftfold.api.Append;
import org.leftfold.api.AppendCondition;
import org.leftfold.api.AppendResult;
import org.leftfold.api.EventId;
import org.leftfold.api.EventStore;
import org.leftfold.api.EventType;
import org.leftfold.api.Events;
import org.leftfold.api.ExpectedVersion;
import org.leftfold.api.FollowRequest;
import org.leftfold.api.Metadata;
import org.leftfold.api.NewEvent;
import org.leftfold.api.Payload;
import org.leftfold.api.Query;
import org.leftfold.api.QueryItem;
import org.leftfold.api.ReadRequest;
import org.leftfold.api.RecordedEvent;
import org.leftfold.api.StreamName;
import org.leftfold.api.Tag;
import org.leftfold.api.VersionConflictException;
import org.leftfold.api.spi.StoreListener;
import org.leftfold.engine.EmbeddedEventStore;
import org.leftfold.engine.EmbeddedOptions;

/**
 * A Leftfold store through its public contract. All that an application makes for an append (names,
 * metadata, ids, events) is made inside the call; only the event types are constants, as they are
 * where they are declared.
 */
public class LeftfoldStore implements BenchStore {
    /** On every claimed event: as frequent as a tag can be. */
    private static final Tag SHOP = new Tag("shop", "main");

    private static final String CLAIM = "claim";

    /** Appends in flight while loading: more than any batch of the engine takes. */
    private static final int MAX_IN_FLIGHT = 8192;

    private final Map<String, EventType> types = new ConcurrentHashMap<>();
    private final Commits commits = new Commits();
    private final EventStore store;

    LeftfoldStore(Path directory) {
        this(commits ->
                EmbeddedEventStore.open(directory, EmbeddedOptions.defaults().listener(commits)));
    }

    /** A store that is opened with this listener. */
    protected LeftfoldStore(Function<StoreListener, EventStore> opener) {
        store = opener.apply(commits);
    }

    /** Counts what the writer makes durable together. */
    private static final class Commits implements StoreListener {
        private final LongAdder count = new LongAdder();
        private final LongAdder appends = new LongAdder();

        @Override
        public void committed(int appendsOfCommit, int events, long bytes, Duration took) {
            count.increment();
            appends.add(appendsOfCommit);
        }
    }

    @Override
    public OptionalDouble appendsPerCommit() {
        long sum = commits.appends.sumThenReset();
        long count = commits.count.sumThenReset();
        return count == 0 ? OptionalDouble.empty() : OptionalDouble.of((double) sum / count);
    }

    @Override
    public boolean parksCallers() {
        return true;
    }

    @Override
    public void append(String stream, long expectedVersion, List<SampleEvent> events)
            throws WrongVersionException {
        try {
            store.append(toAppend(stream, expectedVersion, events));
        } catch (VersionConflictException e) {
            throw new WrongVersionException("refused by the store", e);
        }
    }

    private Append toAppend(String stream, long expectedVersion, List<SampleEvent> events) {
        List<NewEvent> newEvents = new ArrayList<>(events.size());
        for (SampleEvent event : events) {
            newEvents.add(toNewEvent(event));
        }
        ExpectedVersion expected = ExpectedVersion.exactly(expectedVersion);
        return Append.to(new StreamName(stream), expected, newEvents);
    }

    private NewEvent toNewEvent(SampleEvent event) {
        return toNewEvent(event, Set.of());
    }

    private NewEvent toNewEvent(SampleEvent event, Set<Tag> tags) {
        Metadata metadata =
                Metadata.of(
                        Map.of(
                                Metadata.CORRELATION_ID, event.correlationId(),
                                Metadata.ACTOR, event.actor()));
        return new NewEvent(
                nextId(), type(event.type()), 1, Payload.wrap(event.payload()), metadata, tags);
    }

    private EventType type(String name) {
        EventType known = types.get(name);
        return known != null ? known : types.computeIfAbsent(name, EventType::new);
    }

    /** Laid out like {@link EventId#next()}, without the price of a secure random number. */
    private static EventId nextId() {
        Instant now = Instant.now();
        int nanos = now.getNano();
        long millis = now.getEpochSecond() * 1000 + nanos / 1_000_000;
        long fraction = nanos % 1_000_000L * 0x1000 / 1_000_000;
        long high = (millis << 16) | 0x7000 | fraction;
        long low =
                (ThreadLocalRandom.current().nextLong() & 0x3fff_ffff_ffff_ffffL)
                        | 0x8000_0000_0000_0000L;
        return new EventId(new UUID(high, low));
    }

    /** One event an append, so that the frames are those of single appends; many in flight. */
    @Override
    public void load(Iterable<PlacedEvent> events) {
        load(events, placed -> toNewEvent(placed.event()));
    }

    @Override
    public void loadClaimed(Iterable<PlacedEvent> events) {
        long[] claim = new long[1];
        load(events, placed -> toNewEvent(placed.event(), tags(claim[0]++)));
    }

    private void load(Iterable<PlacedEvent> events, Function<PlacedEvent, NewEvent> maker) {
        Queue<CompletableFuture<AppendResult>> inFlight = new ArrayDeque<>();
        for (PlacedEvent placed : events) {
            if (inFlight.size() == MAX_IN_FLIGHT) {
                inFlight.remove().join();
            }
            ExpectedVersion expected = ExpectedVersion.exactly(placed.version() - 1);
            StreamName stream = new StreamName(placed.stream());
            inFlight.add(store.appendAsync(Append.to(stream, expected, maker.apply(placed))));
        }
        inFlight.forEach(CompletableFuture::join);
    }

    private static Set<Tag> tags(long claim) {
        return Set.of(SHOP, new Tag(CLAIM, Long.toString(claim)));
    }

    /** The condition has three terms: a frequent type, a frequent tag, and a tag of nobody else. */
    @Override
    public void appendClaimed(String stream, long expectedVersion, SampleEvent event, long claim)
            throws WrongVersionException {
        EventType type = type(event.type());
        Set<Tag> tags = tags(claim);
        Query claimed = Query.anyOf(new QueryItem(Set.of(), Set.of(), Set.of(type), tags));
        Append append =
                Append.to(
                                new StreamName(stream),
                                ExpectedVersion.exactly(expectedVersion),
                                toNewEvent(event, tags))
                        .onlyIf(AppendCondition.none("claimed before", claimed));
        try {
            store.append(append);
        } catch (VersionConflictException e) {
            throw new WrongVersionException("refused by the store", e);
        }
    }

    @Override
    public StreamReader openReader() {
        return new StreamReader() {
            @Override
            public void read(String stream, EventSink sink) {
                give(ReadRequest.stream(new StreamName(stream)), sink);
            }

            @Override
            public int load(String stream, Touch touch) {
                Order order = new Order(stream);
                try (Events events = store.read(ReadRequest.stream(new StreamName(stream)))) {
                    while (events.hasNext()) {
                        RecordedEvent event = events.next();
                        order.next(event.stream().value(), event.version());
                        touch(event, touch);
                    }
                }
                return order.count();
            }

            @Override
            public void close() {}
        };
    }

    @Override
    public void replay(EventSink sink) {
        give(ReadRequest.all(), sink);
    }

    private void give(ReadRequest request, EventSink sink) {
        try (Events events = store.read(request)) {
            while (events.hasNext()) {
                RecordedEvent event = events.next();
                sink.accept(
                        event.position(),
                        event.stream().value(),
                        event.version(),
                        event.type().value(),
                        event.payload().toByteArray(),
                        SampleEvent.metadataBytes(
                                value(event, Metadata.CORRELATION_ID),
                                value(event, Metadata.ACTOR)));
            }
        }
    }

    @Override
    public long scan(Touch touch) {
        long count = 0;
        try (Events events = store.read(ReadRequest.all())) {
            while (events.hasNext()) {
                touch(events.next(), touch);
                count++;
            }
        }
        return count;
    }

    private static void touch(RecordedEvent event, Touch touch) {
        touch.number(event.position());
        touch.text(event.stream().value());
        touch.number(event.version());
        touch.number(event.id().value().getLeastSignificantBits());
        touch.text(event.type().value());
        touch.number(event.recordedAt().getEpochSecond());
        touch.payload(event.payload());
        touch.text(value(event, Metadata.CORRELATION_ID));
        touch.text(value(event, Metadata.ACTOR));
    }

    private static String value(RecordedEvent event, String key) {
        return event.metadata().value(key).orElseThrow();
    }

    @Override
    public boolean canFollow() {
        return true;
    }

    @Override
    public Closeable follow(Consumer<byte[]> handler) {
        return follow(store, handler);
    }

    /** Follows a store from now on. */
    protected static Closeable follow(EventStore store, Consumer<byte[]> handler) {
        var subscription =
                store.follow(
                        FollowRequest.fromNow(Query.all()),
                        event -> handler.accept(event.payload().toByteArray()));
        return subscription::close;
    }

    @Override
    public void close() throws IOException {
        store.close();
    }
}
