package org.leftfold.testkit.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.leftfold.framework.codec.EventName;
import org.leftfold.framework.codec.EventSchema;
import org.leftfold.framework.projection.Keying;
import org.leftfold.framework.projection.Projection;

class ProjectionScenarioTest {
    sealed interface GuestEvent {
        @EventName("named")
        record Named(String name) implements GuestEvent {}

        @EventName("arrived")
        record Arrived() implements GuestEvent {}
    }

    private static final EventSchema<GuestEvent> SCHEMA = EventSchema.of(GuestEvent.class);

    static final class Guest {
        private final Set<String> names = new LinkedHashSet<>();
        private int visits;

        void apply(GuestEvent.Named named) {
            names.add(named.name());
        }

        void apply(GuestEvent.Arrived arrived) {
            visits++;
        }
    }

    /** A guest that does not keep all that it knows. */
    static final class Forgetful {
        private transient int visits;
        private int seen;

        void apply(GuestEvent.Arrived arrived) {
            visits++;
            seen = visits;
        }
    }

    private static ProjectionScenario<Guest> guests() {
        return ProjectionScenario.of(Projection.of("guests", Guest.class, SCHEMA).build())
                .given("guest-1", new GuestEvent.Named("ann"), new GuestEvent.Arrived())
                .given("guest-2", new GuestEvent.Arrived())
                .given("guest-1", new GuestEvent.Named("anna"), new GuestEvent.Arrived());
    }

    @Test
    void rows_are_looked_at_by_their_fields() {
        Guest expected = new Guest();
        expected.names.addAll(Set.of("anna", "ann")); // in any order
        expected.visits = 2;
        guests().thenRow("guest-1", expected)
                .then("guest-2", guest -> assertThat(guest.visits).isEqualTo(1))
                .thenNone("guest-3")
                .thenKeys("guest-1", "guest-2")
                .survivesFaults();
    }

    @Test
    void what_is_not_so_is_told() {
        assertThatThrownBy(() -> guests().thenRow("guest-2", new Guest()))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("\"visits\":1");
        assertThatThrownBy(() -> guests().then("guest-3", row -> {}))
                .hasMessageContaining("has no row 'guest-3'");
        assertThatThrownBy(() -> guests().thenNone("guest-1"))
                .hasMessageContaining("has a row 'guest-1'");
        assertThatThrownBy(() -> guests().thenKeys("guest-1"))
                .hasMessageContaining("and not [guest-1]");
    }

    @Test
    void a_field_that_is_not_kept_is_noticed() {
        Projection<Forgetful> forgetful =
                Projection.of("forgetful", Forgetful.class, SCHEMA).build();
        ProjectionScenario<Forgetful> scenario =
                ProjectionScenario.of(forgetful)
                        .given("guest-1", new GuestEvent.Arrived(), new GuestEvent.Arrived());
        scenario.then("guest-1", row -> assertThat(row.seen).isEqualTo(2));
        assertThatThrownBy(scenario::survivesFaults)
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("the view is another one when");
    }

    @Test
    void a_counter_outside_of_the_rows_is_noticed() {
        Map<String, Integer> outside = new HashMap<>();
        Projection<Integer> counting =
                Projection.<GuestEvent, Integer>of(
                                "counting",
                                Integer.class,
                                SCHEMA,
                                (row, event, key) -> outside.merge(key, 1, Integer::sum))
                        .keyedBy(Keying.single("all"))
                        .build();
        ProjectionScenario<Integer> scenario =
                ProjectionScenario.of(counting)
                        .given("guest-1", new GuestEvent.Arrived(), new GuestEvent.Arrived());
        assertThatThrownBy(scenario::survivesFaults)
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("the view is another one");
    }
}
