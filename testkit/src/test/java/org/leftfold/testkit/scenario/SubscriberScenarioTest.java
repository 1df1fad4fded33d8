package org.leftfold.testkit.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;
import org.leftfold.framework.codec.EventName;
import org.leftfold.framework.codec.EventSchema;
import org.leftfold.framework.privacy.DataSubject;
import org.leftfold.framework.privacy.PersonalData;
import org.leftfold.framework.projection.Delivery;
import org.leftfold.framework.projection.EventHandlerMethod;
import org.leftfold.framework.projection.EventSubscriber;
import org.leftfold.framework.projection.Projection;

class SubscriberScenarioTest {
    sealed interface MemberEvent {
        @EventName("joined")
        record Joined(String name) implements MemberEvent {}

        @EventName("called")
        record Called(@DataSubject String id, @PersonalData String phone) implements MemberEvent {}
    }

    private static final EventSchema<MemberEvent> SCHEMA = EventSchema.of(MemberEvent.class);

    /** What a subscriber acts on: mail, and a list of addresses. */
    static final class Outside {
        private final List<String> letters = new CopyOnWriteArrayList<>();
        private final Set<String> addresses = new ConcurrentSkipListSet<>();

        List<String> letters() {
            return letters;
        }

        Set<String> addresses() {
            return addresses;
        }
    }

    @EventSubscriber(id = "office")
    static final class Clerk {
        private final BiConsumer<MemberEvent, Delivery> act;

        Clerk(BiConsumer<MemberEvent, Delivery> act) {
            this.act = act;
        }

        @EventHandlerMethod
        void on(MemberEvent event, Delivery delivery) {
            act.accept(event, delivery);
        }
    }

    private interface Duty {
        void act(Outside outside, MemberEvent event, Delivery delivery);
    }

    private static SubscriberScenario<Outside> office(Duty duty) {
        return SubscriberScenario.of(
                        Outside::new,
                        outside ->
                                Projection.subscriber(
                                                new Clerk((event, delivery) ->
                                                        duty.act(outside, event, delivery)),
                                                SCHEMA)
                                        .build())
                .given("member-1", new MemberEvent.Joined("Ada"))
                .given("member-2", new MemberEvent.Joined("Bo"))
                .given("member-3", new MemberEvent.Joined("Cy"))
                .given("member-1", new MemberEvent.Joined("Ada again"));
    }

    private static String name(MemberEvent event) {
        return ((MemberEvent.Joined) event).name();
    }

    @Test
    void what_is_done_afterwards_and_what_may_be_done_again_survive_everything() {
        office(
                        (outside, event, delivery) -> {
                            delivery.afterwards(() -> outside.letters.add("Dear " + name(event)));
                            outside.addresses.add(name(event));
                        })
                .then(outside ->
                        assertThat(outside.letters)
                                .containsExactlyInAnyOrder(
                                        "Dear Ada", "Dear Bo", "Dear Cy", "Dear Ada again"))
                .then(outside -> assertThat(outside.addresses).hasSize(4))
                .survivesFaults(Outside::addresses)
                .survivesFaults(outside -> outside.letters.stream().sorted().toList());
    }

    @Test
    void what_counts_twice_when_it_is_delivered_again_is_found() {
        var office = office((outside, event, delivery) -> outside.letters.add(name(event)));
        assertThatThrownBy(() -> office.survivesFaults(Outside::letters))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("when its transactions are lost and delivered again")
                .hasMessageContaining("and not");
    }

    @Test
    void what_depends_on_the_order_of_streams_is_found_by_an_event_that_waits() {
        var office =
                office((outside, event, delivery) ->
                        delivery.afterwards(() -> outside.letters.add(name(event))));
        assertThatThrownBy(() -> office.survivesFaults(Outside::letters))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("when event 1 was unreadable for a while");
    }

    /** It writes names for each generation, which is what the clearing is told. */
    private static Projection<Void> listing(Outside outside) {
        BiConsumer<MemberEvent, Delivery> act =
                (event, delivery) ->
                        outside.addresses.add(name(event) + "@" + delivery.generation());
        return Projection.subscriber(new Clerk(act), SCHEMA)
                .clearedBy((transaction, generation) ->
                        outside.addresses.removeIf(each -> each.endsWith("@" + generation)))
                .build();
    }

    @Test
    void what_a_rebuild_writes_beside_the_generation_that_is_read_is_found() {
        SubscriberScenario<Outside> office =
                SubscriberScenario.of(Outside::new, SubscriberScenarioTest::listing)
                        .given("member-1", new MemberEvent.Joined("Ada"));
        office.survivesFaults(outside ->
                outside.addresses.stream()
                        .map(each -> each.replaceAll("@.*", ""))
                        .distinct()
                        .toList());
        assertThatThrownBy(() -> office.survivesFaults(Outside::addresses))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("when it is rebuilt")
                .hasMessageContaining("Ada@2");
    }

    @Test
    void a_subscriber_that_needs_what_was_forgotten_is_found() {
        Duty calling =
                (outside, event, delivery) -> {
                    if (event instanceof MemberEvent.Called called) {
                        outside.addresses.add(String.valueOf(Long.parseLong(called.phone())));
                    }
                };
        var office = office(calling).given("member-4", new MemberEvent.Called("4", "0221"));
        assertThatThrownBy(() -> office.survivesFaults(Outside::addresses))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining(
                        "it fails on version 1 of stream 'member-4': java.lang.NumberFormatException");
    }
}
