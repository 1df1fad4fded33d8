package org.leftfold.testkit.tck;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.leftfold.api.Append;
import org.leftfold.api.AppendCondition;
import org.leftfold.api.AppendResult;
import org.leftfold.api.Checkpoint;
import org.leftfold.api.EventHandler;
import org.leftfold.api.EventId;
import org.leftfold.api.EventStore;
import org.leftfold.api.Events;
import org.leftfold.api.ExpectedVersion;
import org.leftfold.api.FollowRequest;
import org.leftfold.api.NewEvent;
import org.leftfold.api.Payload;
import org.leftfold.api.ReadRequest;
import org.leftfold.api.RecordedEvent;
import org.leftfold.api.StreamWrite;
import org.leftfold.api.Subscription;

/** Stores that are each wrong in one way that a real store could be. */
final class BrokenStores {
    private BrokenStores() {}

    /** Changes what is appended before it is stored. */
    private static EventStore appending(EventStore inner, UnaryOperator<Append> change) {
        return new DelegatingStore(inner) {
            @Override
            public AppendResult append(Append append) {
                return inner.append(change.apply(append));
            }
        };
    }

    /** Changes what a read gives. */
    private static EventStore reading(EventStore inner, UnaryOperator<List<RecordedEvent>> change) {
        return new DelegatingStore(inner) {
            @Override
            public Events read(ReadRequest request) {
                return new ListedEvents(change.apply(inner.read(request).toList()));
            }
        };
    }

    /** Changes what is asked for. */
    private static EventStore asking(EventStore inner, UnaryOperator<ReadRequest> change) {
        return new DelegatingStore(inner) {
            @Override
            public Events read(ReadRequest request) {
                return inner.read(change.apply(request));
            }
        };
    }

    /** Changes how a handler is called. */
    private static EventStore following(EventStore inner, UnaryOperator<EventHandler> change) {
        return new DelegatingStore(inner) {
            @Override
            public Subscription follow(FollowRequest request, EventHandler handler) {
                return inner.follow(request, change.apply(handler));
            }
        };
    }

    static EventStore ignoresConditions(EventStore inner) {
        return appending(inner, append -> new Append(append.writes(), List.of()));
    }

    static EventStore checksOnlyTheFirstCondition(EventStore inner) {
        return appending(
                inner,
                append ->
                        new Append(
                                append.writes(), append.conditions().stream().limit(1).toList()));
    }

    static EventStore takesAfterPositionsAsIncluded(EventStore inner) {
        return appending(
                inner,
                append ->
                        new Append(
                                append.writes(),
                                append.conditions().stream()
                                        .map(one ->
                                                AppendCondition.noneAfter(
                                                        one.name(),
                                                        one.query(),
                                                        Math.max(0, one.afterPosition() - 1)))
                                        .toList()));
    }

    static EventStore ignoresExpectedVersions(EventStore inner) {
        return appending(
                inner,
                append ->
                        withWrites(
                                append,
                                write ->
                                        new StreamWrite(
                                                write.stream(),
                                                ExpectedVersion.any(),
                                                write.events())));
    }

    static EventStore forgetsIds(EventStore inner) {
        return appending(
                inner,
                append ->
                        withWrites(
                                append,
                                write ->
                                        new StreamWrite(
                                                write.stream(),
                                                write.expected(),
                                                write.events().stream()
                                                        .map(event -> event.withId(EventId.next()))
                                                        .toList())));
    }

    static EventStore losesTheThirdEventOfABatch(EventStore inner) {
        return appending(
                inner,
                append ->
                        withWrites(
                                append,
                                write -> {
                                    List<NewEvent> events = new ArrayList<>(write.events());
                                    if (events.size() > 2) {
                                        events.remove(2);
                                    }
                                    return new StreamWrite(
                                            write.stream(), write.expected(), events);
                                }));
    }

    static EventStore appendsStreamByStream(EventStore inner) {
        return new DelegatingStore(inner) {
            @Override
            public AppendResult append(Append append) {
                List<AppendResult.Written> places = new ArrayList<>();
                boolean repeated = false;
                for (StreamWrite write : append.writes()) {
                    AppendResult one =
                            inner.append(new Append(List.of(write), append.conditions()));
                    places.addAll(one.writes());
                    repeated = one.repeated();
                }
                return new AppendResult(places, repeated);
            }
        };
    }

