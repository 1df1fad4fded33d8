package org.leftfold.framework.repository;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.leftfold.framework.repository.CommandOptions.by;
import static org.leftfold.framework.repository.CommandOptions.none;
import static org.leftfold.framework.repository.CommandOptions.trigger;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.leftfold.api.EventStore;
import org.leftfold.api.InMemoryEventStore;
import org.leftfold.api.InvalidRequestException;
import org.leftfold.api.Metadata;
import org.leftfold.api.ReadRequest;
import org.leftfold.api.RecordedEvent;
import org.leftfold.api.StreamName;
import org.leftfold.api.Tag;
import org.leftfold.api.VersionConflictException;
import org.leftfold.framework.Leftfold;
import org.leftfold.framework.codec.EventCodec;
import org.leftfold.framework.lockers.LockerDecider;
import org.leftfold.framework.lockers.LockerDecider.LockerCommand;
import org.leftfold.framework.lockers.LockerDecider.LockerCommand.Collect;
import org.leftfold.framework.lockers.LockerDecider.LockerCommand.Label;
import org.leftfold.framework.lockers.LockerDecider.LockerCommand.Reserve;
import org.leftfold.framework.lockers.LockerDecider.LockerEvent;
import org.leftfold.framework.lockers.LockerDecider.LockerEvent.Collected;
import org.leftfold.framework.lockers.LockerDecider.LockerEvent.Reserved;
import org.leftfold.framework.lockers.LockerDecider.LockerRefused;
import org.leftfold.framework.lockers.LockerDecider.LockerState;

class RepositoryTest {
    private final EventStore store = InMemoryEventStore.open();
    private final Repository<LockerCommand, LockerState, LockerEvent> lockers =
            Leftfold.on(store).repository("locker", new LockerDecider());

    @AfterEach
    void close() {
        store.close();
    }

    private List<RecordedEvent> stored(String id) {
        return store.read(ReadRequest.stream(StreamName.of("locker", id))).toList();
    }

    @Test
    void a_command_becomes_events_in_the_stream_of_its_thing() {
        var first = lockers.handle("L7", new Reserve("p1"), by("anna").because("pickup"));
        assertThat(first.outcome()).isEqualTo(Outcome.STORED);
        assertThat(first.version()).isEqualTo(1);
        assertThat(first.position()).isEqualTo(1);
        assertThat(first.events()).containsExactly(new Reserved("p1"));
        assertThat(first.state()).isEqualTo(new LockerState("p1", 1, ""));

        var second = lockers.update("L7", new Collect());
        assertThat(second.version()).isEqualTo(2);
        assertThat(lockers.load("L7").state()).isEqualTo(new LockerState("", 1, ""));

        List<RecordedEvent> events = stored("L7");
        assertThat(events)
                .extracting(event -> event.type().value())
                .containsExactly("reserved", "collected");
        assertThat(events.getFirst().payload().asText()).isEqualTo("{\"parcel\":\"p1\"}");
        assertThat(events.getFirst().tags()).containsExactly(Tag.of("parcel:p1"));
        assertThat(events.getFirst().metadata())
                .isEqualTo(Metadata.of(Metadata.ACTOR, "anna").with(Metadata.REASON, "pickup"));
    }

    @Test
    void a_refused_command_stores_nothing_and_its_exception_comes_as_it_was_thrown() {
        lockers.handle("L7", new Reserve("p1"));
        assertThatThrownBy(() -> lockers.handle("L7", new Reserve("p2")))
                .isInstanceOf(LockerRefused.class)
                .hasMessage("held for parcel p1");
        assertThat(stored("L7")).hasSize(1);
    }

    @Test
    void a_command_without_events_is_legal_and_moves_no_version() {
        lockers.handle("L7", new Reserve("p1"));
        var again = lockers.handle("L7", new Reserve("p1"));
        assertThat(again.outcome()).isEqualTo(Outcome.NOTHING);
        assertThat(again.version()).isEqualTo(1);
        assertThat(again.position()).isZero();
        assertThat(stored("L7")).hasSize(1);
    }

