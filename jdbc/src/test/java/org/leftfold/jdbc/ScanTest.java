package org.leftfold.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.leftfold.api.Append;
import org.leftfold.api.EventStore;
import org.leftfold.api.Events;
import org.leftfold.api.ExpectedVersion;
import org.leftfold.api.InMemoryEventStore;
import org.leftfold.api.NewEvent;
import org.leftfold.api.Query;
import org.leftfold.api.ReadRequest;
import org.leftfold.api.RecordedEvent;
import org.leftfold.api.StoreUnavailableException;
import org.leftfold.api.StreamName;
import org.leftfold.servers.SkipWithoutServer;

/** Reads of many pages, of which the next is fetched while one is handed out. */
@ExtendWith(SkipWithoutServer.class)
@Timeout(120)
class ScanTest {
    private static final int EVENTS = 6_000;

    @ParameterizedTest
    @EnumSource(Kind.class)
    void a_read_of_many_pages_gives_what_a_filter_over_the_log_gives(Kind kind) {
        JdbcOptions options = Kind.ownTables();
        try (HikariDataSource pool = kind.newPool(4);
                JdbcEventStore store = kind.open(pool, options);
                InMemoryEventStore model = InMemoryEventStore.open()) {
            fill(store, model);
            List<ReadRequest> requests = new ArrayList<>();
            for (Query query :
                    List.of(
                            Query.all(),
                            Query.stream(new StreamName("a-1")),
                            Query.category("a"),
                            Query.tags("n:3"),
                            Query.types("T1"))) {
                ReadRequest request = ReadRequest.of(query);
                requests.add(request);
                requests.add(request.backward());
                requests.add(request.after(777).to(5_555));
                for (long limit : List.of(1L, 64L, 65L, 1_344L, 1_345L, 1_400L, 3_392L, 5_000L)) {
                    requests.add(request.limit(limit));
                    requests.add(request.backward().limit(limit));
                }
            }
            for (ReadRequest request : requests) {
                assertThat(places(store.read(request)))
                        .as("%s", request)
                        .isEqualTo(places(model.read(request)));
            }
        }
    }

    /** Each is a kind of its own: more than are walked one by one in one query, and less. */
    @ParameterizedTest
    @EnumSource(Kind.class)
    void a_type_of_many_schema_versions_is_read_as_one(Kind kind) {
        JdbcOptions options = Kind.ownTables();
        try (HikariDataSource pool = kind.newPool(4);
                JdbcEventStore store = kind.open(pool, options);
                InMemoryEventStore model = InMemoryEventStore.open()) {
            for (int versions : List.of(60, 600)) {
                for (int from = 0; from < 1_200; from += 300) {
                    List<NewEvent> events = new ArrayList<>();
                    for (int i = 0; i < 300; i++) {
                        String type = i % 3 == 0 ? "Other" : "Of" + versions;
                        events.add(
                                NewEvent.ofJson(type, "{}")
                                        .withSchemaVersion(1 + (from + i) % versions));
                    }
                    StreamName stream = new StreamName("many-" + versions);
                    Append append = Append.to(stream, ExpectedVersion.any(), events);
                    store.append(append);
                    model.append(append);
                }
            }
            for (String type : List.of("Of60", "Of600", "Other")) {
                ReadRequest request = ReadRequest.of(Query.types(type));
                for (ReadRequest each :
                        List.of(request, request.backward().limit(70), request.after(900))) {
                    assertThat(places(store.read(each)))
                            .as("%s", each)
                            .isEqualTo(places(model.read(each)));
                }
            }
        }
    }

