package org.leftfold.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RequestsTest {
    private static final StreamName ORDER = new StreamName("order-1");
    private static final NewEvent EVENT = NewEvent.ofJson("Placed", "{}");

    @Test
    void an_append_needs_a_stream_and_an_event() {
        Refusals.expect(
                "LF-1004", "it writes to no stream", () -> new Append(List.of(), List.of()));
        Refusals.expect(
                "LF-1004",
                "no events for stream 'order-1'",
                () -> Append.to(ORDER, ExpectedVersion.any()));
    }

    @Test
    void a_stream_an_id_and_a_condition_stand_once() {
        Append append = Append.to(ORDER, ExpectedVersion.any(), EVENT);
        Refusals.expect(
                "LF-1004",
                "stream 'order-1' stands twice",
                () -> append.andTo(ORDER, ExpectedVersion.any(), EVENT));
        Refusals.expect(
                "LF-1004",
                "stands twice",
                () -> Append.to(ORDER, ExpectedVersion.any(), EVENT, EVENT));
        AppendCondition condition = AppendCondition.none("once", Query.all());
        Refusals.expect(
                "LF-1004",
                "condition 'once' stands twice",
                () -> append.onlyIf(condition).onlyIf(condition));
    }

    @Test
    void an_append_copies_what_it_was_given() {
        List<NewEvent> events = new ArrayList<>(List.of(EVENT));
        Append append = Append.to(ORDER, ExpectedVersion.any(), events);
        events.clear();
        assertThat(append.eventCount()).isEqualTo(1);
        assertThat(append.andTo(new StreamName("x"), ExpectedVersion.any(), EVENT).eventCount())
                .isEqualTo(2);
    }

    @Test
    void an_append_is_limited_in_events() {
        NewEvent[] most =
                IntStream.range(0, Limits.MAX_EVENTS_PER_APPEND)
                        .mapToObj(n -> EVENT.withId(new EventId(new UUID(0, n))))
                        .toArray(NewEvent[]::new);
        Append full = Append.to(ORDER, ExpectedVersion.any(), most);
        assertThat(full.eventCount()).isEqualTo(4096);
        Refusals.expect(
                "LF-1002",
                "4097 events",
                () -> full.andTo(new StreamName("x"), ExpectedVersion.any(), EVENT));
    }

    @Test
    void a_condition_has_a_name_and_a_position() {
        assertThat(AppendCondition.none("free", Query.all()).afterPosition()).isZero();
        Refusals.expect("LF-1001", "condition name", () -> AppendCondition.none("", Query.all()));
        Refusals.expect(
                "LF-1003",
                "condition position -1",
                () -> AppendCondition.noneAfter("free", Query.all(), -1));
    }

    @Test
    void an_expected_version_is_at_least_one() {
        assertThat(ExpectedVersion.exactly(0)).isEqualTo(ExpectedVersion.noStream());
        Refusals.expect("LF-1003", "versions start at 1", () -> ExpectedVersion.exactly(-1));
        Refusals.expect("LF-1003", "versions start at 1", () -> new ExpectedVersion.Exactly(0));
    }

    @Test
    void numbers_of_a_read_are_not_negative() {
        ReadRequest all = ReadRequest.all();
        Refusals.expect("LF-1003", "after position -1", () -> all.after(-1));
        Refusals.expect("LF-1003", "to position -1", () -> all.to(-1));
        Refusals.expect("LF-1003", "after version -1", () -> all.afterVersion(-1));
        Refusals.expect("LF-1003", "to version -1", () -> all.toVersion(-1));
        Refusals.expect("LF-1003", "limit -1", () -> all.limit(-1));
        assertThat(all.isBackward()).isFalse();
        assertThat(all.backward().isBackward()).isTrue();
    }

    @Test
    void a_query_has_at_least_one_item() {
        Refusals.expect("LF-1003", "query items 0", () -> Query.anyOf());
        assertThat(Query.all().isEverything()).isTrue();
        assertThat(Query.types("A").isEverything()).isFalse();
        assertThat(
                        Query.anyOf(QueryItem.everything().andTypes("A"), QueryItem.everything())
                                .isEverything())
                .isTrue();
    }

    @Test
    void a_category_has_no_dash() {
        Refusals.expect("LF-1001", "ends a category", () -> Query.category("order-1"));
        Refusals.expect("LF-1001", "it is empty", () -> Query.category(""));
    }

    @Test
    void a_query_says_what_it_asks_for() {
        assertThat(Query.all()).hasToString("everything");
        QueryItem item = QueryItem.everything().andStreams(ORDER).andTypes("B", "A").andTags("t:1");
        assertThat(Query.anyOf(item, QueryItem.everything().andCategories("user")))
                .hasToString("stream [order-1] and type [A, B] and tags [t:1], or category [user]");
    }

    @Test
    void a_follower_falls_behind_after_one_position_at_least() {
        FollowRequest request = FollowRequest.fromNow(Query.all());
        assertThat(request.fallsBehindAfter()).isEqualTo(1024);
        assertThat(request.fallsBehindAfter(1).fallsBehindAfter()).isEqualTo(1);
        Refusals.expect("LF-1003", "falls behind after 0", () -> request.fallsBehindAfter(0));
    }

    @Test
    void a_checkpoint_is_read_from_its_text() {
        UUID epoch = UUID.fromString("5a0c7c1e-5b0f-4b53-9f1c-0f9d3b1f7c11");
        Checkpoint checkpoint = Checkpoint.of(epoch, 1042);
        assertThat(checkpoint).hasToString("lf1:5a0c7c1e-5b0f-4b53-9f1c-0f9d3b1f7c11:1042");
        assertThat(Checkpoint.parse(checkpoint.toString()))
                .isEqualTo(checkpoint)
                .hasSameHashCodeAs(checkpoint);
        assertThat(checkpoint.positionIn(epoch, 1042)).isEqualTo(1042);
        assertThatThrownBy(() -> checkpoint.positionIn(epoch, 1041))
                .isInstanceOf(StaleCheckpointException.class);
        assertThatThrownBy(() -> checkpoint.positionIn(new UUID(1, 1), 2000))
                .isInstanceOf(StaleCheckpointException.class);
        Refusals.expect("LF-1003", () -> Checkpoint.of(epoch, -1));
    }

    @Test
    void a_text_that_is_no_checkpoint_is_refused() {
        String epoch = "5a0c7c1e-5b0f-4b53-9f1c-0f9d3b1f7c11";
        for (String bad :
                List.of(
                        "",
                        "17",
                        "lf2:" + epoch + ":1",
                        "lf1:" + epoch,
                        "lf1:" + epoch + ":",
                        "lf1:" + epoch + ":-1",
                        "lf1:" + epoch + ":9999999999999999999",
                        "lf1:" + "-".repeat(36) + ":1",
                        " lf1:" + epoch + ":1")) {
            Refusals.expect("LF-1001", "checkpoint", () -> Checkpoint.parse(bad));
        }
    }

    @Test
    void reports_read_well() {
        VerificationReport.Problem problem =
                new VerificationReport.Problem("1.seg", 40, "bad checksum");
        assertThat(problem).hasToString("1.seg at offset 40: bad checksum");
        assertThat(new VerificationReport.Problem("table", -1, "odd")).hasToString("table: odd");
        assertThat(new VerificationReport(1, 1, List.of()).isClean()).isTrue();
        assertThat(new VerificationReport(1, 1, List.of(problem)).isClean()).isFalse();
        StoreStatistics statistics =
                new StoreStatistics(1, 1, 1, 9, Map.of("b", 1L, "a", 2L), Map.of());
        assertThat(statistics.categories()).containsExactly(Map.entry("a", 2L), Map.entry("b", 1L));
    }
}