    @Test
    void save_begins_a_thing_and_only_begins_it() {
        assertThat(lockers.save("L7", new Reserve("p1")).version()).isEqualTo(1);
        assertThatThrownBy(() -> lockers.save("L7", new Reserve("p2")))
                .isInstanceOf(VersionConflictException.class)
                .hasMessageContaining("stream 'locker-L7' is at version 1")
                .hasMessageContaining("expected no stream");
        assertThat(lockers.save(new Reserve("p3")).id()).hasSize(36);
        assertThat(stored("L7")).hasSize(1);
    }

    @Test
    void update_and_ask_need_a_thing_that_exists() {
        assertThatThrownBy(() -> lockers.update("L9", new Reserve("p1")))
                .isInstanceOf(AggregateNotFoundException.class)
                .hasMessageContaining("LF-1206")
                .hasMessageContaining("locker-L9");
        assertThatThrownBy(() -> lockers.ask("L9", LockerState::count))
                .isInstanceOf(AggregateNotFoundException.class);
        assertThat(lockers.find("L9")).isEmpty();
        lockers.handle("L9", new Reserve("p1"));
        assertThat(lockers.ask("L9", LockerState::count)).isEqualTo(1);
        assertThat(lockers.find("L9")).isPresent();
    }

    @Test
    void a_provided_command_sees_the_state_and_may_be_none() {
        lockers.handle("L7", new Reserve("p1"));
        var collected =
                lockers.updateWith(
                        "L7",
                        state ->
                                state.parcel().isEmpty()
                                        ? Optional.empty()
                                        : Optional.of(new Collect()),
                        none());
        assertThat(collected.events()).containsExactly(new Collected("p1"));
        var nothing = lockers.updateWith("L7", state -> Optional.empty(), none());
        assertThat(nothing.outcome()).isEqualTo(Outcome.NOTHING);
        assertThat(nothing.version()).isEqualTo(2);
    }

    @Test
    void the_async_forms_do_the_same() throws Exception {
        assertThat(lockers.saveAsync("L1", new Reserve("p1"), none()).get().version()).isEqualTo(1);
        assertThat(lockers.updateAsync("L1", new Collect(), none()).get().version()).isEqualTo(2);
        assertThat(lockers.handleAsync("L1", new Reserve("p2"), none()).get().version())
                .isEqualTo(3);
        assertThat(lockers.findAsync("L1").get().orElseThrow().state().parcel()).isEqualTo("p2");
        assertThatThrownBy(() -> lockers.handleAsync("L1", new Reserve("p3"), none()).get())
                .hasCauseInstanceOf(LockerRefused.class);
    }

    @Test
    void an_expected_version_that_is_gone_conflicts_and_hands_over_what_was_missed() {
        lockers.handle("L7", new Reserve("p1"));
        lockers.handle("L7", new Label("hall"));
        assertThatThrownBy(() -> lockers.handle("L7", new Collect(), none().expecting(1)))
                .isInstanceOfSatisfying(
                        VersionConflictException.class,
                        conflict -> {
                            assertThat(conflict.actualVersion()).isEqualTo(2);
                            assertThat(store.read(conflict.missed()).toList())
                                    .extracting(RecordedEvent::version)
                                    .containsExactly(2L);
                        });
        assertThatThrownBy(() -> lockers.handle("L7", new Collect(), none().expecting(3)))
                .isInstanceOf(VersionConflictException.class);
        assertThat(lockers.handle("L7", new Collect(), none().expecting(2)).version()).isEqualTo(3);
    }

    @Test
    void a_message_is_handled_once() {
        var first = lockers.handle("L7", new Reserve("p1"), trigger("intake", "m1"));
        lockers.handle("L7", new Collect());
        var again = lockers.handle("L7", new Reserve("p1"), trigger("intake", "m1"));
        assertThat(first.outcome()).isEqualTo(Outcome.STORED);
        assertThat(again.outcome()).isEqualTo(Outcome.DUPLICATE);
        assertThat(again.isDuplicate()).isTrue();
        assertThat(again.version()).isEqualTo(2);
        assertThat(again.state().parcel()).isEmpty();
        assertThat(stored("L7")).hasSize(2);
        assertThat(stored("L7").getFirst().tags())
                .isEqualTo(Set.of(Tag.of("message:intake/m1"), Tag.of("parcel:p1")));
        assertThat(stored("L7").getFirst().metadata().value(Metadata.CAUSATION_ID)).contains("m1");
        assertThat(lockers.handle("L7", new Reserve("p1"), trigger("other", "m1")).outcome())
                .isEqualTo(Outcome.STORED);
    }

