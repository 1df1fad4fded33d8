package org.leftfold.testkit.tck;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.leftfold.api.AppendCondition.none;
import static org.leftfold.api.AppendCondition.noneAfter;
import static org.leftfold.testkit.tck.Samples.ACCOUNT;
import static org.leftfold.testkit.tck.Samples.ORDER;
import static org.leftfold.testkit.tck.Samples.assertNothingStored;
import static org.leftfold.testkit.tck.Samples.event;
import static org.leftfold.testkit.tck.Samples.given;
import static org.leftfold.testkit.tck.Samples.tagged;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.leftfold.api.Append;
import org.leftfold.api.AppendCondition;
import org.leftfold.api.ConditionFailedException;
import org.leftfold.api.EventStore;
import org.leftfold.api.ExpectedVersion;
import org.leftfold.api.NewEvent;
import org.leftfold.api.Query;
import org.leftfold.api.QueryItem;
import org.leftfold.api.ReadRequest;
import org.leftfold.api.StreamName;

/** Conditions across streams: dynamic consistency boundaries (G4). */
public interface ConditionTck extends TckFixture {
    @Test
    default void an_append_without_condition_is_never_refused_for_one() {
        try (TckStore opened = openStore()) {
            given(opened.store(), ORDER, 3);
            assertHolds(opened.store());
        }
    }

    @Test
    default void a_condition_holds_in_an_empty_store() {
        try (TckStore opened = openStore()) {
            assertHolds(opened.store(), none("empty", Query.all()));
        }
    }

    @Test
    default void a_condition_is_broken_by_one_matching_event() {
        try (TckStore opened = openStore()) {
            opened.store().append(ACCOUNT, ExpectedVersion.any(), tagged("Opened", "email:a@b.c"));
            assertBroken(opened.store(), "unique", none("unique", Query.tags("email:a@b.c")));
        }
    }

    @Test
    default void a_condition_holds_when_no_event_matches() {
        try (TckStore opened = openStore()) {
            opened.store().append(ACCOUNT, ExpectedVersion.any(), tagged("Opened", "email:a@b.c"));
            assertHolds(opened.store(), none("unique", Query.tags("email:x@y.z")));
        }
    }

    @Test
    default void events_up_to_the_position_of_a_condition_are_allowed() {
        try (TckStore opened = openStore()) {
            given(opened.store(), ORDER, 5);
            assertHolds(opened.store(), noneAfter("unchanged", Query.all(), 5));
        }
    }

    @Test
    default void an_event_just_above_the_position_of_a_condition_breaks_it() {
        try (TckStore opened = openStore()) {
            given(opened.store(), ORDER, 5);
            assertBroken(opened.store(), "unchanged", noneAfter("unchanged", Query.all(), 4));
        }
    }

    @Test
    default void a_condition_above_the_head_holds() {
        try (TckStore opened = openStore()) {
            given(opened.store(), ORDER, 5);
            assertHolds(opened.store(), noneAfter("unchanged", Query.all(), Long.MAX_VALUE));
        }
    }

    @Test
    default void many_conditions_have_to_hold_together() {
        try (TckStore opened = openStore()) {
            givenSales(opened.store());
            assertHolds(
                    opened.store(),
                    none("no refund", Query.types("Refunded")),
                    noneAfter("show 1 unchanged", Query.tags("show:1"), 3),
                    noneAfter("show 2 unchanged", Query.tags("show:2"), 4));
        }
    }

    @Test
    default void the_condition_that_failed_is_named() {
        try (TckStore opened = openStore()) {
            givenSales(opened.store());
            assertBroken(
                    opened.store(),
                    "show 2 unchanged",
                    none("no refund", Query.types("Refunded")),
                    noneAfter("show 1 unchanged", Query.tags("show:1"), 3),
                    noneAfter("show 2 unchanged", Query.tags("show:2"), 3));
        }
    }

    @Test
    default void of_several_failing_conditions_the_first_of_the_append_is_named() {
        try (TckStore opened = openStore()) {
            givenSales(opened.store());
            assertBroken(
                    opened.store(),
                    "second",
                    none("first", Query.types("Refunded")),
                    none("second", Query.tags("show:2")),
                    none("third", Query.tags("show:1")));
        }
    }

