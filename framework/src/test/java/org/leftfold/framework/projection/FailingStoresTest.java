package org.leftfold.framework.projection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.leftfold.framework.projection.Parcels.append;
import static org.leftfold.framework.projection.Parcels.until;

import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.leftfold.api.ExpectedVersion;
import org.leftfold.api.InMemoryEventStore;
import org.leftfold.api.NewEvent;
import org.leftfold.api.StreamName;
import org.leftfold.api.spi.InMemoryLeaseStore;
import org.leftfold.api.spi.InMemoryViewStore;
import org.leftfold.api.spi.LeaseStore;
import org.leftfold.api.spi.ViewStore;
import org.leftfold.framework.Leftfold;
import org.leftfold.framework.projection.Parcels.Weighed;

/** Stores of views and of leases that fail with whatever they like, at work and at the end. */
@Timeout(60)
class FailingStoresTest {
    private static final Duration LONG = Duration.ofSeconds(30);
    private static final Duration LEASE = Duration.ofMillis(200);
    private static final int OFTEN = 6;

    private final AtomicBoolean isFailing = new AtomicBoolean();
    private final AtomicInteger failures = new AtomicInteger();
    private final AtomicInteger answers = new AtomicInteger();
    private final InMemoryEventStore store = InMemoryEventStore.open();
    private final List<String> told = new CopyOnWriteArrayList<>();
    private final Projection<?> stories = Parcels.stories().build();

    @AfterEach
    void close() {
        store.close();
    }

    private final ProjectionListener listener =
            new ProjectionListener() {
                @Override
                public void stopped(String projection, Throwable failure) {
                    told.add("stopped " + failure.getMessage());
                }

                @Override
                public void waiting(String projection, Throwable failure) {
                    told.add("waiting " + failure.getMessage());
                }

                @Override
                public void leasesFailed(Throwable failure) {
                    told.add("leases " + failure.getMessage());
                }
            };

    private void pass() {
        if (isFailing.get()) {
            failures.incrementAndGet();
            throw new IllegalStateException("the pool is closed");
        }
        answers.incrementAndGet();
    }

    /** Leases behind a pool that somebody may have closed. */
    private final class Leases implements LeaseStore {
        private final LeaseStore leases = new InMemoryLeaseStore(InstantSource.system());

        @Override
        public Optional<Lease> acquire(String name, String owner, Duration duration) {
            pass();
            return leases.acquire(name, owner, duration);
        }

        @Override
        public Optional<Lease> renew(Lease lease, Duration duration) {
            pass();
            return leases.renew(lease, duration);
        }

        @Override
        public void release(Lease lease) {
            pass();
            leases.release(lease);
        }

        @Override
        public Optional<Lease> holder(String name) {
            pass();
            return leases.holder(name);
        }
    }

    /** Views behind such a pool. */
    private final class Views implements ViewStore {
        private final ViewStore views = new InMemoryViewStore();

        @Override
        public <T, X extends Exception> T inTransaction(Work<T, X> work) throws X {
            pass();
            return views.inTransaction(work);
        }
    }

    private ProjectionsBuilder builder(ViewStore views) {
        return Leftfold.on(store).projections(views).listener(listener).add(stories);
    }

    @Test
    void leases_that_fail_while_it_closes_do_not_keep_it_open() throws Exception {
        append(store, "p1", new Weighed(1));
        try (Projections running =
                builder(new InMemoryViewStore())
                        .sharing(new Leases(), "tests", "one", LEASE)
                        .start()) {
            assertThat(running.await(stories, store.checkpoint(), LONG)).isTrue();
            isFailing.set(true);
        }
        assertThat(failures).hasPositiveValue();
    }

    @Test
    void leases_that_fail_for_long_are_told_once_and_again_after_they_were_well() {
        try (Projections running =
                builder(new InMemoryViewStore())
                        .sharing(new Leases(), "tests", "one", LEASE)
                        .start()) {
            for (int outages = 1; outages <= 3; outages++) {
                int before = answers.get();
                until(() -> answers.get() > before + 2 * LeaseSharing.MAX_SEATS); // it was well
                failures.set(0);
                isFailing.set(true);
                until(() -> failures.get() > OFTEN);
                isFailing.set(false);
                assertThat(told).hasSize(outages).containsOnly("leases the pool is closed");
            }
            assertThat(running.names()).containsExactly("stories");
        }
    }

    @Test
    void views_that_fail_while_nothing_is_to_be_written_are_told_once_and_stop_nothing()
            throws Exception {
        append(store, "p1", new Weighed(1));
        try (Projections running = builder(new Views()).start()) {
            assertThat(running.await(stories, store.checkpoint(), LONG)).isTrue();
            isFailing.set(true);
            until(() -> failures.get() > OFTEN);
            isFailing.set(false);
            append(store, "p1", new Weighed(2));
            assertThat(running.await(stories, store.checkpoint(), LONG)).isTrue();
            assertThat(told).containsExactly("waiting the pool is closed");
        }
    }

    @Test
    void views_that_fail_while_it_closes_are_not_taken_for_a_reason_to_stop() throws Exception {
        append(store, "p1", new Weighed(1));
        try (Projections running = builder(new Views()).start()) {
            assertThat(running.await(stories, store.checkpoint(), LONG)).isTrue();
            store.append(
                    StreamName.of("depot", "north"),
                    ExpectedVersion.any(),
                    NewEvent.ofJson("Opened", "{}"));
            assertThat(running.await(stories, store.checkpoint(), LONG)).isTrue();
            isFailing.set(true);
        }
        assertThat(failures).hasPositiveValue();
        assertThat(told).noneMatch(each -> each.startsWith("stopped"));
    }
}
