package org.leftfold.testkit.shard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.leftfold.testkit.shard.Streams.ORDER;
import static org.leftfold.testkit.shard.Streams.event;
import static org.leftfold.testkit.shard.Streams.given;
import static org.leftfold.testkit.shard.Streams.read;
import static org.leftfold.testkit.shard.Streams.refused;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.leftfold.api.AuditPolicy;
import org.leftfold.api.EventStore;
import org.leftfold.api.ExpectedVersion;
import org.leftfold.api.InMemoryEventStore;
import org.leftfold.api.InvalidRequestException;
import org.leftfold.api.Metadata;
import org.leftfold.api.OutcomeUnknownException;
import org.leftfold.api.shard.Shard;
import org.leftfold.api.shard.ShardedEventStore;
import org.leftfold.api.shard.ShardedOptions;
import org.leftfold.testkit.tck.TckOptions;
import org.leftfold.testkit.tck.Together;

/** Each shard says which one it is, and nothing else is taken for it. */
class OpeningTest {
    @Test
    void shards_in_their_order_are_opened_again_and_again_under_any_names() {
        try (Fleet fleet = new Fleet(3)) {
            fleet.open().append(ORDER, ExpectedVersion.noStream(), event());
            List<Shard> renamed = new ArrayList<>();
            for (Shard shard : shards(fleet)) {
                renamed.add(new Shard("new name of " + shard.name(), shard.store()));
            }
            ShardedEventStore again = ShardedEventStore.open(renamed, ShardedOptions.defaults());
            assertThat(read(again, ORDER)).hasSize(1);
            assertThat(again.shardOf(ORDER)).isEqualTo("new name of shard 1");
            assertThat(again.head()).isEqualTo(2);
        }
    }

    @Test
    void shards_in_another_order_are_refused() {
        try (Fleet fleet = new Fleet(3)) {
            fleet.open();
            expectMismatch(
                    shards(fleet).reversed(),
                    "'shard 2' stands in place 1, and is the shard of place 3");
        }
    }

    @Test
    void fewer_and_more_shards_are_refused() {
        try (Fleet fleet = new Fleet(3);
                InMemoryEventStore further = InMemoryEventStore.open()) {
            fleet.open();
            List<Shard> shards = shards(fleet);
            expectMismatch(shards.subList(0, 2), "is one of 3 shards, and 2 are given");
            shards.add(new Shard("further", further));
            expectMismatch(shards, "is one of 3 shards, and 4 are given");
            assertThat(further.head()).isZero();
        }
    }

    @Test
    void a_shard_of_another_store_is_refused() {
        try (Fleet fleet = new Fleet(3);
                Fleet other = new Fleet(3)) {
            fleet.open();
            other.open();
            List<Shard> mixed = shards(fleet);
            mixed.set(1, shards(other).get(1));
            expectMismatch(mixed, "'shard 1' belongs to another store than those before it");
        }
    }

    @Test
    void an_empty_store_in_the_place_of_a_shard_is_refused() {
        for (int lost = 0; lost < 3; lost++) {
            try (Fleet fleet = new Fleet(3);
                    InMemoryEventStore empty = InMemoryEventStore.open()) {
                fleet.open();
                List<Shard> shards = shards(fleet);
                shards.set(lost, new Shard("empty", empty));
                expectMismatch(shards, "'empty' does not say which shard it is");
                assertThat(empty.head()).isZero();
            }
        }
    }

    @Test
    void a_store_with_events_does_not_become_a_shard() {
        try (Fleet fleet = new Fleet(2)) {
            given(fleet.store(1), ORDER, 1);
            expectMismatch(shards(fleet), "'shard 1' holds events and is no shard");
            assertThat(fleet.store(0).head()).isZero();
        }
    }

    @Test
    void one_store_cannot_be_two_shards() {
        try (Fleet fleet = new Fleet(1)) {
            Shard one = shards(fleet).getFirst();
            expectMismatch(List.of(one, one), "two of them have the name 'shard 0'");
            expectMismatch(
                    List.of(one, new Shard("other", one.store())),
                    "'shard 0' and 'other' are the same store, or copies of one");
            assertThat(fleet.store(0).head()).as("nothing was marked").isZero();
            ShardedEventStore.open(List.of(one)); // it can still be used
            expectMismatch(
                    List.of(one, new Shard("other", one.store())),
                    "'shard 0' and 'other' are the same store, or copies of one");
        }
    }

