package org.leftfold.testkit.tck.framework;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.leftfold.framework.repository.CommandOptions.by;
import static org.leftfold.framework.repository.CommandOptions.none;
import static org.leftfold.testkit.tck.framework.Members.assertContiguous;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.leftfold.api.EventStore;
import org.leftfold.framework.decide.DefectException;
import org.leftfold.framework.history.FieldChange;
import org.leftfold.framework.history.History;
import org.leftfold.framework.repository.Repository;
import org.leftfold.framework.repository.Repository.Compensation;
import org.leftfold.testkit.scenario.ManualClock;
import org.leftfold.testkit.tck.TckFixture;
import org.leftfold.testkit.tck.TckOptions;
import org.leftfold.testkit.tck.TckStore;
import org.leftfold.testkit.tck.framework.MemberDecider.Member;
import org.leftfold.testkit.tck.framework.MemberDecider.MemberCommand;
import org.leftfold.testkit.tck.framework.MemberDecider.MemberEvent;
import org.leftfold.testkit.tck.framework.MemberDecider.Move;
import org.leftfold.testkit.tck.framework.MemberDecider.Moved;
import org.leftfold.testkit.tck.framework.MemberDecider.Rename;
import org.leftfold.testkit.tck.framework.MemberDecider.Renamed;
import org.leftfold.testkit.tck.framework.MemberDecider.Visit;

/** What was, at any version and at any time, and how to get back there (R85 to R89). */
public interface HistoryTck extends TckFixture {
    @Test
    default void history_has_every_old_and_new_value_with_who_when_and_why() {
        ManualClock clock = new ManualClock();
        Instant start = clock.instant();
        try (TckStore opened = openStore(TckOptions.standard().withClock(clock))) {
            var members = Members.repository(opened.store());
            live(members, clock);

            List<History.Change> changes = members.history("anna").changesOf("address");
            assertEquals(
                    List.of(
                            new History.Change(
                                    2,
                                    start.plus(Duration.ofDays(1)),
                                    Optional.of("ben"),
                                    Optional.of("a letter"),
                                    new FieldChange("address", "\"\"", "\"Elm Street\"")),
                            new History.Change(
                                    4,
                                    start.plus(Duration.ofDays(3)),
                                    Optional.empty(),
                                    Optional.empty(),
                                    new FieldChange(
                                            "address", "\"Elm Street\"", "\"Oak Street\""))),
                    changes);
            assertEquals(
                    List.of(
                            List.of("name: \"\" -> \"Anna\""),
                            List.of("address: \"\" -> \"Elm Street\""),
                            List.of("visits: 0 -> 1"),
                            List.of("address: \"Elm Street\" -> \"Oak Street\"")),
                    members.history("anna").toList().stream()
                            .map(entry ->
                                    entry.changes().stream().map(FieldChange::toString).toList())
                            .toList());
        }
    }

    /** A rename, and a day later each: a move, a visit, another move. */
    private static void live(
            Repository<MemberCommand, Member, MemberEvent> members, ManualClock clock) {
        members.handle("anna", new Rename("Anna"), by("anna"));
        clock.advance(Duration.ofDays(1));
        members.handle("anna", new Move("Elm Street"), by("ben").because("a letter"));
        clock.advance(Duration.ofDays(1));
        members.handle("anna", new Visit());
        clock.advance(Duration.ofDays(1));
        members.handle("anna", new Move("Oak Street"));
    }

