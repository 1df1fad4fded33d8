package org.leftfold.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
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
