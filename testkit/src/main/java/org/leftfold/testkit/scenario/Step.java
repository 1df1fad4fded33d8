package org.leftfold.testkit.scenario;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One or several commands of a {@link Scenario} in a row, and what comes of them. Endings say what
 * was expected; several may follow one another. A {@code when} behind an ending begins the next
 * step, to which everything so far is given.
 *
 * <pre>{@code
 * .when(new Reserve("p1")).then(new Reserved("p1")).andState(state -> ...)
 * .whenRepeated().thenNothing()
 * .when(new Reserve("p2")).thenRefused(LockerRefused.class).thenRefusedWith("held for")
 * }</pre>
 *
 * <p>Every ending throws an {@link AssertionError} that shows what was expected and what came.
 * Immutable.
 */
public final class Step<C, S, E> {
    private final Subject<C, S, E> subject;
    private final List<E> before;
    private final List<C> commands; // at least one
    private final List<E> events;
    private final @Nullable Exception refusal; // of the last command
    private final boolean ended;

    private Step(
            Subject<C, S, E> subject,
            List<E> before,
            List<C> commands,
            List<E> events,
            @Nullable Exception refusal,
            boolean ended) {
        this.subject = subject;
        this.before = List.copyOf(before);
        this.commands = List.copyOf(commands);
        this.events = List.copyOf(events);
        this.refusal = refusal;
        this.ended = ended;
    }

    static <C, S, E> Step<C, S, E> first(Subject<C, S, E> subject, List<E> before, C command) {
        return run(subject, before, List.of(), List.of(), command);
    }

    private static <C, S, E> Step<C, S, E> run(
            Subject<C, S, E> subject,
            List<E> before,
            List<C> earlier,
            List<E> earlierEvents,
            C command) {
        List<C> commands = joined(earlier, List.of(command));
        Story story = new Story(subject.name(), before, commands);
        Subject.Answer<E> answer =
                subject.decide(story, command, joined(before, earlierEvents), before.size());
        return new Step<>(
                subject,
                before,
                commands,
                joined(earlierEvents, answer.events()),
                answer.refusal(),
                false);
    }

    private static <T> List<T> joined(List<T> some, List<T> more) {
        List<T> all = new ArrayList<>(some);
        all.addAll(more);
        return all;
    }

    /** Gives a further command; the state is the one with all events so far. */
    public Step<C, S, E> when(C command) {
        if (ended) {
            return first(subject, joined(before, events), command);
        }
        if (refusal != null) {
            throw story().failure(
                            "%s was refused, and a further command followed: say thenRefused before it"
                                    .formatted(Texts.name(commands.getLast())),
                            Story.Part.refusal("came", refusal),
                            refusal);
        }
        return run(subject, before, commands, events, command);
    }

    /** Gives the last command once more. A repetition mostly leads to nothing. */
    public Step<C, S, E> whenRepeated() {
        return when(commands.getLast());
    }

    /** Exactly these events came, in this order, of all commands of the step together. */
    @SafeVarargs
    @SuppressWarnings("varargs") // it is read only
    public final Step<C, S, E> then(E... expected) {
        return then(List.of(expected));
    }

    /** The same. */
    public Step<C, S, E> then(List<? extends E> expected) {
        if (expected.isEmpty()) {
            return thenNothing();
        }
        if (refusal != null) {
            throw story().failure(
                            "%s expected, and the command was refused"
                                    .formatted(Texts.count(expected.size(), "event was")),
                            List.of(Story.Part.numbered("expected", expected), cameBack(refusal)),
                            refusal);
        }
        List<String> differences = EventLists.differences(expected, events);
        if (!differences.isEmpty()) {
            throw story().failure(
                            "other events came than were expected",
                            List.of(
                                    Story.Part.numbered("expected", expected),
                                    came(),
                                    new Story.Part("different", differences)),
                            null);
        }
        return ended();
    }

