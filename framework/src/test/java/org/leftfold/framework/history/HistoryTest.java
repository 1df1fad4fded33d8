package org.leftfold.framework.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.leftfold.framework.repository.CommandOptions.by;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.leftfold.api.AdminAct;
import org.leftfold.api.FollowRequest;
import org.leftfold.api.InMemoryEventStore;
import org.leftfold.api.InvalidRequestException;
import org.leftfold.api.Query;
import org.leftfold.api.ReadRequest;
import org.leftfold.api.RecordedEvent;
import org.leftfold.api.VersionConflictException;
import org.leftfold.framework.Leftfold;
import org.leftfold.framework.codec.DefinitionException;
import org.leftfold.framework.codec.DomainEvent;
import org.leftfold.framework.decide.DefectException;
import org.leftfold.framework.lockers.LockerDecider;
import org.leftfold.framework.lockers.LockerDecider.LockerCommand;
import org.leftfold.framework.lockers.LockerDecider.LockerCommand.Collect;
import org.leftfold.framework.lockers.LockerDecider.LockerCommand.Label;
import org.leftfold.framework.lockers.LockerDecider.LockerCommand.Reserve;
import org.leftfold.framework.lockers.LockerDecider.LockerEvent;
import org.leftfold.framework.lockers.LockerDecider.LockerEvent.Labelled;
import org.leftfold.framework.lockers.LockerDecider.LockerState;
import org.leftfold.framework.repository.CommandOptions;
import org.leftfold.framework.repository.Outcome;
import org.leftfold.framework.repository.Repository;

class HistoryTest {
    private final InMemoryEventStore store = InMemoryEventStore.open();
    private final Repository<LockerCommand, LockerState, LockerEvent> lockers =
            Leftfold.on(store).repository("locker", new LockerDecider());

    @AfterEach
    void close() {
        store.close();
    }

    private void story() {
        lockers.handle("L7", new Reserve("p1"), by("anna").because("pickup"));
        lockers.handle("L7", new Label("hall"), by("bert"));
        lockers.handle("L7", new Collect(), by("anna").because("Picked up"));
        lockers.handle("L7", new Label("yard"), by("bert").because("moved outside"));
    }

