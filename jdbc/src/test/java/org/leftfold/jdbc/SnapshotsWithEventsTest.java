package org.leftfold.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import javax.sql.DataSource;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.leftfold.api.Append;
import org.leftfold.api.ExpectedVersion;
import org.leftfold.api.Payload;
import org.leftfold.api.StreamName;
import org.leftfold.api.VersionConflictException;
import org.leftfold.api.spi.InMemorySnapshotStore;
import org.leftfold.api.spi.SnapshotStore;
import org.leftfold.api.spi.SnapshotStore.Snapshot;
import org.leftfold.framework.Leftfold;
import org.leftfold.framework.codec.EventName;
import org.leftfold.framework.decide.Decider;
import org.leftfold.framework.repository.Repository;
import org.leftfold.framework.repository.RepositoryListener;
import org.leftfold.framework.snapshot.SnapshotPolicy;
import org.leftfold.framework.snapshot.Snapshots;
import org.leftfold.framework.snapshot.StateFormat;
import org.leftfold.servers.SkipWithoutServer;

/**
 * A snapshot in the transaction of its events (R49): with them or not at all, and never in their
 * way.
 */
@ExtendWith(SkipWithoutServer.class)
@Timeout(value = 120, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SnapshotsWithEventsTest {
    private static final StreamName CLICKS = new StreamName("clicks-1");

    @EventName("clicked")
    record Clicked(int times) {}

    record Clicks(int times) {}

    static final class ClickDecider implements Decider<Integer, Clicks, Clicked> {
        @Override
        public Clicks initialState() {
            return new Clicks(0);
        }

        @Override
        public List<Clicked> decide(Integer times, Clicks state) {
            return List.of(new Clicked(times));
        }

        @Override
        public Clicks evolve(Clicks state, Clicked event) {
            return new Clicks(state.times() + event.times());
        }
    }

    /** What went over the connections, in short; and what is to go wrong with the next snapshot. */
    private static final class Traced {
        final List<String> calls = Collections.synchronizedList(new ArrayList<>());
        final AtomicReference<String> failure = new AtomicReference<>("");
        volatile boolean lasting;

        DataSource over(DataSource source) {
            return proxy(DataSource.class, source, "");
        }

        private <T> T proxy(Class<T> type, Object target, String about) {
            Object made =
                    Proxy.newProxyInstance(
                            getClass().getClassLoader(),
                            new Class<?>[] {type},
                            (proxy, method, arguments) -> {
                                String name = method.getName();
                                String sql =
                                        arguments != null && arguments.length > 0
                                                ? String.valueOf(arguments[0])
                                                : "";
                                if (name.equals("commit")) {
                                    calls.add("commit");
                                } else if (name.startsWith("execute") && !about.isEmpty()) {
                                    calls.add(about);
                                    failNow(about);
                                }
                                Object result;
                                try {
                                    result = method.invoke(target, arguments);
                                } catch (InvocationTargetException e) {
                                    throw e.getCause();
                                }
                                if (result == null || !method.getReturnType().isInterface()) {
                                    return result;
                                }
                                return switch (name) {
                                    case "getConnection" -> proxy(Connection.class, result, "");
                                    case "prepareStatement" ->
                                            proxy(method.getReturnType(), result, subject(sql));
                                    default -> result;
                                };
                            });
            return type.cast(made);
        }

        private static String subject(String sql) {
            String plain = sql.toLowerCase(java.util.Locale.ROOT).strip();
            if (!plain.startsWith("insert") && !plain.startsWith("replace")) {
                return "";
            }
            return plain.contains("snapshots")
                    ? "snapshot"
                    : plain.contains("events") ? "events" : "";
        }

        private void failNow(String about) throws SQLException {
            if (about.equals("snapshot")) {
                String state = lasting ? failure.get() : failure.getAndSet("");
                if (!state.isEmpty()) {
                    throw new SQLException("as the test wants it", state);
                }
            }
        }
    }

    /** Notes what becomes of snapshots. */
    private static final class Heard implements RepositoryListener {
        final List<String> notes = new ArrayList<>();

        @Override
        public void saved(StreamName stream, long version) {
            notes.add("saved " + version);
        }

        @Override
        public void failed(StreamName stream, long version, RuntimeException cause) {
            notes.add("failed " + version);
        }
    }

    private static Repository<Integer, Clicks, Clicked> clicks(
            JdbcEventStore store, SnapshotStore snapshots, Heard heard) {
        StateFormat<Clicks> format = StateFormat.json("clicks", 1, Clicks.class);
        return Leftfold.on(store)
                .define("clicks", new ClickDecider())
                .snapshots(
                        Snapshots.in(snapshots, format, SnapshotPolicy.<Clicks>every(2))
                                .withEvents())
                .cache(1)
                .listener(heard)
                .build();
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void it_is_committed_with_the_events_it_stands_behind(Kind kind) {
        Traced traced = new Traced();
        Heard heard = new Heard();
        try (JdbcEventStore store = kind.open(traced.over(kind.shared()), Kind.ownTables())) {
            var clicks = clicks(store, store.snapshots(), heard);
            clicks.handle("1", 5);
            assertThat(heard.notes).isEmpty();
            traced.calls.clear();
            clicks.handle("1", 7);
            List<String> calls = List.copyOf(traced.calls);
            assertThat(calls.indexOf("events")).as("%s", calls).isNotNegative();
            assertThat(calls.indexOf("snapshot"))
                    .as("%s", calls)
                    .isGreaterThan(calls.indexOf("events"));
            assertThat(calls.indexOf("commit"))
                    .as("%s", calls)
                    .isGreaterThan(calls.indexOf("snapshot"));
            assertThat(Collections.frequency(calls, "commit")).isEqualTo(1);
            assertThat(Collections.frequency(calls, "snapshot")).isEqualTo(1);
            assertThat(heard.notes).containsExactly("saved 2");
            Snapshot found = store.snapshots().newest(CLICKS, "clicks", 9).orElseThrow();
            assertThat(found.version()).isEqualTo(2);
            assertThat(found.state().asText()).isEqualTo("{\"times\":12}");
            for (int i = 0; i < 3; i++) {
                clicks.handle("1", 1);
            }
            assertThat(heard.notes).containsExactly("saved 2", "saved 4");
            assertThat(clicks.load("1").state().times()).isEqualTo(15);
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void an_append_that_is_refused_leaves_no_snapshot(Kind kind) {
        try (JdbcEventStore store = kind.open()) {
            clicks(store, store.snapshots(), new Heard()).handle("1", 5);
            var codec = Leftfold.on(store).repository("clicks", new ClickDecider()).codec();
            var event =
                    codec.encode(
                            new Clicked(1), org.leftfold.api.Metadata.none(), java.util.Set.of());
            Append stale = Append.to(CLICKS, ExpectedVersion.noStream(), List.of(event));
            Snapshot snapshot = new Snapshot(CLICKS, 1, "clicks", 1, Payload.ofText("{}"));
            assertThatThrownBy(() -> store.append(stale, snapshot, store.snapshots()))
                    .isInstanceOf(VersionConflictException.class);
            assertThat(store.snapshots().newest(CLICKS, "clicks", 9)).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void what_goes_wrong_with_it_does_not_touch_the_events(Kind kind) {
        Traced traced = new Traced();
        Heard heard = new Heard();
        List<String> states = List.of("42000", "40001", "22001", "08006");
        try (JdbcEventStore store = kind.open(traced.over(kind.shared()), Kind.ownTables())) {
            var clicks = clicks(store, store.snapshots(), heard);
            for (int i = 0; i < states.size(); i++) {
                clicks.handle("1", 1);
                traced.failure.set(states.get(i));
                assertThat(clicks.handle("1", 1).version()).isEqualTo(2 * i + 2);
                assertThat(store.head()).as("after " + states.get(i)).isEqualTo(2 * i + 2);
                assertThat(heard.notes)
                        .as("saved by itself")
                        .last()
                        .isEqualTo("saved " + (2 * i + 2));
            }
            assertThat(store.snapshots().newest(CLICKS, "clicks", 9).orElseThrow().version())
                    .isEqualTo(8);
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void what_goes_wrong_each_time_is_tried_with_the_events_once(Kind kind) {
        Traced traced = new Traced();
        Heard heard = new Heard();
        JdbcOptions options = Kind.ownTables().patience(Duration.ofMillis(200));
        try (JdbcEventStore store = kind.open(traced.over(kind.shared()), options)) {
            var clicks = clicks(store, store.snapshots(), heard);
            clicks.handle("1", 1);
            traced.failure.set("40001");
            traced.lasting = true;
            assertThat(clicks.handle("1", 1).version()).isEqualTo(2);
            assertThat(store.head()).isEqualTo(2);
            assertThat(heard.notes).containsExactly("failed 2");
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void without_their_table_events_are_stored_all_the_same(Kind kind) throws Exception {
        Heard heard = new Heard();
        JdbcOptions options = Kind.ownTables();
        try (JdbcEventStore store = kind.open(kind.shared(), options)) {
            try (Connection connection = kind.shared().getConnection();
                    var statement = connection.createStatement()) {
                statement.execute(options.tables().sql("drop table {snapshots}"));
            }
            var clicks = clicks(store, store.snapshots(), heard);
            clicks.handle("1", 1);
            assertThat(clicks.handle("1", 1).version()).isEqualTo(2);
            assertThat(heard.notes).containsExactly("failed 2");
            assertThat(store.head()).isEqualTo(2);
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void snapshots_that_are_kept_elsewhere_are_saved_behind_the_append(Kind kind) {
        Heard heard = new Heard();
        try (JdbcEventStore store = kind.open()) {
            InMemorySnapshotStore elsewhere = new InMemorySnapshotStore();
            assertThat(store.keepsHere(elsewhere)).isFalse();
            var clicks = clicks(store, elsewhere, heard);
            clicks.handle("1", 1);
            clicks.handle("1", 1);
            assertThat(heard.notes).containsExactly("saved 2");
            assertThat(elsewhere.newest(CLICKS, "clicks", 2)).isPresent();
        }
    }
}
