package org.leftfold.examples.privacy;

import static org.leftfold.framework.repository.CommandOptions.by;

import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.leftfold.api.EventStore;
import org.leftfold.framework.Leftfold;
import org.leftfold.framework.codec.EventName;
import org.leftfold.framework.decide.Decider;

/**
 * A soft delete: an event says that a note is not shown any more. Nothing is erased: whoever reads
 * the events still sees it, and it can be brought back. Right for a slip of the mouse, wrong for a
 * person who wants to be forgotten.
 */
public final class Notebook {
    private Notebook() {}

    /** What happens to a note, and what somebody wants to happen. */
    public sealed interface NoteEvent {
        /** It was written. */
        @EventName("note-written")
        record Written(String text) implements NoteEvent {}

        /** It is not shown any more. */
        @EventName("note-removed")
        record Removed() implements NoteEvent {}

        /** It is shown again. */
        @EventName("note-restored")
        record Restored() implements NoteEvent {}
    }

    /** A note. */
    public record Note(String text, boolean removed) {
        /** What people see. */
        public Optional<String> visible() {
            return removed ? Optional.empty() : Optional.of(text);
        }
    }

    /** Removes what is there, and restores what was removed. */
    public static final class NoteDecider implements Decider<NoteEvent, Note, NoteEvent> {
        @Override
        public Note initialState() {
            return new Note("", false);
        }

        @Override
        public List<NoteEvent> decide(NoteEvent command, Note state) {
            return switch (command) {
                case NoteEvent.Written it -> List.of(it);
                case NoteEvent.Removed it -> state.removed ? List.of() : List.of(it);
                case NoteEvent.Restored it -> state.removed ? List.of(it) : List.of();
            };
        }

        @Override
        public Note evolve(Note state, NoteEvent event) {
            return switch (event) {
                case NoteEvent.Written it -> new Note(it.text(), state.removed);
                case NoteEvent.Removed it -> new Note(state.text, true);
                case NoteEvent.Restored it -> new Note(state.text, false);
            };
        }
    }

    /** Tells the story on a store. */
    public static void run(EventStore store, Consumer<String> say) {
        var notes = Leftfold.on(store).repository("note", new NoteDecider());
        notes.save("n1", new NoteEvent.Written("call Erika"), by("ada"));
        notes.update("n1", new NoteEvent.Removed(), by("ada").because("done"));
        say.accept(notes.load("n1").state().visible().orElse("nothing"));
        say.accept("but version 1 was: " + notes.at("n1", 1).state().text());
        notes.update("n1", new NoteEvent.Restored(), by("ada").because("not done at all"));
        say.accept(notes.load("n1").state().visible().orElse("nothing"));
    }
}