    @Test
    default void each_condition_has_a_position_of_its_own() {
        try (TckStore opened = openStore()) {
            givenSales(opened.store());
            assertBroken(
                    opened.store(),
                    "show 1 unchanged",
                    noneAfter("show 1 unchanged", Query.tags("show:1"), 2),
                    noneAfter("show 2 unchanged", Query.tags("show:2"), 4));
        }
    }

    @Test
    default void the_items_of_a_condition_are_alternatives() {
        try (TckStore opened = openStore()) {
            givenSales(opened.store());
            QueryItem refunds = QueryItem.everything().andTypes("Refunded");
            QueryItem secondShow = QueryItem.everything().andTags("show:2");
            assertBroken(
                    opened.store(), "either", none("either", Query.anyOf(refunds, secondShow)));
            assertHolds(opened.store(), none("one", Query.anyOf(refunds)));
        }
    }

    @Test
    default void the_types_of_an_item_are_alternatives() {
        try (TckStore opened = openStore()) {
            givenSales(opened.store());
            assertBroken(opened.store(), "either", none("either", Query.types("Refunded", "Sold")));
            assertHolds(opened.store(), none("neither", Query.types("Refunded", "Stolen")));
        }
    }

    @Test
    default void the_tags_of_an_item_are_all_required() {
        try (TckStore opened = openStore()) {
            opened.store().append(ORDER, ExpectedVersion.any(), tagged("Sold", "show:1", "seat:7"));
            opened.store().append(ORDER, ExpectedVersion.any(), tagged("Sold", "show:2", "seat:8"));
            assertHolds(opened.store(), none("seat 8 of show 1", Query.tags("show:1", "seat:8")));
            assertBroken(
                    opened.store(),
                    "seat 7 of show 1",
                    none("seat 7 of show 1", Query.tags("show:1", "seat:7")));
        }
    }

    @Test
    default void types_and_tags_of_an_item_are_both_required() {
        try (TckStore opened = openStore()) {
            opened.store().append(ORDER, ExpectedVersion.any(), tagged("Sold", "show:1"));
            opened.store().append(ORDER, ExpectedVersion.any(), tagged("Refunded", "show:2"));
            QueryItem sold = QueryItem.everything().andTypes("Sold");
            assertHolds(opened.store(), none("show 2 sold", Query.anyOf(sold.andTags("show:2"))));
            assertBroken(
                    opened.store(),
                    "show 1 sold",
                    none("show 1 sold", Query.anyOf(sold.andTags("show:1"))));
        }
    }

    @Test
    default void a_condition_may_be_about_a_category() {
        try (TckStore opened = openStore()) {
            given(opened.store(), ORDER, 2);
            assertHolds(opened.store(), none("no accounts", Query.category("account")));
            assertBroken(opened.store(), "no orders", none("no orders", Query.category("order")));
        }
    }

    @Test
    default void a_condition_may_be_about_a_stream() {
        try (TckStore opened = openStore()) {
            given(opened.store(), ORDER, 2);
            assertHolds(opened.store(), none("no account", Query.stream(ACCOUNT)));
            assertHolds(opened.store(), noneAfter("order as read", Query.stream(ORDER), 2));
            assertBroken(opened.store(), "no order", none("no order", Query.stream(ORDER)));
        }
    }

    @Test
    default void stream_type_and_tags_of_an_item_are_all_required() {
        try (TckStore opened = openStore()) {
            opened.store().append(ORDER, ExpectedVersion.any(), tagged("Sold", "show:1"));
            QueryItem sold = QueryItem.everything().andTypes("Sold").andTags("show:1");
            assertHolds(opened.store(), none("elsewhere", Query.anyOf(sold.andStreams(ACCOUNT))));
            assertHolds(
                    opened.store(),
                    none("other category", Query.anyOf(sold.andCategories("account"))));
            assertBroken(opened.store(), "here", none("here", Query.anyOf(sold.andStreams(ORDER))));
        }
    }

