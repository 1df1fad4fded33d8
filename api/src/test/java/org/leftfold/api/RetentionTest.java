package org.leftfold.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class RetentionTest {
    private static final Retention ALL = Retention.ofAllStreams();

    @Test
    void an_age_is_above_zero() {
        Refusals.expect("LF-1003", "maximal age in seconds 0", () -> ALL.maxAge(Duration.ZERO));
        Refusals.expect(
                "LF-1003", "maximal age in seconds -1", () -> ALL.maxAge(Duration.ofNanos(-1)));
        assertThat(ALL.maxAge(Duration.ofNanos(1)).maxAge()).contains(Duration.ofNanos(1));
    }

    @Test
    void a_count_is_at_least_one() {
        Refusals.expect("LF-1003", "maximal count 0", () -> ALL.maxCount(0));
        Refusals.expect("LF-1003", "maximal count -7", () -> ALL.maxCount(-7));
        assertThat(ALL.maxCount(1).maxCount()).hasValue(1);
    }

    @Test
    void a_category_is_a_name_without_a_dash() {
        Refusals.expect("LF-1001", "category ''", () -> Retention.ofCategory(""));
        Refusals.expect("LF-1001", "category 'a-1'", () -> Retention.ofCategory("a-1"));
        Retention orders = Retention.ofCategory("order").maxCount(2).maxAge(Duration.ofDays(1));
        assertThat(orders.category()).contains("order");
        assertThat(orders.concerns(new StreamName("order-1"))).isTrue();
        assertThat(orders.concerns(new StreamName("order"))).isTrue();
        assertThat(orders.concerns(new StreamName("orders-1"))).isFalse();
        assertThat(ALL.concerns(new StreamName("orders-1"))).isTrue();
    }

    @Test
    void a_rule_is_needed() {
        Refusals.expect("LF-1003", "number of retention rules 0", ALL::requireRule);
        Refusals.expect("LF-1003", Retention.ofCategory("order")::requireRule);
        assertThatCode(ALL.maxCount(1)::requireRule).doesNotThrowAnyException();
        assertThatCode(ALL.maxAge(Duration.ofDays(1))::requireRule).doesNotThrowAnyException();
    }

    @Test
    void young_is_what_is_not_older_than_the_age() {
        Instant now = Instant.parse("2026-05-04T12:00:00Z");
        assertThat(ALL.maxAge(Duration.ofHours(2)).youngFrom(now))
                .isEqualTo(Instant.parse("2026-05-04T10:00:00Z"));
        assertThat(ALL.maxCount(1).youngFrom(now)).isEqualTo(Instant.MIN);
        assertThat(ALL.maxAge(Duration.ofSeconds(Long.MAX_VALUE)).youngFrom(now))
                .isEqualTo(Instant.MIN);
    }

    @Test
    void the_stricter_rule_says_which_version_is_the_first() {
        assertThat(ALL.maxCount(3).firstKeptVersion(10, 0)).isEqualTo(8);
        assertThat(ALL.maxCount(3).firstKeptVersion(10, 8)).isEqualTo(9);
        assertThat(ALL.maxCount(3).firstKeptVersion(2, 0)).isEqualTo(1);
        assertThat(ALL.maxCount(Long.MAX_VALUE).firstKeptVersion(10, 0)).isEqualTo(1);
        assertThat(ALL.firstKeptVersion(10, 4)).isEqualTo(5);
        assertThat(ALL.firstKeptVersion(10, 10)).isEqualTo(11);
    }

    @Test
    void versions_of_a_sharded_store_itself_are_kept_and_not_counted() {
        assertThat(ALL.maxCount(1).firstKeptVersion(10, 0, 10)).isEqualTo(9);
        assertThat(ALL.maxCount(3).firstKeptVersion(10, 0, 4, 9, 10)).isEqualTo(6);
        assertThat(ALL.maxCount(4).firstKeptVersion(10, 0, 4, 9, 10)).isEqualTo(5);
        assertThat(ALL.maxCount(5).firstKeptVersion(10, 0, 4, 9, 10)).isEqualTo(3);
        assertThat(ALL.maxCount(7).firstKeptVersion(10, 0, 4, 9, 10)).isEqualTo(1);
        assertThat(ALL.maxCount(Long.MAX_VALUE).firstKeptVersion(10, 0, 4, 9, 10)).isEqualTo(1);
        assertThat(ALL.maxCount(1).firstKeptVersion(2, 0, 1, 2)).isEqualTo(1);
        assertThat(ALL.maxCount(2).firstKeptVersion(5, 0, 9, 10)).as("later ones").isEqualTo(4);
        assertThat(ALL.maxCount(3).firstKeptVersion(10, 8, 9, 10)).isEqualTo(9);
    }

    @Test
    void what_a_shard_keeps_about_itself_is_never_concerned() {
        StreamName own = new StreamName("leftfold.shards");
        assertThat(Retention.ofAllStreams().maxCount(1).concerns(own)).isFalse();
        assertThat(Retention.ofAllStreams().maxCount(1).concerns(new StreamName("a"))).isTrue();
    }
}