    @Test
    void there_are_between_one_and_sixty_four_shards() {
        refused(InvalidRequestException.class, "LF-1003", () -> ShardedEventStore.open(List.of()));
        try (Fleet fleet = new Fleet(65)) {
            refused(InvalidRequestException.class, "LF-1003", fleet::open);
        }
        try (Fleet fleet = new Fleet(64)) {
            given(fleet.open(), ORDER, 2);
        }
    }

    @Test
    void a_first_opening_that_was_cut_short_is_ended_by_the_next_one() {
        for (int cut = 0; cut < 6; cut++) {
            for (boolean isStored : List.of(true, false)) {
                try (Fleet fleet = new Fleet(3)) {
                    Cuts cuts = Cuts.ofAppends(cut, isStored);
                    refused(OutcomeUnknownException.class, "LF-3001", () -> fleet.open(cuts));
                    given(fleet.open(), ORDER, 2);
                    assertThat(read(fleet.open(), ORDER)).hasSize(2);
                    for (int shard = 0; shard < 3; shard++) {
                        assertThat(fleet.store(shard).head()).isEqualTo(shard == 1 ? 4 : 2);
                    }
                }
            }
        }
    }

    @Test
    void of_several_programs_that_open_it_first_all_make_the_same_store() {
        for (int round = 0; round < 20; round++) {
            try (Fleet fleet = new Fleet(3)) {
                List<ShardedEventStore> opened = Together.run(8, thread -> fleet.open());
                given(opened.getFirst(), ORDER, 1);
                opened.forEach(each -> assertThat(read(each, ORDER)).hasSize(1));
                assertThat(fleet.store(0).head()).isEqualTo(2);
            }
        }
    }

    @Test
    void programs_that_write_other_metadata_end_a_first_opening_at_the_same_moment() {
        for (int cut = 1; cut < 6; cut++) {
            try (Fleet fleet = new Fleet(3)) {
                Cuts cuts = Cuts.ofAppends(cut, false);
                refused(OutcomeUnknownException.class, "LF-3001", () -> fleet.open(cuts));
                Overtaken overtaken = new Overtaken();
                overtaken.beforeAppend(() -> given(fleet.open(), ORDER, 1));
                ShardedEventStore store =
                        ShardedEventStore.open(
                                fleet.shards(overtaken.between()),
                                ShardedOptions.defaults()
                                        .ownMetadata(Metadata.of(Metadata.ACTOR, "node 2")));
                assertThat(read(store, ORDER)).hasSize(1);
            }
        }
    }

    @Test
    void shards_with_an_audit_policy_get_what_it_requires() {
        TckOptions audited =
                TckOptions.standard().withPolicy(AuditPolicy.requiring(Metadata.TENANT));
        try (Fleet fleet = new Fleet(2, audited)) {
            refused(InvalidRequestException.class, "LF-1006", fleet::open);
            ShardedEventStore store =
                    fleet.open(
                            ShardedOptions.defaults()
                                    .ownMetadata(Metadata.of(Metadata.TENANT, "us")));
            store.append(
                    ORDER,
                    ExpectedVersion.noStream(),
                    event().withMetadata(Metadata.TENANT, "them"));
            String target = store.shardOf(ORDER).equals("shard 0") ? "shard 1" : "shard 0";
            store.move(ORDER, target, Streams.ACT);
            assertThat(store.shardOf(ORDER)).isEqualTo(target);
        }
    }

    @Test
    void closing_the_store_closes_its_shards() {
        InMemoryEventStore shard = InMemoryEventStore.open();
        ShardedEventStore.open(List.of(new Shard("only", shard))).close();
        refused(InvalidRequestException.class, "LF-1007", shard::head);
    }

    private static List<Shard> shards(Fleet fleet) {
        return fleet.shards(UnaryOperator.<EventStore>identity());
    }

    private static void expectMismatch(List<Shard> shards, String text) {
        assertThat(
                        refused(
                                InvalidRequestException.class,
                                "LF-1403",
                                () -> ShardedEventStore.open(shards)))
                .hasMessageContaining(text);
    }
}
