package org.leftfold.framework.projection;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.leftfold.api.Checkpoint;
import org.leftfold.api.EventHandler;
import org.leftfold.api.EventStore;
import org.leftfold.api.FollowRequest;
import org.leftfold.api.LeftfoldException;
import org.leftfold.api.Query;
import org.leftfold.api.RecordedEvent;
import org.leftfold.api.StoreUnavailableException;
import org.leftfold.api.Subscription;
import org.leftfold.api.spi.JoiningStore;
import org.leftfold.api.spi.ViewStore;
import org.leftfold.api.spi.ViewTransaction;
import org.leftfold.framework.transform.Originals;

/**
 * Reads events while a transaction holds parts of a view. Where both are kept in one database they
 * are read in that transaction: another connection might never come, for those who have them wait
 * for the parts. Safe for any thread.
 */
final class EventsBeside {
    /** Most events that may be missing: parts stand still meanwhile. */
    static final int MAX_EVENTS = 10_000;

    /** Most bytes of their payloads. */
    private static final long MAX_BYTES = 64L << 20;

    /** The role of the views may not read events. */
    private static final String MISSING_RIGHTS = "LF-3011";

    private static final int PAGE = 500;
    private static final long LONGEST_READ_SECONDS = 60;

    private final EventStore store;
    private final ViewStore views;
    private final String name;
    private volatile @Nullable Boolean isOneDatabase; // written and read by any; found out once

    EventsBeside(EventStore store, ViewStore views, String name) {
        this.store = store;
        this.views = views;
        this.name = name;
    }

    /** An event and the place behind it. */
    record Placed(RecordedEvent event, Checkpoint behind) {}

    /** Reads within, or beside, one transaction. Of its thread. */
    interface Reading extends AutoCloseable {
        /**
         * The events of a query between two places.
         *
         * @throws ProjectionRefusedException if it is too much (LF-1221)
         * @throws org.leftfold.api.StaleCheckpointException if the first one is none here (LF-4002)
         */
        List<Placed> between(Query query, Optional<Checkpoint> from, Checkpoint target);

        /** Finds what copied events were copied from. */
        Originals originals();

        @Override
        void close();
    }

    /**
     * Begins to read; to be closed before the transaction ends.
     *
     * @param isOneDatabase as asked before the transaction
     */
    Reading in(ViewTransaction transaction, boolean isOneDatabase) {
        JoiningStore joining = isOneDatabase ? joining() : null;
        return joining == null ? new Beside() : new Within(joining.joining(transaction));
    }

    private @Nullable JoiningStore joining() {
        EventStore here = store instanceof InlineStore inline ? inline.beneath() : store;
        return here instanceof JoiningStore joining ? joining : null;
    }

    /**
     * Finds out whether both are in one database, in a transaction of its own, which may be broken
     * afterwards; so this is to be asked before the one that holds parts.
     *
     * @throws StoreUnavailableException if nobody can tell now
     */
    boolean isOneDatabase() {
        Boolean known = isOneDatabase;
        if (known == null) {
            known = joins();
            isOneDatabase = known;
        }
        return known;
    }

    private boolean joins() {
        JoiningStore joining = joining();
        if (joining == null) {
            return false;
        }
        try {
            return views.inTransaction(transaction -> {
                joining.joining(transaction).close();
                return true;
            });
        } catch (StoreUnavailableException e) {
            if (e.code().equals(MISSING_RIGHTS)) {
                return false; // the store of events has rights of its own
            }
            throw e;
        } catch (LeftfoldException e) {
            return false; // they are kept elsewhere
        }
    }

    private ProjectionRefusedException tooMuch() {
        return ProjectionRefusedException.notNow(
                name,
                "more than %d events or %d MiB are missing in one of its parts; wait until it has caught up"
                        .formatted(MAX_EVENTS, MAX_BYTES >> 20));
    }

    /** On the connection of the transaction. */
    private final class Within implements Reading {
        private final JoiningStore.Joining joining;

        Within(JoiningStore.Joining joining) {
            this.joining = joining;
        }

        @Override
        public List<Placed> between(Query query, Optional<Checkpoint> from, Checkpoint target) {
            long upTo = target.beginning().positionsUntil(target);
            List<Placed> found = new ArrayList<>();
            long bytes = 0;
            Optional<Checkpoint> after = from;
            while (true) {
                List<RecordedEvent> page = joining.read(query, after, upTo, PAGE);
                if (page.isEmpty()) {
                    return found;
                }
                for (RecordedEvent event : page) {
                    found.add(new Placed(event, joining.behind(event.position())));
                    bytes += event.payload().sizeBytes();
                }
                if (found.size() > MAX_EVENTS || bytes > MAX_BYTES) {
                    throw tooMuch();
                }
                after = Optional.of(found.getLast().behind());
            }
        }

        @Override
        public Originals originals() {
            return InlineView.originals(joining);
        }

        @Override
        public void close() {
            joining.close();
        }
    }

    /** On other connections, or without any. */
    private final class Beside implements Reading {
        @Override
        public List<Placed> between(Query query, Optional<Checkpoint> from, Checkpoint target) {
            Collector collector = new Collector(target);
            FollowRequest request =
                    from.map(place -> FollowRequest.after(query, place))
                            .orElseGet(() -> FollowRequest.fromStart(query));
            try (Subscription following = store.follow(request.fallsBehindAfter(1), collector)) {
                var unused =
                        following
                                .completion()
                                .whenComplete((nothing, failure) -> collector.end.cancel(false));
                await(collector.end, following);
            }
            return collector.found;
        }

        @Override
        public Originals originals() {
            return Originals.in(store);
        }

        @Override
        public void close() {}
    }

    /** Collects events, of which the last ones may lie behind the place that is wanted. */
    private final class Collector implements EventHandler {
        private final Checkpoint target;
        private final CompletableFuture<Checkpoint> end = new CompletableFuture<>();
        private final List<Placed> found = new ArrayList<>();
        private long bytes;

        Collector(Checkpoint target) {
            this.target = target;
        }

        @Override
        public void handle(RecordedEvent event) {
            throw new IllegalStateException("the place behind an event is needed");
        }

        @Override
        public void handle(RecordedEvent event, Checkpoint behind) {
            bytes += event.payload().sizeBytes();
            if (found.size() == MAX_EVENTS || bytes > MAX_BYTES) {
                throw tooMuch();
            }
            found.add(new Placed(event, behind));
        }

        @Override
        public void caughtUp(Checkpoint checkpoint) {
            if (checkpoint.covers(target)) {
                end.complete(checkpoint);
            }
        }
    }

    private static void await(CompletableFuture<Checkpoint> end, Subscription following) {
        try {
            end.get(LONGEST_READ_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while events were read", e);
        } catch (TimeoutException | ExecutionException | CancellationException e) {
            Throwable cause = e;
            if (following.completion().isCompletedExceptionally()) {
                cause = following.completion().exceptionNow();
            }
            if (cause instanceof RuntimeException unchecked) {
                throw unchecked;
            }
            throw new IllegalStateException("events could not be read", cause);
        }
    }
}