    @Test
    default void events_of_the_same_append_do_not_break_its_conditions() {
        try (TckStore opened = openStore()) {
            Append append =
                    Append.to(ORDER, ExpectedVersion.noStream(), tagged("Sold", "seat:7"), event())
                            .andTo(ACCOUNT, ExpectedVersion.noStream(), tagged("Paid", "seat:7"))
                            .onlyIf(none("seat is free", Query.tags("seat:7")));
            assertEquals(3, opened.store().append(append).lastPosition());
        }
    }

    @Test
    default void a_condition_sees_what_the_append_before_it_stored() {
        try (TckStore opened = openStore()) {
            EventStore store = opened.store();
            Append first = claim("a@b.c", 1);
            Append second = claim("a@b.c", 2);
            store.append(first);
            assertNothingStored(
                    store, ConditionFailedException.class, "LF-2002", () -> store.append(second));
        }
    }

    @Test
    default void a_condition_sees_events_that_an_earlier_opening_stored() {
        try (TckStore opened = openStore()) {
            opened.store().append(claim("a@b.c", 1));
            EventStore store = opened.reopen();
            assertNothingStored(
                    store,
                    ConditionFailedException.class,
                    "LF-2002",
                    () -> store.append(claim("a@b.c", 2)));
        }
    }

    @Test
    default void of_a_hundred_claims_of_one_thing_exactly_one_wins() {
        try (TckStore opened = openStore()) {
            EventStore store = opened.store();
            List<Boolean> won = Together.run(100, thread -> wins(store, claim("a@b.c", thread)));
            assertEquals(1, won.stream().filter(one -> one).count());
            assertEquals(1, store.head());
        }
    }

    @Test
    default void the_last_seat_is_sold_once() {
        try (TckStore opened = openStore()) {
            EventStore store = opened.store();
            int seats = 5;
            Query sales = Query.tags("show:1");
            List<Integer> sold =
                    Together.run(
                            12,
                            thread -> {
                                int mine = 0;
                                while (true) {
                                    var seen = store.read(ReadRequest.of(sales)).toList();
                                    if (seen.size() == seats) {
                                        return mine;
                                    }
                                    long last = seen.isEmpty() ? 0 : seen.getLast().position();
                                    StreamName buyer =
                                            StreamName.of("buyer", String.valueOf(thread));
                                    Append sale =
                                            Append.to(
                                                            buyer,
                                                            ExpectedVersion.any(),
                                                            tagged("Sold", "show:1"))
                                                    .onlyIf(
                                                            noneAfter(
                                                                    "seats as seen", sales, last));
                                    mine += wins(store, sale) ? 1 : 0;
                                }
                            });
            assertEquals(seats, sold.stream().mapToInt(n -> n).sum());
            assertEquals(seats, store.head());
        }
    }

    private static boolean wins(EventStore store, Append append) {
        try {
            store.append(append);
            return true;
        } catch (ConditionFailedException lost) {
            return false;
        }
    }

    private static Append claim(String email, int account) {
        NewEvent event = tagged("Registered", "email:" + email);
        return Append.to(
                        StreamName.of("user", String.valueOf(account)),
                        ExpectedVersion.noStream(),
                        event)
                .onlyIf(none("email is unique", Query.tags("email:" + email)));
    }

    /** Positions 1 and 3 are of show 1, positions 2 and 4 of show 2. */
    private static void givenSales(EventStore store) {
        for (int n = 0; n < 2; n++) {
            store.append(ORDER, ExpectedVersion.any(), tagged("Sold", "show:1"));
            store.append(ACCOUNT, ExpectedVersion.any(), tagged("Sold", "show:2"));
        }
    }

    private static Append under(AppendCondition... conditions) {
        return new Append(
                Append.to(new StreamName("decision"), ExpectedVersion.any(), event("Decided"))
                        .writes(),
                List.of(conditions));
    }

    private static void assertHolds(EventStore store, AppendCondition... conditions) {
        long head = store.head();
        assertEquals(head + 1, store.append(under(conditions)).lastPosition());
    }

    private static void assertBroken(EventStore store, String name, AppendCondition... conditions) {
        ConditionFailedException failure =
                assertNothingStored(
                        store,
                        ConditionFailedException.class,
                        "LF-2002",
                        () -> store.append(under(conditions)));
        assertEquals(name, failure.condition().name());
    }
}
