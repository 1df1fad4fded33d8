package org.leftfold.testkit.tck.framework;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.leftfold.testkit.tck.framework.Members.assertContiguous;
import static org.leftfold.testkit.tck.framework.Members.between;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.leftfold.api.EventStore;
import org.leftfold.api.Query;
import org.leftfold.api.ReadRequest;
import org.leftfold.api.VersionConflictException;
import org.leftfold.framework.codec.EventCodec;
import org.leftfold.framework.repository.AggregateLock;
import org.leftfold.framework.repository.Decisions;
import org.leftfold.framework.repository.Outcome;
import org.leftfold.framework.repository.Repository;
import org.leftfold.testkit.tck.TckFixture;
import org.leftfold.testkit.tck.TckStore;
import org.leftfold.testkit.tck.Together;
import org.leftfold.testkit.tck.framework.MemberDecider.Member;
import org.leftfold.testkit.tck.framework.MemberDecider.MemberCommand;
import org.leftfold.testkit.tck.framework.MemberDecider.MemberEvent;
import org.leftfold.testkit.tck.framework.MemberDecider.Rename;
import org.leftfold.testkit.tck.framework.MemberDecider.Visit;
import org.leftfold.testkit.tck.framework.MemberDecider.Visited;
import org.leftfold.testkit.tck.framework.SeatDecider.Buy;
import org.leftfold.testkit.tck.framework.SeatDecider.SeatSold;
import org.leftfold.testkit.tck.framework.SeatDecider.SoldOut;

/** Many threads with commands for the same things: no update is lost (R37, R42). */
public interface CommandRaceTck extends TckFixture {
    /** So few that a slow disk is done with them before the patience with the threads ends. */
    int UPDATES_AT_A_TIME = 20;

    /**
     * How many updates each of 32 threads makes of one aggregate. Each waits for the one before it
     * to be durable, so a store on a slow disk may do with fewer than 1,000 to be done in time.
     */
    default int updatesPerThread() {
        return 1_000;
    }

