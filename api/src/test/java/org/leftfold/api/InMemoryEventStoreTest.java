package org.leftfold.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the suite for every store, in the testkit, does not see. */
class InMemoryEventStoreTest {
    private static final StreamName ORDER = new StreamName("order-1");

    @Test
    void an_opened_store_is_empty_takes_the_time_of_the_system_and_asks_for_nothing() {
        try (InMemoryEventStore store = InMemoryEventStore.open()) {
            assertThat(store.head()).isZero();
            NewEvent event = NewEvent.ofJson("Placed", "{}");
            store.append(ORDER, ExpectedVersion.noStream(), event);
            RecordedEvent stored = store.read(ReadRequest.all()).toList().getFirst();
            assertThat(stored.toNewEvent()).isEqualTo(event);
            assertThat(stored.recordedAt()).isAfter(Instant.parse("2025-01-01T00:00:00Z"));
        }
    }

    @Test
    void two_stores_have_histories_of_their_own() {
        try (InMemoryEventStore one = InMemoryEventStore.open();
                InMemoryEventStore two = InMemoryEventStore.open()) {
            assertThat(one.checkpoint()).isNotEqualTo(two.checkpoint());
        }
    }

    @Test
    void the_administration_of_a_closed_store_is_refused() {
        InMemoryEventStore store = InMemoryEventStore.open();
        store.close();
        Refusals.expect("LF-1007", "the in-memory store is closed", store::admin);
    }

    @Test
    void statistics_count_bytes_until_they_are_scavenged() {
        try (InMemoryEventStore store = InMemoryEventStore.open()) {
            List<NewEvent> events =
                    List.of(NewEvent.ofJson("A", "12345"), NewEvent.ofJson("B", "123"));
            store.append(ORDER, ExpectedVersion.noStream(), events);
            assertThat(store.admin().statistics().bytes()).isEqualTo(10);
            store.admin().truncate(ORDER, 2, new AdminAct("ann", "retention"));
            assertThat(store.admin().statistics().bytes()).isEqualTo(10);
            assertThat(store.admin().scavenge(progress -> {}))
                    .isEqualTo(new ScavengeReport(1, 10, 4));
            assertThat(store.admin().statistics().bytes()).isEqualTo(4);
        }
    }
}