    static EventStore neverSaysThatItRepeated(EventStore inner) {
        return new DelegatingStore(inner) {
            @Override
            public AppendResult append(Append append) {
                return new AppendResult(inner.append(append).writes(), false);
            }
        };
    }

    static EventStore changesPayloads(EventStore inner) {
        return reading(
                inner,
                events ->
                        events.stream()
                                .map(event -> withPayload(event, event.payload().asText().strip()))
                                .toList());
    }

    static EventStore readsUnsorted(EventStore inner) {
        return reading(
                inner,
                events -> {
                    List<RecordedEvent> shuffled = new ArrayList<>(events);
                    Collections.shuffle(shuffled, new Random(1));
                    return shuffled;
                });
    }

    static EventStore ignoresLimits(EventStore inner) {
        return asking(inner, request -> request.limit(Long.MAX_VALUE));
    }

    static EventStore readsPastTheUpperVersion(EventStore inner) {
        return asking(inner, request -> request.toVersion(Long.MAX_VALUE));
    }

    static EventStore deliversTwice(EventStore inner) {
        return following(
                inner,
                handler ->
                        new PassingHandler(handler) {
                            @Override
                            public void handle(RecordedEvent event, Checkpoint behind)
                                    throws Exception {
                                handler.handle(event, behind);
                                handler.handle(event, behind);
                            }
                        });
    }

    static EventStore saysTwiceThatItCaughtUp(EventStore inner) {
        return following(
                inner,
                handler ->
                        new PassingHandler(handler) {
                            @Override
                            public void caughtUp(Checkpoint checkpoint) throws Exception {
                                handler.caughtUp(checkpoint);
                                handler.caughtUp(checkpoint);
                            }
                        });
    }

    static EventStore acceptsCheckpointsOfOthers(EventStore inner) {
        return new DelegatingStore(inner) {
            @Override
            public Subscription follow(FollowRequest request, EventHandler handler) {
                boolean after = request.start() instanceof FollowRequest.Start.After;
                return inner.follow(
                        after ? FollowRequest.fromStart(request.query()) : request, handler);
            }
        };
    }

    static EventStore staysOpen(EventStore inner) {
        return new DelegatingStore(inner) {
            @Override
            public void close() {
                inner.head();
            }
        };
    }

    private static Append withWrites(Append append, UnaryOperator<StreamWrite> change) {
        return new Append(append.writes().stream().map(change).toList(), append.conditions());
    }

    private static RecordedEvent withPayload(RecordedEvent event, String text) {
        return new RecordedEvent(
                event.position(),
                event.stream(),
                event.version(),
                event.id(),
                event.type(),
                event.schemaVersion(),
                event.recordedAt(),
                Payload.of(text.getBytes(StandardCharsets.UTF_8)),
                event.metadata(),
                event.tags());
    }

    private static class PassingHandler implements EventHandler {
        private final EventHandler inner;

        PassingHandler(EventHandler inner) {
            this.inner = inner;
        }

        @Override
        public void handle(RecordedEvent event) throws Exception {
            inner.handle(event);
        }

        @Override
        public void handle(RecordedEvent event, Checkpoint behind) throws Exception {
            inner.handle(event, behind);
        }

        @Override
        public void caughtUp(Checkpoint checkpoint) throws Exception {
            inner.caughtUp(checkpoint);
        }

        @Override
        public void fellBehind(Checkpoint checkpoint) throws Exception {
            inner.fellBehind(checkpoint);
        }
    }

    @SuppressWarnings("IterableAndIterator") // as the interface is
    private static final class ListedEvents implements Events {
        private final Iterator<RecordedEvent> rest;

        ListedEvents(List<RecordedEvent> events) {
            rest = events.iterator();
        }

        @Override
        public boolean hasNext() {
            return rest.hasNext();
        }

        @Override
        public RecordedEvent next() {
            return rest.next();
        }

        @Override
        public void close() {}
    }
}
