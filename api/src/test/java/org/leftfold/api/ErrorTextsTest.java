package org.leftfold.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Reads every text: its code, what happened and what did not, the values, and what to do. */
class ErrorTextsTest {
    private static final StreamName ORDER = new StreamName("order-1");
    private static final IOException CAUSE = new IOException("disk is full");

    @Test
    void an_illegal_name_says_which_and_why() {
        expect(
                InvalidRequestException.name("stream name", "", "it is empty"),
                "LF-1001",
                "stream name '' is not allowed: it is empty. Nothing was stored.");
    }

    @Test
    void a_passed_limit_says_how_many_are_allowed() {
        InvalidRequestException refusal =
                Refusals.of(() -> InvalidRequestException.limit("tags of an event", 65, 64));
        expect(
                refusal,
                "LF-1002",
                "65 tags of an event are too many, 64 are allowed. Nothing was stored.");
    }

    @Test
    void a_number_out_of_range_says_which() {
        expect(
                InvalidRequestException.number("limit", -1, "it must not be negative"),
                "LF-1003",
                "limit -1 is not allowed: it must not be negative. Nothing was stored.");
    }

    @Test
    void a_malformed_append_says_why() {
        expect(
                InvalidRequestException.append("it writes to no stream"),
                "LF-1004",
                "this append cannot be made: it writes to no stream. Nothing was stored.");
    }

    @Test
    void a_payload_that_is_no_json_has_the_place_and_no_content() {
        expect(
                Refusals.of(() -> NewEvent.ofJson("Placed", "{\"secret\":1,}")),
                "LF-1014",
                "the payload of an event of type 'Placed' is no JSON: at byte 12 of 13, expected a name. Nothing was"
                        + " stored.");
    }

    @Test
    void reused_ids_name_the_id_and_the_stream() {
        EventId id = EventId.of("01890a5d-ac96-774b-bcce-b302099a8057");
        expect(
                InvalidRequestException.idReuse(ORDER, id, "the stored event has other content"),
                "LF-1005",
                "event id 01890a5d-ac96-774b-bcce-b302099a8057 is known in stream 'order-1', but this is no repetition"
                        + " of the append that stored it: the stored event has other content. Nothing was stored. Give"
                        + " new events new ids, or repeat the first append unchanged.");
    }

    @Test
    void lacking_metadata_is_listed() {
        EventId id = EventId.of("01890a5d-ac96-774b-bcce-b302099a8057");
        NewEvent event = NewEvent.ofJson("Placed", "{}").withId(id);
        InvalidRequestException refusal =
                InvalidRequestException.audit(ORDER, event, List.of("actor", "reason"));
        expect(
                refusal,
                "LF-1006",
                "event 01890a5d-ac96-774b-bcce-b302099a8057 (Placed) for stream 'order-1' lacks the metadata [actor,"
                        + " reason] that the audit policy of this store requires. Nothing of the append was stored."
                        + " Add it and append again.");
    }

    @Test
    void a_closed_store_says_to_open_it_again() {
        expect(
                InvalidRequestException.closed("the in-memory store"),
                "LF-1007",
                "the in-memory store is closed, nothing was done. Open it again.");
    }

    @Test
    void a_store_for_reading_only_says_so() {
        expect(
                InvalidRequestException.readOnly("/data/shop"),
                "LF-1008",
                "the store /data/shop was opened for reading only, nothing was stored.");
    }

    @Test
    void a_version_conflict_names_both_versions() {
        VersionConflictException conflict =
                new VersionConflictException(ORDER, ExpectedVersion.exactly(3), 5, 40, 2);
        expect(
                conflict,
                "LF-2001",
                "append to stream 'order-1' refused, none of its 2 events was stored: expected version 3, the stream"
                        + " is at version 5. Load the stream and decide again; do not resend these events.");
        assertThat(conflict.stream()).isEqualTo(ORDER);
        assertThat(conflict.expected()).isEqualTo(ExpectedVersion.exactly(3));
        assertThat(conflict.actualVersion()).isEqualTo(5);
        assertThat(conflict.missed())
                .isEqualTo(ReadRequest.stream(ORDER).to(40).afterVersion(3).toVersion(5));
    }

    @Test
    void a_version_conflict_before_there_were_events_speaks_of_none() {
        expect(
                new VersionConflictException(ORDER, ExpectedVersion.noStream(), 5, 40, 0),
                "LF-2001",
                "stream 'order-1' is at version 5, where the caller expected no stream; nothing was stored. Load the"
                        + " stream and decide again.");
    }

    @Test
    void every_expectation_is_named_in_words() {
        assertThat(ExpectedVersion.noStream()).hasToString("no stream");
        assertThat(ExpectedVersion.streamExists()).hasToString("an existing stream");
        assertThat(ExpectedVersion.any()).hasToString("any version");
        assertThat(ExpectedVersion.exactly(0)).hasToString("no stream");
    }

    @Test
    void a_failed_condition_names_the_condition_and_the_position() {
        AppendCondition condition =
                AppendCondition.noneAfter("seat is free", Query.tags("seat:7"), 12);
        ConditionFailedException conflict = new ConditionFailedException(condition, 15, 40, 1);
        expect(
                conflict,
                "LF-2002",
                "append refused, none of its 1 events was stored: condition 'seat is free' allows no event with tags"
                        + " [seat:7] after position 12, but there is one at position 15. Read what was missed and"
                        + " decide again; do not resend these events.");
        assertThat(conflict.condition()).isEqualTo(condition);
        assertThat(conflict.foundPosition()).isEqualTo(15);
        assertThat(conflict.missed())
                .isEqualTo(ReadRequest.of(Query.tags("seat:7")).after(12).to(40));
    }

