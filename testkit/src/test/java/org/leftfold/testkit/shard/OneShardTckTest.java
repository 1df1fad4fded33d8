package org.leftfold.testkit.shard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.leftfold.api.AdminAct;
import org.leftfold.api.Append;
import org.leftfold.api.AppendCondition;
import org.leftfold.api.Checkpoint;
import org.leftfold.api.ExpectedVersion;
import org.leftfold.api.FollowRequest;
import org.leftfold.api.InvalidRequestException;
import org.leftfold.api.NewEvent;
import org.leftfold.api.Query;
import org.leftfold.api.ReadRequest;
import org.leftfold.api.StaleCheckpointException;
import org.leftfold.api.StreamName;
import org.leftfold.testkit.tck.AppendTck;
import org.leftfold.testkit.tck.AuditTck;
import org.leftfold.testkit.tck.ConditionTck;
import org.leftfold.testkit.tck.ConflictTck;
import org.leftfold.testkit.tck.ExpectedVersionTck;
import org.leftfold.testkit.tck.FollowEndTck;
import org.leftfold.testkit.tck.FollowRaceTck;
import org.leftfold.testkit.tck.FollowTck;
import org.leftfold.testkit.tck.IdempotencyTck;
import org.leftfold.testkit.tck.LifecycleTck;
import org.leftfold.testkit.tck.LimitsTck;
import org.leftfold.testkit.tck.PayloadTck;
import org.leftfold.testkit.tck.PersistenceSpecificationsTck;
import org.leftfold.testkit.tck.QueryTck;
import org.leftfold.testkit.tck.RaceTck;
import org.leftfold.testkit.tck.ReadTck;
import org.leftfold.testkit.tck.RecordingTimeTck;
import org.leftfold.testkit.tck.TckOptions;
import org.leftfold.testkit.tck.TckStore;

/**
 * Over a single shard nothing is lost: positions are dense, every append and every condition stays
 * within it. So the whole suite holds, but for what is said in the overridden tests. The suites of
 * administration are those of the shards.
 */
class OneShardTckTest
        implements AppendTck,
                ExpectedVersionTck,
                ConflictTck,
                ConditionTck,
                IdempotencyTck,
                ReadTck,
                QueryTck,
                PayloadTck,
                RecordingTimeTck,
                LimitsTck,
                FollowTck,
                FollowEndTck,
                FollowRaceTck,
                RaceTck,
                PersistenceSpecificationsTck,
                AuditTck,
                LifecycleTck {
    private static final StreamName ORDER = new StreamName("order-1");

    @Override
    public TckStore openStore(TckOptions options) {
        return new ShardedTckStore(1, options);
    }

    /** One of the conditions is the store's own. */
    @Test
    @Override
    public void the_most_conditions_are_all_checked() {
        try (TckStore opened = openStore()) {
            Append append = Append.to(ORDER, ExpectedVersion.any(), NewEvent.ofJson("A", "{}"));
            for (int n = 0; n < 63; n++) {
                append =
                        append.onlyIf(
                                AppendCondition.none("condition " + n, Query.tags("absent:" + n)));
            }
            opened.store().append(append);
            Append oneMore = append.onlyIf(AppendCondition.none("more", Query.tags("absent:x")));
            InvalidRequestException refusal =
                    assertThrows(
                            InvalidRequestException.class, () -> opened.store().append(oneMore));
            assertEquals("LF-1002", refusal.code());
            assertEquals(1, opened.store().head());
        }
    }

    /** A vector holds the positions of the shards, where two events are the store's own. */
    @Test
    @Override
    public void a_checkpoint_beyond_the_head_is_refused() {
        try (TckStore opened = openStore()) {
            opened.store().append(ORDER, ExpectedVersion.any(), NewEvent.ofJson("A", "{}"));
            String text = opened.store().checkpoint().toString();
            assertEquals("3", text.substring(text.lastIndexOf(':') + 1));
            Checkpoint beyond = Checkpoint.parse(text.substring(0, text.lastIndexOf(':')) + ":4");
            assertThrows(
                    StaleCheckpointException.class,
                    () ->
                            opened.store()
                                    .follow(FollowRequest.after(Query.all(), beyond), event -> {}));
        }
    }

    /** The administrator of a shard counts the store's own events too. */
    @Test
    @Override
    public void deleting_every_stream_leaves_nothing_to_read() {
        try (TckStore opened = openStore()) {
            opened.store().append(ORDER, ExpectedVersion.any(), NewEvent.ofJson("A", "{}"));
            opened.admin().delete(ORDER, new AdminAct("ann", "purge"));
            assertEquals(List.of(), opened.store().read(ReadRequest.all()).toList());
            assertEquals(2, opened.admin().statistics().events());
        }
    }

    /** Administrators belong to the shards, which this fixture keeps open. */
    @Test
    @Override
    public void every_administrative_act_on_a_closed_store_is_refused() {
        TckStore opened = openStore();
        opened.close();
        assertThrows(InvalidRequestException.class, () -> opened.admin().statistics());
    }

    /** Opening appends, and from then on times do not decrease. */
    @Test
    @Override
    public void the_year_one_is_a_time_like_any_other() {
        Instant yearOne = Instant.parse("0001-01-01T00:00:00.000001999Z");
        try (TckStore opened = openStore(TckOptions.standard().withClock(() -> yearOne))) {
            opened.store().append(ORDER, ExpectedVersion.any(), NewEvent.ofJson("A", "{}"));
            assertEquals(
                    Instant.parse("0001-01-01T00:00:00.000001Z"),
                    opened.store().read(ReadRequest.all()).next().recordedAt());
        }
    }
}
