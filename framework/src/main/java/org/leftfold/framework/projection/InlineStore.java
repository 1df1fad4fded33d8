package org.leftfold.framework.projection;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import org.leftfold.api.Append;
import org.leftfold.api.AppendResult;
import org.leftfold.api.Checkpoint;
import org.leftfold.api.EventHandler;
import org.leftfold.api.EventStore;
import org.leftfold.api.Events;
import org.leftfold.api.FollowRequest;
import org.leftfold.api.InvalidRequestException;
import org.leftfold.api.ReadRequest;
import org.leftfold.api.StreamName;
import org.leftfold.api.Subscription;
import org.leftfold.api.spi.Completer;
import org.leftfold.api.spi.JoiningStore;
import org.leftfold.api.spi.Uninterrupted;
import org.leftfold.framework.projection.InlineRequest.Made;
import org.leftfold.framework.projection.Projection.Definition;

/**
 * An event store with views that change in the same transaction as the events are appended: whoever
 * has appended reads what he wrote, and what was refused is in no view. Everything but appending is
 * done by the store beneath. Safe for any thread.
 *
 * <pre>{@code
 * JdbcViewStore views = JdbcViewStore.open(dataSource); // in the database of the events
 * InlineStore store = Leftfold.on(jdbcStore).projections(views).add(search).inline();
 * leads = Leftfold.on(store).repository("lead", new LeadDecider());
 * leads.handle("1", new Contact());
 * LeadSearch lead = store.rows(search).find("lead-1").orElseThrow(); // there at once
 * }</pre>
 *
 * <p>All who append to the database wait while views are changed, so keep that short: what is slow
 * belongs into a projection that follows. Appends that have queued up share a transaction; handlers
 * are called on a thread of this store.
 *
 * <p>Others may append by the store beneath, and may run the same projections by {@link
 * Projections}: an append brings in first what is missing, up to 10,000 events. A view that is
 * paused, or was built by another version of the code, is left to those who follow; a rebuild needs
 * {@link Projections} in any program. Handlers must not append by another store or another thread:
 * they would wait for the append that they belong to.
 *
 * <p>An event that fails is tried again as its {@link ErrorPolicy} says, each time in a new
 * transaction, while only the caller waits. Then it is parked or left out and the append succeeds,
 * or it is refused (LF-1222).
 */
public final class InlineStore implements EventStore {
    /** Most appends that wait in {@link #appendAsync}, which blocks then. */
    public static final int MAX_QUEUED = 1_024;

    private final JoiningStore store;
    private final Map<String, InlineView<?>> inline = new TreeMap<>(); // in the order of names
    private final ExecutorService executor; // for what is done after asynchronous appends
    private final Completer completer = new Completer("leftfold-inline");
    private final Semaphore room = new Semaphore(MAX_QUEUED);
    private final InlineGate gate = new InlineGate();
    private final InlineWriter writer;
    private volatile @Nullable Thread worker; // written by the executor, read by all

    InlineStore(ProjectionsBuilder builder, JoiningStore store) {
        this.store = store;
        builder.views.inTransaction(transaction -> {
            try (JoiningStore.Joining possible = store.joining(transaction)) {
                return possible.hashCode();
            }
        });
        for (Projection<?> projection : builder.projections.values()) {
            inline.put(projection.name(), view(builder, projection.definition()));
        }
        this.writer =
                new InlineWriter(
                        new InlineAttempt.Home(store, builder.views, List.copyOf(inline.values())),
                        gate,
                        builder.time);
        this.executor =
                Executors.newSingleThreadExecutor(task -> {
                    Thread made = Thread.ofVirtual().name("leftfold-inline-after").unstarted(task);
                    worker = made;
                    return made;
                });
    }

    private static <E, V> InlineView<E> view(
            ProjectionsBuilder builder, Definition<E, V> definition) {
        Work<E, V> work = Work.of(definition, builder.store, builder.codecs);
        return new InlineView<>(
                new ProjectionRun<>(
                        builder.store,
                        builder.views,
                        work,
                        builder.listener,
                        builder.time,
                        Role.ALL));
    }

    /**
     * The rows of a view. What an append has changed is in them when it returns; of a view that was
     * paused, or of another version of the code, when those who follow have brought it in.
     *
     * @throws ProjectionRefusedException if it is none of these (LF-1220), or a subscriber, which
     *     has no rows (LF-1221)
     */
    public <V> Rows<V> rows(Projection<V> projection) {
        InlineView<?> view = inline.get(projection.name());
        if (view == null) {
            throw ProjectionRefusedException.unknown(projection.name(), inline.keySet());
        }
        return new Rows<>(view.run(), projection.definition().effect(), view.run()::look);
    }

    /**
     * Appends, and changes the views; all of it is committed on return, or nothing. A repetition
     * changes nothing.
     *
     * @throws ProjectionRefusedException if a projection fails on an event and its policy is to
     *     stop (LF-1222), or too much is missing or parked in a view (LF-1221); nothing was stored
     */
    @Override
    public AppendResult append(Append append) {
        InlineRequest request = new InlineRequest(append);
        writer.submit(request);
        return Completer.await(request.outcome()).finish();
    }

    @Override
    public CompletableFuture<AppendResult> appendAsync(Append append) {
        try {
            gate.requireOpen();
            room.acquireUninterruptibly();
            InlineRequest request = new InlineRequest(append);
            CompletableFuture<AppendResult> done = new CompletableFuture<>();
            CompletableFuture<Made> unused =
                    request.outcome().whenComplete((made, failure) -> hand(made, failure, done));
            writer.submit(request);
            return completer.follow(done);
        } catch (InvalidRequestException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    /** Does afterwards what is to be done, in the order of the appends. */
    private void hand(
            @Nullable Made made,
            @Nullable Throwable failure,
            CompletableFuture<AppendResult> done) {
        room.release();
        Runnable finishing =
                () -> {
                    if (made != null) {
                        done.complete(made.finish());
                    } else {
                        done.completeExceptionally(Objects.requireNonNull(failure));
                    }
                };
        try {
            executor.execute(finishing);
        } catch (RejectedExecutionException e) {
            finishing.run(); // the store is being closed, and waits for nobody else
        }
    }

    @Override
    public Events read(ReadRequest request) {
        return store.read(request);
    }

    @Override
    public Subscription follow(FollowRequest request, EventHandler handler) {
        return store.follow(request, handler);
    }

    @Override
    public long head() {
        return store.head();
    }

    @Override
    public long version(StreamName stream) {
        return store.version(stream);
    }

    @Override
    public Checkpoint checkpoint() {
        return store.checkpoint();
    }

    JoiningStore beneath() {
        return store;
    }

    /** Finishes the appends that were accepted, and closes the store beneath. */
    @Override
    public void close() {
        writer.close();
        executor.shutdown();
        if (!Thread.currentThread().equals(worker)) {
            Uninterrupted.end(executor);
        }
        completer.close();
        store.close();
    }
}
