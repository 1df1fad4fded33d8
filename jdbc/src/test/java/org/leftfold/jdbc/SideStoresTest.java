package org.leftfold.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.leftfold.api.Payload;
import org.leftfold.api.StreamName;
import org.leftfold.api.spi.LeaseStore;
import org.leftfold.api.spi.LeaseStore.Lease;
import org.leftfold.api.spi.SnapshotStore;
import org.leftfold.api.spi.SnapshotStore.Snapshot;
import org.leftfold.servers.SkipWithoutServer;
import org.leftfold.testkit.random.Seeds;

/** What the stores beside the log do beyond their contracts, and how they share a database. */
@ExtendWith(SkipWithoutServer.class)
@Timeout(value = 120, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SideStoresTest {
    private static final StreamName ORDER = new StreamName("order-1");
    private static final Duration MINUTE = Duration.ofMinutes(1);

    @ParameterizedTest
    @EnumSource(Kind.class)
    void a_large_snapshot_comes_back_and_a_smaller_one_replaces_it(Kind kind) throws Exception {
        try (JoinedFixture there = new JoinedFixture(kind)) {
            SnapshotStore snapshots = there.store.snapshots();
            Random random = new Random(5);
            for (int bytes : new int[] {5_000_000, 4 << 20, (4 << 20) + 1, 3, 2 << 20, 0, 1}) {
                byte[] state = new byte[bytes];
                random.nextBytes(state);
                Snapshot saved = new Snapshot(ORDER, 7, "total", 1 + bytes, Payload.of(state));
                snapshots.save(saved);
                assertThat(snapshots.newest(ORDER, "total", 7)).contains(saved);
            }
            assertThat(rows(there)).as("no part is left behind").isEqualTo(1);
        }
    }

    private static long rows(JoinedFixture there) throws SQLException {
        return there.number(there.options.tables().sql("select count(*) from {snapshots}"));
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void the_newest_two_snapshots_are_kept(Kind kind) throws Exception {
        try (JoinedFixture there = new JoinedFixture(kind)) {
            SnapshotStore snapshots = there.store.snapshots();
            for (int version = 1; version <= 5; version++) {
                snapshots.save(new Snapshot(ORDER, version, "total", 1, Payload.ofText("x")));
                snapshots.save(new Snapshot(ORDER, version, "lines", 1, Payload.ofText("y")));
            }
            assertThat(rows(there)).isEqualTo(4);
            assertThat(snapshots.newest(ORDER, "total", 4)).isPresent();
            assertThat(snapshots.newest(ORDER, "total", 3)).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void a_snapshot_with_a_missing_part_counts_as_lost(Kind kind) throws Exception {
        try (JoinedFixture there = new JoinedFixture(kind)) {
            SnapshotStore snapshots = there.store.snapshots();
            Payload large = Payload.of(new byte[5 << 20]);
            for (int part = 0; part < 3; part++) {
                snapshots.save(new Snapshot(ORDER, 7, "total", 1, large));
                there.execute(
                        there.options.tables().sql("delete from {snapshots} where part = " + part));
                assertThat(snapshots.newest(ORDER, "total", 9)).isEmpty();
            }
            Snapshot small = new Snapshot(ORDER, 7, "total", 2, Payload.ofText("small"));
            snapshots.save(small);
            assertThat(snapshots.newest(ORDER, "total", 9)).contains(small);
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void racing_saves_of_one_version_never_mix(Kind kind) {
        Seeds.check(Seeds.range(1, 1), (seed, random) -> raceForOneVersion(kind, seed));
    }

    private static void raceForOneVersion(Kind kind, long seed) throws Exception {
        try (JoinedFixture there = new JoinedFixture(kind)) {
            SnapshotStore snapshots = there.store.snapshots();
            List<Future<?>> running = new ArrayList<>();
            for (int thread = 0; thread < 4; thread++) {
                Random random = new Random(seed + thread);
                byte value = (byte) thread;
                running.add(
                        there.threads.submit(() -> {
                            for (int round = 0; round < 8; round++) {
                                byte[] state = new byte[random.nextInt(5 << 20)];
                                Arrays.fill(state, value);
                                snapshots.save(
                                        new Snapshot(ORDER, 7, "total", 1, Payload.of(state)));
                                if (random.nextInt(4) == 0) {
                                    snapshots.drop(ORDER);
                                }
                                snapshots
                                        .newest(ORDER, "total", 7)
                                        .ifPresent(SideStoresTest::assertUnmixed);
                            }
                            return null;
                        }));
            }
            for (Future<?> one : running) {
                one.get();
            }
        }
    }

    private static void assertUnmixed(Snapshot found) {
        byte[] state = found.state().toByteArray();
        for (byte one : state) {
            if (one != state[0]) {
                throw new AssertionError("a snapshot of two saves");
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void leases_run_out_by_the_clock_of_the_database_for_all_processes(Kind kind) throws Exception {
        try (JoinedFixture there = new JoinedFixture(kind);
                JdbcEventStore other = kind.open(there.source, there.options)) {
            LeaseStore here = there.store.leases();
            LeaseStore elsewhere = other.leases();
            Lease first = here.acquire("mails", "a", MINUTE).orElseThrow();
            assertThat(elsewhere.acquire("mails", "b", MINUTE)).isEmpty();
            assertThat(here.renew(first, Duration.ofMillis(50))).isPresent();
            AtomicReference<Lease> taken = new AtomicReference<>();
            JoinedFixture.await(() -> {
                Optional<Lease> second = elsewhere.acquire("mails", "b", MINUTE);
                second.ifPresent(taken::set);
                return second.isPresent();
            });
            assertThat(taken.get().fence()).isGreaterThan(first.fence());
            assertThat(taken.get().expiresAt()).isAfter(first.expiresAt().minus(MINUTE));
            assertThat(here.renew(first, MINUTE)).isEmpty();
            elsewhere.release(taken.get());
            assertThat(here.acquire("mails", "a", MINUTE).orElseThrow().fence())
                    .isGreaterThan(taken.get().fence());
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void a_closed_store_has_no_stores_beside_it(Kind kind) {
        try (JoinedFixture there = new JoinedFixture(kind)) {
            SnapshotStore snapshots = there.store.snapshots();
            var checkpoints = there.store.checkpoints();
            LeaseStore leases = there.store.leases();
            there.store.close();
            assertThatThrownBy(() -> snapshots.newest(ORDER, "total", 1))
                    .hasMessageContaining("LF-1007");
            assertThatThrownBy(() -> checkpoints.load("mails")).hasMessageContaining("LF-1007");
            assertThatThrownBy(() -> leases.acquire("mails", "a", MINUTE))
                    .hasMessageContaining("LF-1007");
            assertThatThrownBy(there.store::snapshots).hasMessageContaining("LF-1007");
        }
    }
}
