package org.leftfold.api.shard;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.leftfold.api.StreamName;

/** Where streams begin is written into every store: it may never change. */
class PlacementTest {
    /** Computed by another program, from the rule in the Javadoc of the sharded store. */
    private static final Map<String, Long> HASHES =
            Map.of(
                    "order-1", 5267876955464718757L,
                    "order-2", -6140081763497305173L,
                    "account-1", 5668183190058285127L,
                    "a", -9033471704281723301L,
                    "\uC8FC\uBB38-17", -4799214985243713380L,
                    "customer-\u00E9", 9058439062944621066L,
                    "order-1000000", 1540354317360985762L);

    @Test
    void the_hash_of_a_name_is_the_same_in_every_program() {
        HASHES.forEach((name, hash) ->
                assertThat(Placement.hash(new StreamName(name))).as(name).isEqualTo(hash));
    }

    @Test
    void a_negative_hash_gives_a_shard_like_any_other() {
        assertThat(home("order-2", 3)).isZero();
        assertThat(home("order-2", 7)).isEqualTo(3);
        assertThat(home("a", 7)).isEqualTo(6);
        assertThat(home("order-1", 3)).isEqualTo(1);
        assertThat(home("order-1", 1)).isZero();
    }

    @Test
    void streams_spread_evenly() {
        for (int shards : List.of(2, 3, 8)) {
            int[] counts = new int[shards];
            for (int n = 0; n < 10_000; n++) {
                counts[home("order-" + n, shards)]++;
            }
            for (int count : counts) {
                assertThat(count).isBetween(9_000 / shards, 11_000 / shards);
            }
        }
    }

    @Test
    void positions_of_shards_are_unique_and_rise_in_each() {
        for (int shards : List.of(1, 2, 5)) {
            Placement placement = new Placement(shards);
            Set<Long> seen = new HashSet<>();
            for (int shard = 0; shard < shards; shard++) {
                long before = 0;
                for (long position = 3; position < 50; position++) {
                    long whole = placement.whole(shard, position);
                    assertThat(whole).isGreaterThan(before);
                    assertThat(seen.add(whole)).isTrue();
                    assertThat(placement.shardOf(whole)).isEqualTo(shard);
                    assertThat(placement.within(shard, whole)).isEqualTo(position);
                    assertThat(placement.within(shard, whole - 1)).isEqualTo(position - 1);
                    before = whole;
                }
            }
            assertThat(seen).contains(1L, 47L * shards);
        }
    }

    @Test
    void the_ends_of_the_range_of_positions_are_no_special_places() {
        for (int shards : List.of(1, 3)) {
            Placement placement = new Placement(shards);
            assertThat(placement.within(shards - 1, 0)).isEqualTo(2);
            assertThat(placement.within(0, Long.MAX_VALUE)).isEqualTo(Long.MAX_VALUE);
            assertThat(placement.within(0, Long.MAX_VALUE - 1)).isGreaterThan(1L << 60);
            assertThat(placement.whole(shards - 1, 0)).isZero();
            assertThat(placement.whole(shards - 1, 2)).isZero();
        }
    }

    private static int home(String name, int shards) {
        return new Placement(shards).home(new StreamName(name));
    }
}
