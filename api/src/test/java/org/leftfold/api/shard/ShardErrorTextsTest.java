package org.leftfold.api.shard;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.leftfold.api.AppendCondition;
import org.leftfold.api.InvalidRequestException;
import org.leftfold.api.LeftfoldException;
import org.leftfold.api.Metadata;
import org.leftfold.api.Query;
import org.leftfold.api.StreamName;

/** Reads every text of a sharded store: code, what happened and what did not, and what to do. */
class ShardErrorTextsTest {
    private static final StreamName ORDER = new StreamName("order-1");

    @Test
    void an_append_across_shards_names_every_stream_and_its_shard() {
        expect(
                ShardErrors.crossing(
                        List.of(ORDER, new StreamName("order-2")), List.of("north", "south")),
                "LF-1401",
                "this append crosses shards, nothing of it was stored: 'order-1' is in shard 'north', 'order-2' is in"
                        + " shard 'south'. Append to the streams one after the other, or move them into one shard.");
    }

    @Test
    void a_condition_says_why_it_cannot_be_checked() {
        expect(
                ShardErrors.condition(AppendCondition.none("unique", Query.all()), "it is wide"),
                "LF-1402",
                "condition 'unique' cannot be checked over shards, nothing was stored: it is wide.");
    }

    @Test
    void shards_that_do_not_belong_together_say_what_to_give() {
        expect(
                ShardErrors.mismatch("'south' is missing"),
                "LF-1403",
                "these shards do not make one store: 'south' is missing. Nothing was changed. Give all shards of the"
                        + " store, each once, in the order of its first opening.");
    }

    @Test
    void a_stream_that_cannot_be_moved_says_why() {
        expect(
                ShardErrors.immovable(ORDER, "it was never written"),
                "LF-1404",
                "stream 'order-1' cannot be moved, and was not: it was never written.");
    }

    @Test
    void a_reserved_name_says_so() {
        expect(
                ShardErrors.reserved("metadata key", "leftfold.shards.copy"),
                "LF-1405",
                "metadata key 'leftfold.shards.copy' belongs to the sharded store itself, nothing was stored. Take"
                        + " another name.");
    }

    @Test
    void a_stream_on_the_move_asks_for_repetition() {
        expect(
                ShardErrors.moving(ORDER),
                "LF-3401",
                "stream 'order-1' is being moved, or appended to while it is to be moved; this call stored nothing."
                        + " Repeat it.");
    }

    @Test
    void ids_that_are_known_otherwise_say_so() {
        expect(
                ShardErrors.otherwiseKnown(ORDER),
                "LF-1005",
                "event ids of the write to stream 'order-1' are known there, but not as this append; nothing was stored. Take"
                        + " new ids for new events; to repeat an append, make it unchanged.");
    }

    @Test
    void a_target_that_refuses_says_what_and_when() {
        InvalidRequestException refusal = new InvalidRequestException("LF-1006", "no tenant.");
        expect(
                ShardErrors.refused(ORDER, "south", refusal),
                "LF-1404",
                "stream 'order-1' cannot be moved, and was not: shard 'south' would refuse what has to be stored there:"
                        + " LF-1006: no tenant.");
        expect(
                ShardErrors.stranded(ORDER, "north", "south", refusal),
                "LF-3402",
                "stream 'order-1' is on its way from shard 'north', where it is read, to shard 'south', which refuses what has"
                        + " to be stored there: LF-1006: no tenant. This call stored nothing, and nothing can be appended to"
                        + " the stream until that shard takes it. Open it as it was when the move was begun, and repeat the"
                        + " call.");
    }

    @Test
    void a_shard_that_is_behind_says_what_it_lacks() {
        expect(
                ShardErrors.behind("north", "south", "position 17"),
                "LF-4401",
                "shard 'north' lacks position 17, on which shard 'south' builds: it was restored to an earlier state,"
                        + " or is another store. Nothing was changed. Restore it as far as the others.");
    }

    @Test
    void an_event_of_the_store_itself_that_cannot_be_read_says_who_must_have_written_it() {
        expect(
                ShardErrors.unreadable("leftfold.shards.next", Metadata.of("a", "b")),
                "LF-4401",
                "an event of the sharded store has no number in its metadata 'leftfold.shards.next' but {a=b}. Nothing"
                        + " was changed. Nobody but the sharded store may append to a shard.");
    }

    private static void expect(LeftfoldException error, String code, String text) {
        assertThat(error.code()).isEqualTo(code);
        assertThat(error).hasMessage(code + ": " + text);
    }
}
