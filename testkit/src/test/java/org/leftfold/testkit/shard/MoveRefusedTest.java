package org.leftfold.testkit.shard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.leftfold.testkit.shard.Streams.ACT;
import static org.leftfold.testkit.shard.Streams.ORDER;
import static org.leftfold.testkit.shard.Streams.event;
import static org.leftfold.testkit.shard.Streams.given;
import static org.leftfold.testkit.shard.Streams.read;
import static org.leftfold.testkit.shard.Streams.refused;
import static org.leftfold.testkit.shard.Streams.upTo;
import static org.leftfold.testkit.shard.Streams.versions;

import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.leftfold.api.AuditPolicy;
import org.leftfold.api.ExpectedVersion;
import org.leftfold.api.InMemoryEventStore;
import org.leftfold.api.InvalidRequestException;
import org.leftfold.api.Metadata;
import org.leftfold.api.shard.ShardedEventStore;
import org.leftfold.api.shard.ShardedOptions;

/** What the target would refuse is found before anything is stored: the stream goes on. */
class MoveRefusedTest {
    private static final ShardedOptions OWN =
            ShardedOptions.defaults().ownMetadata(Metadata.of(Metadata.TENANT, "us"));

    private static Fleet audited() {
        return new Fleet(
                List.of(
                        InMemoryEventStore.open(),
                        InMemoryEventStore.open(),
                        InMemoryEventStore.open(
                                InstantSource.system(), AuditPolicy.requiring(Metadata.TENANT))));
    }

    private static void refusedAndGoesOn(Fleet fleet, ShardedEventStore store, String why) {
        long version = store.version(ORDER);
        long head = fleet.store(1).head();
        assertThat(
                        refused(
                                InvalidRequestException.class,
                                "LF-1404",
                                () -> store.move(ORDER, "shard 2", ACT)))
                .hasMessageContaining(why);
        assertThat(fleet.store(1).head()).isEqualTo(head);
        given(store, ORDER, 2);
        given(fleet.open(OWN), ORDER, 1);
        assertThat(store.shardOf(ORDER)).isEqualTo("shard 1");
        assertThat(versions(read(store, ORDER))).isEqualTo(upTo(version + 3));
        store.move(ORDER, "shard 0", ACT);
        given(store, ORDER, 1);
        assertThat(versions(read(fleet.open(OWN), ORDER))).isEqualTo(upTo(version + 4));
    }

    @Test
    void
            a_target_whose_audit_policy_asks_more_than_the_events_have_is_found_before_the_departure() {
        try (Fleet fleet = audited()) {
            ShardedEventStore store = fleet.open(OWN);
            store.append(
                    ORDER,
                    ExpectedVersion.noStream(),
                    event().withMetadata(Metadata.TENANT, "them"));
            given(store, ORDER, 2);
            refusedAndGoesOn(fleet, store, "LF-1006");
        }
    }

    @Test
    void a_target_that_refuses_the_events_of_the_move_itself_is_found_before_the_departure() {
        try (Fleet fleet = audited()) {
            fleet.open(OWN);
            ShardedEventStore store = fleet.open(ShardedOptions.defaults());
            given(store, ORDER, 2);
            refusedAndGoesOn(fleet, store, "LF-1006");
        }
    }

    @Test
    void a_target_that_holds_the_stream_by_no_move_is_found_before_the_departure() {
        try (Fleet fleet = new Fleet(3)) {
            ShardedEventStore store = fleet.open(OWN);
            given(store, ORDER, 2);
            given(fleet.store(2), ORDER, 1);
            refusedAndGoesOn(fleet, store, "came there by no move");
        }
    }
}