    /** Copies of other stores may have gaps. */
    @ParameterizedTest
    @EnumSource(Kind.class)
    void gaps_between_positions_are_passed(Kind kind) throws SQLException {
        try (HikariDataSource pool = kind.newPool(4);
                JdbcEventStore store = kind.open(pool, JdbcOptions.defaults());
                InMemoryEventStore model = InMemoryEventStore.open();
                Connection connection = pool.getConnection();
                Statement statement = connection.createStatement()) {
            fill(store, model);
            statement.execute(
                    "update leftfold_events set position = position + 1000000 where position > 5500");
            statement.execute(
                    "delete from leftfold_events where position between 1700 and 1800"
                            + " or position between 2900 and 5300");
            for (ReadRequest request : List.of(ReadRequest.all(), ReadRequest.all().backward())) {
                List<Long> positions =
                        positions(model.read(request)).stream()
                                .filter(at -> at < 1700 || at > 1800)
                                .filter(at -> at < 2900 || at > 5300)
                                .map(at -> at > 5500 ? at + 1_000_000 : at)
                                .toList();
                assertThat(positions(store.read(request))).isEqualTo(positions);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void positions_of_which_few_have_events_are_passed(Kind kind) throws SQLException {
        try (HikariDataSource pool = kind.newPool(4);
                JdbcEventStore store = kind.open(pool, JdbcOptions.defaults());
                InMemoryEventStore model = InMemoryEventStore.open();
                Connection connection = pool.getConnection();
                Statement statement = connection.createStatement()) {
            fill(store, model);
            statement.execute(
                    "update leftfold_events set position = 1000000 + 50 * position where position > 2500");
            for (ReadRequest request : List.of(ReadRequest.all(), ReadRequest.all().backward())) {
                List<Long> positions =
                        positions(model.read(request)).stream()
                                .map(at -> at > 2500 ? 1_000_000 + 50 * at : at)
                                .toList();
                assertThat(positions(store.read(request))).isEqualTo(positions);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void a_read_that_failed_goes_on_where_it_was(Kind kind) {
        AtomicLong asked = new AtomicLong();
        try (HikariDataSource pool = kind.newPool(4);
                JdbcEventStore store = kind.open(pool, JdbcOptions.defaults());
                JdbcEventStore unsteady =
                        kind.open(
                                Switched.source(pool, () -> asked.incrementAndGet() % 4 == 0),
                                JdbcOptions.defaults().patience(Duration.ofNanos(1)));
                InMemoryEventStore model = InMemoryEventStore.open()) {
            fill(store, model);
            int failures = 0;
            for (ReadRequest request : List.of(ReadRequest.all(), ReadRequest.all().backward())) {
                for (int first = 1; first <= 4; first++) {
                    asked.set(first);
                    List<Long> seen = new ArrayList<>();
                    failures += readInSpiteOfFailures(unsteady, request, seen);
                    assertThat(seen).isEqualTo(positions(model.read(request)));
                }
            }
            assertThat(failures).as("failures").isPositive();
        }
    }

    /** An outage may be over, and the caller's own transaction too, when the page is needed. */
    @ParameterizedTest
    @EnumSource(Kind.class)
    void pages_that_could_not_be_read_ahead_are_read_when_they_are_needed(Kind kind) {
        AtomicLong failures = new AtomicLong();
        BooleanSupplier ahead =
                () ->
                        Thread.currentThread().getName().equals("leftfold-read-ahead")
                                && failures.incrementAndGet() > 0;
        try (HikariDataSource pool = kind.newPool(4);
                JdbcEventStore store = kind.open(pool, JdbcOptions.defaults());
                JdbcEventStore unsteady =
                        kind.open(
                                Switched.source(pool, ahead),
                                JdbcOptions.defaults().patience(Duration.ofNanos(1)));
                InMemoryEventStore model = InMemoryEventStore.open()) {
            fill(store, model);
            for (Query query : List.of(Query.all(), Query.category("a"))) {
                ReadRequest request = ReadRequest.of(query);
                for (ReadRequest each : List.of(request, request.backward())) {
                    failures.set(0);
                    assertThat(positions(unsteady.read(each)))
                            .isEqualTo(positions(model.read(each)));
                    assertThat(failures.get()).as("failures").isPositive();
                }
            }
        }
    }

    /** Reads positions, beginning again where an error came; how many came. */
    private static int readInSpiteOfFailures(
            EventStore store, ReadRequest request, List<Long> seen) {
        Events events = null;
        int failures = 0;
        for (boolean more = true; more; ) {
            try {
                events = events == null ? store.read(request) : events;
                more = events.hasNext();
                if (more) {
                    seen.add(events.next().position());
                }
            } catch (StoreUnavailableException e) {
                failures++;
            }
        }
        return failures;
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void reads_that_are_left_early_keep_no_connection(Kind kind) {
        try (HikariDataSource pool = kind.newPool(4);
                JdbcEventStore store = kind.open(pool, JdbcOptions.defaults());
                InMemoryEventStore model = InMemoryEventStore.open()) {
            fill(store, model);
            for (int i = 0; i < 20; i++) { // of four connections
                try (Events events = store.read(ReadRequest.all())) {
                    for (int n = 0; n < 1_400; n++) {
                        assertThat(events.next().position()).isEqualTo(n + 1);
                    }
                }
            }
            assertThat(store.head()).isEqualTo(EVENTS);
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void a_read_ends_with_its_store(Kind kind) {
        JdbcEventStore store = kind.open();
        try (InMemoryEventStore model = InMemoryEventStore.open()) {
            fill(store, model);
        }
        try (Events events = store.read(ReadRequest.all())) {
            for (int n = 0; n < 1_400; n++) {
                events.next();
            }
            store.close();
            assertThatThrownBy(() -> events.forEachRemaining(event -> {}))
                    .isInstanceOf(StoreUnavailableException.class);
        }
    }

    private static void fill(JdbcEventStore store, InMemoryEventStore model) {
        SplittableRandom random = new SplittableRandom(7_020);
        for (int i = 0; i < EVENTS; i += 100) {
            List<NewEvent> events = new ArrayList<>();
            for (int n = 0; n < 100; n++) {
                events.add(
                        NewEvent.ofJson("T" + random.nextInt(3), "{\"n\":" + (i + n) + "}")
                                .withTags("n:" + random.nextInt(4)));
            }
            StreamName stream = new StreamName(random.nextInt(3) == 0 ? "b-1" : "a-1");
            store.append(stream, ExpectedVersion.any(), events);
            model.append(stream, ExpectedVersion.any(), events);
        }
    }

    private static List<Long> positions(Events read) {
        try (read) {
            return read.toList().stream().map(RecordedEvent::position).toList();
        }
    }

    private static List<String> places(Events read) {
        List<String> places = new ArrayList<>();
        try (read) {
            while (read.hasNext()) {
                RecordedEvent event = read.next();
                places.add(
                        "%d %s %d %s"
                                .formatted(
                                        event.position(),
                                        event.stream(),
                                        event.version(),
                                        event.payload().asText()));
            }
        }
        return places;
    }
}