    @Test
    void the_cause_is_the_message_that_is_there_at_the_end_unless_another_one_is_given() {
        MessageId last = new MessageId("intake", "m2");
        assertThat(cause(trigger("intake", "m1"))).contains("m1");
        assertThat(cause(trigger("intake", "m1").triggeredBy(last))).contains("m2");
        assertThat(cause(trigger("intake", "m1").because("pickup"))).contains("m1");
        assertThat(cause(trigger("intake", "m1").causedBy("c1"))).contains("c1");
        assertThat(cause(none().causedBy("c1").triggeredBy(last))).contains("c1");
        assertThat(cause(none())).isEmpty();
    }

    private static Optional<String> cause(CommandOptions options) {
        return options.metadata().value(Metadata.CAUSATION_ID);
    }

    @Test
    void a_message_without_events_leaves_a_pseudo_event_that_the_domain_never_sees() {
        lockers.handle("L7", new Reserve("p1"));
        var nothing = lockers.handle("L7", new Reserve("p1"), trigger("intake", "m2"));
        assertThat(nothing.outcome()).isEqualTo(Outcome.NOTHING);
        assertThat(nothing.version()).isEqualTo(2);
        assertThat(stored("L7").getLast()).matches(EventCodec::isPseudo);
        assertThat(lockers.handle("L7", new Collect(), trigger("intake", "m2")).outcome())
                .isEqualTo(Outcome.DUPLICATE);
        assertThat(lockers.load("L7"))
                .isEqualTo(
                        new Loaded<>(
                                StreamName.of("locker", "L7"), 2, new LockerState("p1", 1, "")));
        assertThat(lockers.history("L7").toList()).hasSize(1);
        assertThat(lockers.handle("L7", new Label("x"), none().expecting(1)).version())
                .as("the caller saw the state as it is")
                .isEqualTo(3);
    }

    @Test
    void a_creation_that_is_delivered_twice_gives_the_thing_of_the_first_time() {
        var first = lockers.save(new Reserve("p1"), trigger("intake", "m1"));
        var again = lockers.save(new Reserve("p1"), trigger("intake", "m1"));
        assertThat(again.isDuplicate()).isTrue();
        assertThat(again.id()).isEqualTo(first.id());
        assertThat(again.state()).isEqualTo(first.state());
    }

    @Test
    void an_empty_id_is_refused_wherever_one_is_given() {
        List<ThrowingCallable> calls =
                List.of(
                        () -> lockers.handle("", new Reserve("p1")),
                        () -> lockers.save("", new Reserve("p1")),
                        () -> lockers.find(""),
                        () -> lockers.history(""),
                        () -> lockers.stream(""));
        for (ThrowingCallable call : calls) {
            assertThatThrownBy(call)
                    .isInstanceOf(InvalidRequestException.class)
                    .hasMessage(
                            "LF-1001: id '' is not allowed: it is empty, and tells no two things of 'locker' apart. Nothing was stored.");
        }
        assertThat(store.head()).isZero();
    }

    @Test
    void a_category_may_be_renamed() {
        lockers.handle("L7", new Reserve("p1"));
        var boxes =
                Leftfold.on(store).define("box", new LockerDecider()).formerly("locker").build();
        assertThat(boxes.handle("L7", new Collect()).stream())
                .isEqualTo(StreamName.of("locker", "L7"));
        assertThat(boxes.handle("L8", new Reserve("p2")).stream())
                .isEqualTo(StreamName.of("box", "L8"));
        assertThatThrownBy(() -> boxes.save("L7", new Reserve("p2")))
                .isInstanceOf(VersionConflictException.class);
    }
}