    @Test
    @Timeout(value = 300, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    default void no_update_is_lost_when_thirty_two_threads_update_one_aggregate() {
        try (TckStore opened = openStore()) {
            EventStore store = opened.store();
            var members = Members.define(store).cache(1).build();
            List<Long> versions = new ArrayList<>();
            for (int left = updatesPerThread(); left > 0; left -= UPDATES_AT_A_TIME) {
                int count = Math.min(left, UPDATES_AT_A_TIME);
                Together.run(32, thread -> visit(members, count)).forEach(versions::addAll);
            }
            int total = 32 * updatesPerThread();
            assertContiguous(store, "anna", total);
            assertEquals(visits(total), events(members, "anna"), "no visit is lost");
            Collections.sort(versions);
            assertEquals(between(1, total), versions, "every caller got a version of its own");
            assertEquals(new Member("", "", total), members.load("anna").state());
            assertEquals(new Member("", "", total), Members.repository(store).load("anna").state());
        }
    }

    @Test
    default void a_command_that_is_overtaken_is_decided_again_on_the_state_as_it_is_then() { // R43
        try (TckStore opened = openStore()) {
            EventStore inner = opened.store();
            InterposedStore store = new InterposedStore(inner);
            var others = Members.repository(inner);
            var members = Members.define(store).cache(1).build();
            store.nextIsOvertaken(() -> others.handle("anna", new Visit()))
                    .nextIsOvertaken(() -> others.handle("anna", new Visit()));
            assertEquals(List.of(new Visited(3)), members.handle("anna", new Visit()).events());
            store.nextIsOvertaken(() -> others.handle("anna", new Rename("Anna")));
            assertEquals(Outcome.NOTHING, members.handle("anna", new Rename("Anna")).outcome());
            assertContiguous(store, "anna", 4);
        }
    }

    @Test
    default void a_seat_that_is_sold_meanwhile_is_not_sold_again() {
        try (TckStore opened = openStore()) {
            EventStore inner = opened.store();
            InterposedStore store = new InterposedStore(inner);
            Decisions<Buy, Integer, SeatSold> others = SeatDecider.define(inner).build();
            Decisions<Buy, Integer, SeatSold> boxOffice = SeatDecider.define(store).build();
            store.nextIsOvertaken(() -> others.handle(new Buy("hamlet", 2, "anna")));
            assertEquals(
                    List.of(new SeatSold("hamlet", 2, "ben")),
                    boxOffice.handle(new Buy("hamlet", 2, "ben")).events());
            store.nextIsOvertaken(() -> others.handle(new Buy("macbeth", 1, "anna")));
            assertThrows(SoldOut.class, () -> boxOffice.handle(new Buy("macbeth", 1, "ben")));
            store.nextIsOvertaken(() -> others.handle(new Buy("othello", 2, "anna")));
            assertEquals(
                    List.of(new SeatSold("lear", 1, "ben")),
                    boxOffice.handle(new Buy("lear", 1, "ben")).events(),
                    "what happens to other shows does not matter");
            assertEquals(5, store.head(), "seats sold");
        }
    }

    @Test
    default void no_update_is_lost_without_a_cache_or_with_a_lock_either() {
        try (TckStore opened = openStore()) {
            EventStore store = opened.store();
            Members.Counts counts = new Members.Counts();
            var plain = Members.repository(store);
            var locking =
                    Members.define(store, "locked")
                            .lock(AggregateLock.inProcess())
                            .listener(counts)
                            .build();
            Together.run(16, thread -> visit(thread % 2 == 0 ? plain : locking, 10));
            assertEquals(visits(80), events(plain, "anna"));
            assertEquals(visits(80), events(locking, "anna"));
            assertEquals(0, counts.conflicts.sum(), "conflicts where one waits for the other");
        }
    }

    @Test
    default void sixty_four_threads_on_sixty_four_aggregates_never_conflict() {
        try (TckStore opened = openStore()) {
            EventStore store = opened.store();
            Members.Counts counts = new Members.Counts();
            var members = Members.define(store).listener(counts).build();
            Together.run(
                    64,
                    thread -> {
                        for (int n = 0; n < 10; n++) {
                            members.handle("m" + thread, new Visit());
                        }
                        return thread;
                    });
            assertEquals(0, counts.conflicts.sum(), "conflicts");
            for (int thread = 0; thread < 64; thread++) {
                assertContiguous(store, "m" + thread, 10);
                assertEquals(10, members.load("m" + thread).state().visits());
            }
        }
    }

    @Test
    default void of_sixteen_threads_that_begin_one_aggregate_exactly_one_does() {
        try (TckStore opened = openStore()) {
            EventStore store = opened.store();
            var members = Members.repository(store);
            for (int round = 0; round < 5; round++) {
                String id = "m" + round;
                List<String> names =
                        Together.run(16, thread -> saved(members, id, "name" + thread)).stream()
                                .filter(name -> !name.isEmpty())
                                .toList();
                assertEquals(1, names.size(), "threads that began it");
                assertContiguous(store, id, 1);
                assertEquals(names.getFirst(), members.load(id).state().name());
            }
        }
    }

    @Test
    default void the_last_seats_are_sold_once_each_however_many_want_them() {
        try (TckStore opened = openStore()) {
            EventStore store = opened.store();
            Decisions<Buy, Integer, SeatSold> boxOffice = SeatDecider.define(store).build();
            for (int seats : new int[] {1, 10}) {
                String show = "show" + seats;
                List<Boolean> sold =
                        Together.run(
                                16,
                                thread -> isSold(boxOffice, new Buy(show, seats, "b" + thread)));
                assertEquals(seats, Collections.frequency(sold, true), "buyers with a seat");
                EventCodec<SeatSold> codec = SeatDecider.codec(store);
                List<Integer> numbers =
                        store.read(ReadRequest.of(Query.tags("show:" + show))).toList().stream()
                                .map(stored -> codec.decode(stored).getFirst().event().seat())
                                .toList();
                assertEquals(IntStream.rangeClosed(1, seats).boxed().toList(), numbers, "seats");
            }
        }
    }

    private static List<Long> visit(
            Repository<MemberCommand, Member, MemberEvent> members, int count) {
        List<Long> versions = new ArrayList<>();
        for (int n = 0; n < count; n++) {
            var handled = members.handle("anna", new Visit());
            assertEquals(List.of(new Visited(handled.state().visits())), handled.events());
            versions.add(handled.version());
        }
        return versions;
    }

    private static List<MemberEvent> visits(int count) {
        return IntStream.rangeClosed(1, count).<MemberEvent>mapToObj(Visited::new).toList();
    }

    private static List<MemberEvent> events(
            Repository<MemberCommand, Member, MemberEvent> members, String id) {
        List<MemberEvent> events = new ArrayList<>();
        try (var stored = members.store().read(ReadRequest.stream(members.stream(id)))) {
            stored.forEachRemaining(each ->
                    members.codec().decode(each).forEach(event -> events.add(event.event())));
        }
        return events;
    }

    /** The name if this call began the aggregate, else empty. */
    private static String saved(
            Repository<MemberCommand, Member, MemberEvent> members, String id, String name) {
        try {
            assertEquals(1, members.save(id, new Rename(name)).version());
            return name;
        } catch (VersionConflictException lost) {
            assertTrue(lost.actualVersion() > 0);
            return "";
        }
    }

    private static boolean isSold(Decisions<Buy, Integer, SeatSold> boxOffice, Buy buy) {
        try {
            boxOffice.handle(buy);
            return true;
        } catch (SoldOut refused) {
            return false;
        }
    }
}