    @Test
    void an_unknown_outcome_says_how_to_settle_it() {
        OutcomeUnknownException unknown = new OutcomeUnknownException(3, CAUSE);
        expect(
                unknown,
                "LF-3001",
                "it is unknown whether the append of 3 events was stored (java.io.IOException: disk is full). Repeat it"
                        + " unchanged, after opening the store again if it has stopped: the answer settles it, and"
                        + " nothing is stored twice.");
        assertThat(unknown).hasCause(CAUSE);
        expect(
                OutcomeUnknownException.ofTransaction("'leftfold_*' on H2", CAUSE),
                "LF-3001",
                "it is unknown whether a transaction on the views 'leftfold_*' on H2 was committed"
                        + " (java.io.IOException: disk is full). Look how far the view is before anything is done"
                        + " again: its progress is part of the transaction.");
    }

    @Test
    void an_unavailable_store_says_what_still_works() {
        expect(
                StoreUnavailableException.stopped("/data/shop", CAUSE),
                "LF-3002",
                "the store /data/shop stopped appending after a failure (java.io.IOException: disk is full); this call"
                        + " stored nothing, and what an earlier LF-3001 left open stays open until the store is opened"
                        + " again. Reading goes on. Look at the disk, then close and open the store: it recovers by"
                        + " itself.");
        expect(
                StoreUnavailableException.noSpace("/data/shop", CAUSE),
                "LF-3003",
                "the store /data/shop cannot write more now (java.io.IOException: disk is full); this call"
                        + " stored nothing, and what an earlier LF-3001 left open stays open. Reading goes on. If the"
                        + " disk is full, free some space: writing resumes by itself.");
        expect(
                StoreUnavailableException.noMark("/data/shop"),
                "LF-3007",
                "the store /data/shop cannot be read without opening it for writing: its file mark is missing or"
                        + " damaged, so nobody can tell how far the log is durable. Nothing was changed. Open the store"
                        + " for writing once, which makes the file anew, or try again if that is going on.");
        expect(
                StoreUnavailableException.inUse("/data/shop"),
                "LF-3004",
                "the store /data/shop is open for writing elsewhere, in this process or another; nothing was changed."
                        + " Close it there, or open it read-only here.");
        expect(
                StoreUnavailableException.unreadable("file 1.seg", CAUSE),
                "LF-3005",
                "file 1.seg could not be read (java.io.IOException: disk is full). Nothing was changed. Look at the"
                        + " disk and try again.");
        expect(
                StoreUnavailableException.closing("the subscription"),
                "LF-3006",
                "the subscription ended because the store was closed; nothing was stored.");
        expect(
                StoreUnavailableException.scavenging("/data/shop"),
                "LF-3008",
                "the store /data/shop is being scavenged already; this call did nothing. Wait until that has ended, and"
                        + " scavenge again if something became unreadable meanwhile.");
        assertThat(StoreUnavailableException.stopped("x", CAUSE)).hasCause(CAUSE);
        assertThat(StoreUnavailableException.noSpace("x", CAUSE)).hasCause(CAUSE);
        assertThat(StoreUnavailableException.unreadable("x", CAUSE)).hasCause(CAUSE);
    }

    @Test
    void a_stale_checkpoint_names_both_histories() {
        UUID epoch = UUID.fromString("00000000-0000-0000-0000-000000000001");
        UUID other = UUID.fromString("00000000-0000-0000-0000-000000000002");
        StaleCheckpointException stale =
                new StaleCheckpointException(Checkpoint.of(other, 9), epoch, 7);
        expect(
                stale,
                "LF-4002",
                "checkpoint lf1:00000000-0000-0000-0000-000000000002:9 is no place in this store, which has epoch"
                        + " 00000000-0000-0000-0000-000000000001 and ends at position 7: the store was restored or"
                        + " exchanged since. Compare what the follower has with the store, then rebuild it or give it a"
                        + " checkpoint of this store.");
        assertThat(stale.checkpoint()).isEqualTo(Checkpoint.of(other, 9));
    }

    @Test
    void a_newer_format_says_to_upgrade() {
        expect(
                IncompatibleStoreException.newerFormat("store.meta", 3, 2),
                "LF-5001",
                "file store.meta has format version 3, this version of Leftfold reads up to 2; nothing was changed. Use"
                        + " the version of Leftfold that wrote it, or a newer one.");
    }

    @Test
    void categories_are_open_and_keep_code_and_cause() {
        LeftfoldException own = new IntegrityException("LF-4999", "something is odd", CAUSE);
        expect(own, "LF-4999", "something is odd");
        assertThat(own).hasCause(CAUSE);
        expect(new InvalidRequestException("LF-1999", "own"), "LF-1999", "own");
        expect(new StoreUnavailableException("LF-3999", "own", null), "LF-3999", "own");
        expect(new IncompatibleStoreException("LF-5999", "own"), "LF-5999", "own");
    }

    private static void expect(LeftfoldException error, String code, String text) {
        assertThat(error.code()).isEqualTo(code);
        assertThat(error).hasMessage(code + ": " + text);
    }
}