    @Test
    void every_event_says_what_it_changed_from_and_to() {
        story();
        List<History.Entry<LockerEvent>> entries = lockers.history("L7").toList();
        assertThat(entries).hasSize(4);
        assertThat(entries.get(0).changes())
                .containsExactly(
                        new FieldChange("count", "0", "1"),
                        new FieldChange("parcel", "\"\"", "\"p1\""));
        assertThat(entries.get(2).changes())
                .containsExactly(new FieldChange("parcel", "\"p1\"", "\"\""));
        assertThat(entries.get(3).event().actor()).contains("bert");
        assertThat(entries.get(3).after().json())
                .isEqualTo("{\"parcel\":\"\",\"count\":1,\"label\":\"yard\"}");
        assertThat(lockers.history("L7").changesOf("label"))
                .extracting(History.Change::version, each -> each.change().toString())
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple(2L, "label: \"\" -> \"hall\""),
                        org.assertj.core.groups.Tuple.tuple(4L, "label: \"hall\" -> \"yard\""));
        assertThat(lockers.history("L7").changesOf("lab")).isEmpty();
        assertThat(lockers.history("nobody").toList()).isEmpty();
    }

    @Test
    void the_state_at_a_time_has_the_events_recorded_until_then() {
        story();
        List<RecordedEvent> events = store.read(ReadRequest.all()).toList();
        Instant first = events.getFirst().recordedAt();
        Instant last = events.getLast().recordedAt();
        assertThat(lockers.at("L7", first.minusSeconds(1)).version()).isZero();
        assertThat(lockers.at("L7", first.minusSeconds(1)).exists()).isFalse();
        assertThat(lockers.at("L7", last).state()).isEqualTo(lockers.load("L7").state());
        for (RecordedEvent event : events) {
            long version =
                    events.stream()
                            .filter(other -> !other.recordedAt().isAfter(event.recordedAt()))
                            .count();
            assertThat(lockers.at("L7", event.recordedAt())).isEqualTo(lockers.at("L7", version));
        }
    }

    @Test
    void a_version_that_is_not_there_is_refused_with_the_one_that_is() {
        story();
        assertThat(lockers.at("L7", 4)).isEqualTo(lockers.load("L7"));
        assertThat(lockers.at("nobody", 0).exists()).isFalse();
        assertThatThrownBy(() -> lockers.at("L7", 99))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessage(
                        "LF-1003: version 99 is not allowed: the stream 'locker-L7' is at version 4.");
        assertThatThrownBy(() -> lockers.at("nobody", 1))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessage(
                        "LF-1003: version 1 is not allowed: the stream 'locker-nobody' does not exist, so it is at version 0.");
        assertThatThrownBy(() -> lockers.at("L7", -1))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessage(
                        "LF-1003: version -1 is not allowed: versions start at 1, and 0 is 'locker-L7' before its first event.");
        assertThatThrownBy(() ->
                        lockers.revert("L7", -1, (now, then) -> List.of(), CommandOptions.none()))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("version -1 is not allowed: versions start at 1");
    }

    @Test
    void a_version_that_was_truncated_is_not_one_that_is_missing() {
        story();
        store.admin().truncate(lockers.stream("L7"), 3, new AdminAct("ops", "test"));
        assertThat(lockers.at("L7", 4).state().label()).isEqualTo("yard");
        assertThat(lockers.at("L7", 1).version()).isZero();
    }

    /** What is there says what and where it is, and nothing of what is in it. */
    @Test
    void texts_for_logs_name_streams_and_fields_and_no_values() {
        var handled = lockers.handle("L7", new Label("hall"), by("anna").because("delivery"));
        History<LockerState, LockerEvent> history = lockers.history("L7");
        History.Entry<LockerEvent> entry = history.toList().getFirst();
        History.Change change = history.changesOf("label").getFirst();
        List<String> texts =
                List.of(
                        handled.toString(),
                        lockers.load("L7").toString(),
                        history.toString(),
                        entry.event().toString(),
                        entry.toString(),
                        change.toString(),
                        lockers.toString(),
                        by("anna").because("delivery").expecting(3).toString(),
                        Audit.of(store).by("anna").toString());
        assertThat(texts.subList(0, 5))
                .containsExactly(
                        "STORED in locker-L7 at version 1: 1 event",
                        "locker-L7 at version 1",
                        "history of locker-L7",
                        "labelled locker-L7@1",
                        "labelled locker-L7@1 changed [label]");
        assertThat(change.toString()).startsWith("version 1 at ").endsWith(" changed label");
        assertThat(texts.subList(6, 8))
                .containsExactly(
                        "repository of 'locker'", "options [actor, reason], version 3 expected");
        assertThat(texts.getLast()).startsWith("audit of ");
        assertThat(texts)
                .allSatisfy(
                        text -> assertThat(text).doesNotContain("hall", "anna", "delivery", "@1b"));
    }

    @Test
    void a_thing_is_brought_back_by_events_that_compensate() {
        story();
        var reverted =
                lockers.revert(
                        "L7",
                        3,
                        (now, then) -> List.of(new Labelled(then.label())),
                        by("chief").because("wrong place"));
        assertThat(reverted.outcome()).isEqualTo(Outcome.STORED);
        assertThat(reverted.version()).isEqualTo(5);
        assertThat(lockers.load("L7").state()).isEqualTo(lockers.at("L7", 3).state());
        assertThat(lockers.history("L7").toList()).hasSize(5);
        assertThat(
                        lockers.revert("L7", 3, (now, then) -> List.of(), CommandOptions.none())
                                .outcome())
                .isEqualTo(Outcome.NOTHING);
    }

    @Test
    void compensation_that_does_not_lead_there_is_a_defect_and_stores_nothing() {
        story();
        assertThatThrownBy(() ->
                        lockers.revert(
                                "L7",
                                3,
                                (now, then) -> List.of(new Labelled("hell")),
                                CommandOptions.none()))
                .isInstanceOf(DefectException.class)
                .hasMessageContaining("LF-1204")
                .hasMessageContaining("fields that differ: label. Nothing was stored")
                .hasMessageNotContaining("hell")
                .extracting(thrown -> ((DefectException) thrown).changes())
                .isEqualTo(List.of(new FieldChange("label", "\"hall\"", "\"hell\"")));
        assertThat(lockers.load("L7").version()).isEqualTo(4);
        assertThatThrownBy(() ->
                        lockers.revert("L7", 9, (now, then) -> List.of(), CommandOptions.none()))
                .isInstanceOf(VersionConflictException.class);
    }

    @Test
    void an_audit_finds_by_actor_reason_period_and_query() {
        story();
        lockers.handle("L8", new Label("roof"), by("anna").because("new"));
        List<RecordedEvent> events = store.read(ReadRequest.all()).toList();
        assertThat(positions(Audit.of(store))).containsExactly(1L, 2L, 3L, 4L, 5L);
        assertThat(positions(Audit.of(store).by("anna"))).containsExactly(1L, 3L, 5L);
        assertThat(positions(Audit.of(store).because("PICK"))).containsExactly(1L, 3L);
        assertThat(positions(Audit.of(store).by("anna").matching(Query.types("labelled"))))
                .containsExactly(5L);
        for (RecordedEvent event : events) {
            Instant time = event.recordedAt();
            assertThat(positions(Audit.of(store).from(time)))
                    .isEqualTo(positions(events, e -> !e.recordedAt().isBefore(time)));
            assertThat(positions(Audit.of(store).to(time)))
                    .isEqualTo(positions(events, e -> e.recordedAt().isBefore(time)));
        }
        assertThat(Audit.of(store).from(events.getLast().recordedAt().plusNanos(1)).count())
                .isZero();
        assertThat(Audit.of(InMemoryEventStore.open()).from(Instant.EPOCH).count()).isZero();
    }

    private static List<Long> positions(Audit audit) {
        List<Long> found = new ArrayList<>();
        audit.forEach(event -> found.add(event.position()));
        return found;
    }

    private static List<Long> positions(
            List<RecordedEvent> events, java.util.function.Predicate<RecordedEvent> wanted) {
        return events.stream().filter(wanted).map(RecordedEvent::position).toList();
    }

    @Test
    void a_view_that_is_thought_of_later_equals_one_that_was_live() throws Exception {
        var codec = lockers.codec();
        Map<String, Integer> live = new ConcurrentHashMap<>();
        CountDownLatch all = new CountDownLatch(5);
        try (var subscription =
                store.follow(
                        FollowRequest.fromStart(Query.category("locker")),
                        stored -> {
                            codec.decode(stored).forEach(event -> count(live, event));
                            all.countDown();
                        })) {
            story();
            lockers.handle("L8", new Reserve("p2"));
            assertThat(all.await(10, TimeUnit.SECONDS)).isTrue();
            assertThat(subscription.completion()).isNotDone();
        }
        Map<String, Integer> later = new ConcurrentHashMap<>();
        try (var events = store.read(ReadRequest.of(Query.category("locker")))) {
            events.forEachRemaining(
                    stored -> codec.decode(stored).forEach(event -> count(later, event)));
        }
        assertThat(later)
                .isEqualTo(live)
                .isEqualTo(Map.of("Reserved", 2, "Labelled", 2, "Collected", 1));
    }

    private static void count(Map<String, Integer> counts, DomainEvent<LockerEvent> event) {
        counts.merge(event.event().getClass().getSimpleName(), 1, Integer::sum);
    }

    record Line(String item, int quantity) {}

    record Cart(List<Line> lines, Map<String, Integer> counts) {}

    static final class Loop {
        final Loop self = this;
    }

    @Test
    void differences_are_found_all_the_way_down() {
        StateTree before = StateTree.of(new Cart(List.of(new Line("lamp", 1)), Map.of("a", 1)));
        StateTree after =
                StateTree.of(
                        new Cart(
                                List.of(new Line("lamp", 2), new Line("bulb", 1)), Map.of("b", 1)));
        assertThat(before.differencesTo(after))
                .containsExactly(
                        "counts.a: 1 -> nothing",
                        "counts.b: nothing -> 1",
                        "lines[0].quantity: 1 -> 2",
                        "lines[1]: nothing -> {\"item\":\"bulb\",\"quantity\":1}");
        assertThat(before.differencesTo(before)).isEmpty();
        assertThat(StateTree.of(1).differencesTo(StateTree.of(2))).containsExactly(": 1 -> 2");
        assertThatThrownBy(() -> StateTree.of(new Loop()))
                .isInstanceOf(DefinitionException.class)
                .hasMessageContaining("Loop");
    }
}