    @Test
    default void the_state_at_a_time_has_the_events_recorded_until_then() {
        ManualClock clock = new ManualClock();
        Instant start = clock.instant();
        try (TckStore opened = openStore(TckOptions.standard().withClock(clock))) {
            var members = Members.repository(opened.store());
            live(members, clock);
            Instant second = start.plus(Duration.ofDays(1));
            assertEquals(0, members.at("anna", start.minusSeconds(1)).version());
            assertEquals(new Member("", "", 0), members.at("anna", start.minusSeconds(1)).state());
            assertEquals(1, members.at("anna", start).version());
            assertEquals(1, members.at("anna", second.minusNanos(1_000)).version());
            assertEquals(2, members.at("anna", second).version());
            assertEquals(new Member("Anna", "Elm Street", 0), members.at("anna", second).state());
            assertEquals(3, members.at("anna", second.plus(Duration.ofHours(30))).version());
            assertEquals(members.load("anna"), members.at("anna", Instant.MAX));
        }
    }

    @Test
    default void a_clock_that_was_set_back_changes_no_order() {
        ManualClock clock = new ManualClock();
        try (TckStore opened = openStore(TckOptions.standard().withClock(clock))) {
            var members = Members.repository(opened.store());
            members.handle("anna", new Visit());
            Instant first = clock.instant();
            clock.set(first.minus(Duration.ofDays(1)));
            members.handle("anna", new Visit());
            clock.set(first.plus(Duration.ofDays(1)));
            members.handle("anna", new Visit());
            assertEquals(2, members.at("anna", first).version());
            assertEquals(0, members.at("anna", first.minus(Duration.ofHours(1))).version());
            assertContiguous(opened.store(), "anna", 3);
        }
    }

    @Test
    default void going_back_to_a_version_is_done_by_events() {
        try (TckStore opened = openStore()) {
            EventStore store = opened.store();
            var members = Members.define(store).cache(10).build();
            members.handle("anna", new Rename("Anna"));
            members.handle("anna", new Move("Elm Street"));
            members.handle("anna", new Rename("Anne"));
            members.handle("anna", new Move("Oak Street"));

            var reverted = members.revert("anna", 2, back(), by("ben").because("a mistake"));

            assertEquals(List.of(new Renamed("Anna"), new Moved("Elm Street")), reverted.events());
            assertEquals(6, reverted.version());
            assertEquals(new Member("Anna", "Elm Street", 0), members.load("anna").state());
            assertEquals(new Member("Anne", "Oak Street", 0), members.at("anna", 4).state());
            assertContiguous(store, "anna", 6);
            assertEquals(
                    Optional.of("ben"), members.history("anna").toList().getLast().event().actor());
        }
    }

    private static Compensation<Member, MemberEvent> back() {
        return (now, then) -> {
            List<MemberEvent> events = new ArrayList<>();
            if (!now.name().equals(then.name())) {
                events.add(new Renamed(then.name()));
            }
            if (!now.address().equals(then.address())) {
                events.add(new Moved(then.address()));
            }
            return events;
        };
    }

    @Test
    default void events_that_do_not_lead_back_are_a_defect_and_store_nothing() {
        try (TckStore opened = openStore()) {
            EventStore store = opened.store();
            var members = Members.repository(store);
            members.handle("anna", new Rename("Anna"));
            members.handle("anna", new Visit());
            DefectException defect =
                    assertThrows(
                            DefectException.class, () -> members.revert("anna", 1, back(), none()));
            assertEquals("LF-1204", defect.code());
            assertContiguous(store, "anna", 2);
        }
    }

    @Test
    default void going_back_meets_events_that_came_meanwhile() {
        try (TckStore opened = openStore()) {
            EventStore inner = opened.store();
            InterposedStore store = new InterposedStore(inner);
            var others = Members.repository(inner);
            var members = Members.repository(store);
            others.handle("anna", new Rename("Anna"));
            others.handle("anna", new Rename("Anne"));
            store.nextIsOvertaken(() -> others.handle("anna", new Move("Elm Street")));
            var reverted = members.revert("anna", 1, back(), none());
            assertEquals(List.of(new Renamed("Anna"), new Moved("")), reverted.events());
            assertEquals(new Member("Anna", "", 0), members.load("anna").state());
            assertContiguous(store, "anna", 5);
        }
    }
}