    /** Nothing happened, and nothing was refused. */
    public Step<C, S, E> thenNothing() {
        Story.Part nothing = new Story.Part("expected", List.of());
        if (refusal != null) {
            throw story().failure(
                            "nothing was to happen, and the command was refused",
                            List.of(nothing, cameBack(refusal)),
                            refusal);
        }
        if (!events.isEmpty()) {
            throw story().failure(
                            "nothing was to happen, and %s"
                                    .formatted(Texts.count(events.size(), "event came")),
                            List.of(nothing, came()),
                            null);
        }
        return ended();
    }

    /** Events came that these assertions hold for; for those that cannot be written down. */
    public Step<C, S, E> thenEvents(Consumer<? super List<E>> assertions) {
        checkNotRefused("events were");
        assertions.accept(events);
        return ended();
    }

    /** The last command was refused with an exception of this class. */
    public Step<C, S, E> thenRefused(Class<? extends Exception> type) {
        Exception came = refusal("by " + type.getSimpleName());
        if (!type.isInstance(came)) {
            throw otherRefusal("refusal by " + type.getSimpleName(), came);
        }
        return ended();
    }

    /** The last command was refused, and the message of the exception contains this text. */
    public Step<C, S, E> thenRefusedWith(String part) {
        Exception came = refusal("with \"%s\"".formatted(part));
        String message = came.getMessage();
        if (message == null || !message.contains(part)) {
            throw otherRefusal("refusal with \"%s\"".formatted(part), came);
        }
        return ended();
    }

    private Exception refusal(String which) {
        Exception came = refusal;
        if (came == null) {
            throw story().failure(
                            "a refusal was expected, and %s"
                                    .formatted(
                                            events.isEmpty()
                                                    ? "nothing happened"
                                                    : Texts.count(events.size(), "event came")),
                            List.of(
                                    new Story.Part("expected", List.of("refusal " + which)),
                                    came()),
                            null);
        }
        return came;
    }

    private AssertionError otherRefusal(String expected, Exception came) {
        return story().failure(
                        "another refusal came than was expected",
                        List.of(new Story.Part("expected", List.of(expected)), cameBack(came)),
                        came);
    }

    /** The state, with all events so far, is this one: equal, or the same field by field. */
    public Step<C, S, E> thenState(S expected) {
        checkNotRefused("a state was");
        S state = state();
        List<String> differences = Differences.between(expected, state);
        if (!differences.isEmpty()) {
            throw story().failure(
                            "the state is another one than was expected",
                            List.of(
                                    came(),
                                    new Story.Part("expected state", List.of(Texts.show(expected))),
                                    new Story.Part("state", List.of(Texts.show(state))),
                                    new Story.Part("different", differences)),
                            null);
        }
        return ended();
    }

    /** These assertions hold for the state with all events so far. */
    public Step<C, S, E> andState(Consumer<? super S> assertions) {
        checkNotRefused("a state was");
        assertions.accept(state());
        return ended();
    }

    private S state() {
        return subject.fold(story(), joined(before, events), before.size());
    }

    /** A refusal that no ending spoke of must not get lost. */
    private void checkNotRefused(String expected) {
        if (refusal != null && !ended) {
            throw story().failure(
                            "%s expected, and the command was refused".formatted(expected),
                            Story.Part.refusal("came", refusal),
                            refusal);
        }
    }

    /** All events, if this step only prepares others. */
    List<E> happenedAsGiven(int number) {
        if (refusal != null) {
            throw story().failure(
                            "given command %d was refused".formatted(number),
                            Story.Part.refusal("came", refusal),
                            refusal);
        }
        return joined(before, events);
    }

    private Story.Part came() {
        return Story.Part.numbered("came", events);
    }

    /** What came when the last command was refused; events are those of the commands before. */
    private Story.Part cameBack(Exception came) {
        List<String> lines = new ArrayList<>(Story.Part.numbered("came", events).lines());
        lines.addAll(Story.Part.refusal("came", came).lines());
        return new Story.Part("came", lines);
    }

    private Story story() {
        return new Story(subject.name(), before, commands);
    }

    private Step<C, S, E> ended() {
        return new Step<>(subject, before, commands, events, refusal, true);
    }
}
