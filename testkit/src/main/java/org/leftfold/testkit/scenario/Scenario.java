package org.leftfold.testkit.scenario;

import java.util.ArrayList;
import java.util.List;
import org.leftfold.framework.aggregate.AggregateRoot;
import org.leftfold.framework.aggregate.AggregateType;
import org.leftfold.framework.aggregate.Command;
import org.leftfold.framework.aggregate.Event;
import org.leftfold.framework.codec.EventSchema;
import org.leftfold.framework.codec.PayloadFormat;
import org.leftfold.framework.decide.Decider;

/**
 * A test of domain code: given what happened, when a command comes, then this happens.
 *
 * <pre>{@code
 * Scenario.of(new LockerDecider())
 *         .given(new Reserved("p1"))
 *         .when(new Collect())
 *         .then(new Collected("p1"));
 *
 * Scenario.ofAggregate(Ticket.class)
 *         .given(new TicketInitialized("broken"))
 *         .when(new RequestEscalation(""))
 *         .thenRefusedWith("reason");
 * }</pre>
 *
 * <p>As in a repository, each command is decided on a state that was folded anew from all events so
 * far. Along the way every scenario checks, unless that is switched off right at its beginning:
 *
 * <ul>
 *   <li>deciding a command leaves the state as it is, and so does {@code evolve} of a decider with
 *       the state it is given;
 *   <li>given events and events that come can be applied: what {@code apply} or {@code evolve}
 *       throws is reported as a defect, not as a refusal;
 *   <li>they are the same after they were stored and read;
 *   <li>they can be read and applied when their personal data was erased, of all their subjects and
 *       of each alone.
 * </ul>
 *
 * <p>Times and ids come with commands, so no clock has to be stopped. Immutable: scenarios that
 * begin alike can share their beginning.
 *
 * @param <C> commands
 * @param <S> states; of aggregates, their class
 * @param <E> events
 */
public final class Scenario<C, S, E> {
    private final Subject<C, S, E> subject;
    private final List<E> events;

    private Scenario(Subject<C, S, E> subject, List<E> events) {
        this.subject = subject;
        this.events = List.copyOf(events);
    }

    /** Begins a scenario of a decider whose class says which events it has. */
    public static <C, S, E> Scenario<C, S, E> of(Decider<C, S, E> decider) {
        return new Scenario<>(Subject.of(decider, null), List.of());
    }

    /**
     * Begins a scenario of a decider, or of a type of aggregates, whose events have this schema.
     */
    public static <C, S, E> Scenario<C, S, E> of(Decider<C, S, E> decider, EventSchema<E> schema) {
        return new Scenario<>(Subject.of(decider, schema), List.of());
    }

    /**
     * Begins a scenario of a class of aggregates.
     *
     * @throws org.leftfold.framework.codec.DefinitionException if the class or its events cannot be
     *     used by a repository either (LF-1201); its text names everything that is missing
     */
    public static <A extends AggregateRoot<C, E>, C extends Command, E extends Event>
            Scenario<C, A, E> ofAggregate(Class<A> type) {
        EventSchema<E> schema = Subject.schemaOf(type, AggregateRoot.class, 1);
        return of(AggregateType.of(type, schema), schema);
    }

    /** The same with payloads in another format than JSON. */
    public Scenario<C, S, E> with(PayloadFormat format) {
        return new Scenario<>(subject.with(format), events);
    }

    /** Does not check that deciding a command, or {@code evolve}, leaves the state as it is. */
    public Scenario<C, S, E> withoutMutationCheck() {
        return new Scenario<>(subject.without(Subject.Check.MUTATION), events);
    }

    /**
     * Does not check that events are the same after they were stored and read, nor what becomes of
     * them when personal data is erased.
     */
    public Scenario<C, S, E> withoutCodecCheck() {
        return new Scenario<>(subject.without(Subject.Check.CODEC), events);
    }

    /**
     * Does not apply an event that comes before something needs the state behind it, nor any event
     * whose personal data was erased.
     */
    public Scenario<C, S, E> withoutApplyCheck() {
        return new Scenario<>(subject.without(Subject.Check.APPLY), events);
    }

    /**
     * These events happened, after those given before.
     *
     * @throws AssertionError if one cannot be applied, or is another one after it was stored
     */
    @SafeVarargs
    @SuppressWarnings("varargs") // it is read only
    public final Scenario<C, S, E> given(E... happened) {
        return given(List.of(happened));
    }

    /** The same. */
    public Scenario<C, S, E> given(List<? extends E> happened) {
        List<E> all = new ArrayList<>(events);
        all.addAll(happened);
        subject.checkGiven(events.size(), all);
        return new Scenario<>(subject, all);
    }

    /**
     * These commands were given, one after the other, and what they led to happened.
     *
     * @throws AssertionError if one of them is refused, or something is wrong with its events
     */
    @SafeVarargs
    public final Scenario<C, S, E> givenCommands(C... commands) {
        Scenario<C, S, E> now = this;
        for (int i = 0; i < commands.length; i++) {
            Step<C, S, E> step = now.when(commands[i]);
            now = new Scenario<>(subject, step.happenedAsGiven(i + 1));
        }
        return now;
    }

    /** Gives a command. What comes of it is said next. */
    public Step<C, S, E> when(C command) {
        return Step.first(subject, events, command);
    }
}
