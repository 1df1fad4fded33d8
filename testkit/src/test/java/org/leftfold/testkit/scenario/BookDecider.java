package org.leftfold.testkit.scenario;

import java.time.Instant;
import java.util.List;
import org.leftfold.framework.codec.EventName;
import org.leftfold.framework.decide.Decider;
import org.leftfold.testkit.scenario.BookDecider.BookCommand;
import org.leftfold.testkit.scenario.BookDecider.BookEvent;
import org.leftfold.testkit.scenario.BookDecider.BookState;

/** A book of a library: one reader has it at a time. */
final class BookDecider implements Decider<BookCommand, BookState, BookEvent> {
    sealed interface BookCommand {}

    record Lend(String reader, Instant until) implements BookCommand {}

    record GiveBack() implements BookCommand {}

    /** From one reader straight to the next. */
    record PassOn(String reader, Instant until) implements BookCommand {}

    sealed interface BookEvent {}

    @EventName("lent")
    record Lent(String reader, Instant until) implements BookEvent {}

    @EventName("given-back")
    record GivenBack(String reader) implements BookEvent {}

    record BookState(String reader, int loans) {}

    static final class BookRefused extends IllegalStateException {
        private static final long serialVersionUID = 1L;

        BookRefused(String text) {
            super(text);
        }
    }

    static final Instant MAY = Instant.parse("2026-05-01T00:00:00Z");
    static final Instant JUNE = Instant.parse("2026-06-01T00:00:00Z");

    @Override
    public BookState initialState() {
        return new BookState("", 0);
    }

    @Override
    public List<BookEvent> decide(BookCommand command, BookState state) {
        return switch (command) {
            case Lend lend when lend.reader().equals(state.reader()) -> List.of();
            case Lend lend when !state.reader().isEmpty() ->
                    throw new BookRefused("lent to " + state.reader());
            case Lend lend -> List.of(new Lent(lend.reader(), lend.until()));
            case GiveBack back when state.reader().isEmpty() -> List.of();
            case GiveBack back -> List.of(new GivenBack(state.reader()));
            case PassOn on ->
                    List.of(new GivenBack(state.reader()), new Lent(on.reader(), on.until()));
        };
    }

    @Override
    public BookState evolve(BookState state, BookEvent event) {
        return switch (event) {
            case Lent lent -> new BookState(lent.reader(), state.loans() + 1);
            case GivenBack back -> new BookState("", state.loans());
        };
    }
}
