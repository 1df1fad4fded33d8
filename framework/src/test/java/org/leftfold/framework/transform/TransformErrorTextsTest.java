package org.leftfold.framework.transform;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.leftfold.api.EventStore;
import org.leftfold.api.ExpectedVersion;
import org.leftfold.api.InMemoryEventStore;
import org.leftfold.api.LeftfoldException;
import org.leftfold.api.NewEvent;
import org.leftfold.api.ReadRequest;
import org.leftfold.api.RecordedEvent;
import org.leftfold.api.StreamName;

/** Reads every text: code, what happened and what did not, and what to do. */
class TransformErrorTextsTest {
    private static final StreamName OLD = new StreamName("cart-1");
    private static final StreamName NEW = new StreamName("cart-2");

    private static RecordedEvent stored() {
        try (EventStore store = InMemoryEventStore.open()) {
            store.append(OLD, ExpectedVersion.any(), NewEvent.ofJson("added", "{\"secret\":1}"));
            return store.read(ReadRequest.all()).toList().getFirst();
        }
    }

    @Test
    void a_transformation_that_failed_names_the_event_and_no_payload() {
        var failed =
                new TransformationFailedException(
                        stored(), new IllegalStateException("secret of the payload"));
        expect(
                failed,
                "LF-1231",
                "the transformation of event 'added', version 1 of stream 'cart-1' at position 1, failed with"
                        + " IllegalStateException. What was stored for the events before it stays, nothing of it was"
                        + " stored. Look at the cause, mend the transformation and start again.");
        assertThat(failed.event().stream()).isEqualTo(OLD);
        assertThat(failed).hasCauseInstanceOf(IllegalStateException.class);
    }

    @Test
    void a_sealed_stream_names_its_successors() {
        var sealed = new StreamSealedException(OLD, List.of(NEW));
        expect(
                sealed,
                "LF-1232",
                "stream 'cart-1' was sealed, and takes no further command; nothing was stored. It goes on as [cart-2]:"
                        + " give the command there.");
        assertThat(sealed.stream()).isEqualTo(OLD);
        assertThat(sealed.successors()).containsExactly(NEW);
    }

    @Test
    void a_stream_that_is_being_filled_says_of_what() {
        expect(
                new StreamFillingException(NEW, List.of(OLD)),
                "LF-3201",
                "stream 'cart-2' is just being made of [cart-1] and is not whole yet; nothing was stored. Give the"
                        + " command again when that has ended. If it was interrupted, start it again.");
    }

    @Test
    void a_redesign_says_why_it_cannot_be() {
        expect(
                TransformErrors.taken(NEW),
                "LF-1233",
                "these streams cannot be split or merged so: stream 'cart-2' is to be made of them, and has events of"
                        + " its own. Let it have another name. Nothing was sealed, and the streams go on as they are.");
    }

    @Test
    void a_target_says_why_it_does_not_go_on() {
        expect(
                TransformErrors.otherTarget("it is the source itself"),
                "LF-1234",
                "the target does not go on with this copy: it is the source itself. What was copied before stays. Copy"
                        + " into a new store, or start the copy that was begun here as it was begun.");
    }

    @Test
    void a_sharded_source_says_why_it_cannot_be_copied() {
        expect(
                TransformErrors.shardedSource("it went on"),
                "LF-1235",
                "this sharded store cannot be copied so: it went on. What was copied before stays. Copy it while nobody"
                        + " appends to it, into a new store.");
    }

    private static void expect(LeftfoldException error, String code, String text) {
        assertThat(error.code()).isEqualTo(code);
        assertThat(error).hasMessage(code + ": " + text);
    }
}
