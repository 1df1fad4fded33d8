package org.leftfold.testkit.scenario;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.leftfold.api.LeftfoldException;
import org.leftfold.framework.aggregate.AggregateType;
import org.leftfold.framework.codec.DefinitionException;
import org.leftfold.framework.codec.EventSchema;
import org.leftfold.framework.codec.JsonFormat;
import org.leftfold.framework.codec.PayloadFormat;
import org.leftfold.framework.decide.Decider;
import org.leftfold.framework.history.StateTree;
import org.leftfold.framework.reflect.TypeArguments;

/** The code of the domain under test, and what is checked whenever it is called. */
final class Subject<C, S, E> {
    /** What is checked unless it is switched off. */
    enum Check {
        MUTATION,
        CODEC,
        APPLY
    }

    /**
     * What came of a command.
     *
     * @param refusal null if it was not refused
     */
    record Answer<E>(List<E> events, @Nullable Exception refusal) {}

    private static final String ACCEPTED =
            " cannot be applied, where every event has to be accepted";
    private static final String ERASED =
            " cannot be applied when personal data was erased: let evolve or apply accept it without, or give @PersonalData(erasedAs = ...)";
    private static final PayloadFormat JSON = new JsonFormat();

    private final Decider<C, S, E> decider;
    private final @Nullable EventSchema<E> schema;
    private final PayloadFormat format;
    private final Set<Check> skipped;
    private final CodecCheck<E> codecCheck;

    private Subject(
            Decider<C, S, E> decider,
            @Nullable EventSchema<E> schema,
            PayloadFormat format,
            Set<Check> skipped) {
        this.decider = decider;
        this.schema = schema;
        this.format = format;
        this.skipped = skipped;
        this.codecCheck =
                new CodecCheck<>(() -> schema == null ? schemaOf(decider) : schema, format);
    }

    static <C, S, E> Subject<C, S, E> of(
            Decider<C, S, E> decider, @Nullable EventSchema<E> schema) {
        return new Subject<>(decider, schema, JSON, Set.of());
    }

    private static <E> EventSchema<E> schemaOf(Decider<?, ?, E> decider) {
        return schemaOf(decider.getClass(), Decider.class, 2);
    }

    /** The schema of the events that a class gave for a type parameter of one above it. */
    @SuppressWarnings("unchecked") // it is what the owner gave for its type parameter E
    static <E> EventSchema<E> schemaOf(Class<?> owner, Class<?> generic, int index) {
        Class<?> events = TypeArguments.find(owner, generic, index);
        if (events == null) {
            throw new DefinitionException(
                    owner.getName(),
                    List.of(
                            "it does not say of which class its events are: give the schema, with Scenario.of(decider, EventSchema.of(MyEvent.class)), or leave it out with withoutCodecCheck()"));
        }
        return (EventSchema<E>) EventSchema.of(events);
    }

    Subject<C, S, E> with(PayloadFormat other) {
        return new Subject<>(decider, schema, other, skipped);
    }

    Subject<C, S, E> without(Check check) {
        Set<Check> more = EnumSet.of(check);
        more.addAll(skipped);
        return new Subject<>(decider, schema, format, more);
    }

    /** What failures call it. */
    String name() {
        Class<?> type =
                decider instanceof AggregateType<?, ?, ?> aggregates
                        ? aggregates.aggregateClass()
                        : decider.getClass();
        return type.getSimpleName().isEmpty() ? type.getName() : type.getSimpleName();
    }

    private boolean changesStates() {
        return decider instanceof AggregateType;
    }

    /** Checks given events, those from {@code first} on for the first time. */
    void checkGiven(int first, List<E> given) {
        Story story = new Story(name(), given, List.of());
        for (int i = first; i < given.size(); i++) {
            checkCodec(story, "given event %d".formatted(i + 1), given.get(i));
        }
        fold(story, given, given.size());
        checkErased(story, given, given.size());
    }

    private void checkCodec(Story story, String which, E event) {
        if (!skipped.contains(Check.CODEC)) {
            codecCheck.check(story, which, event);
        }
    }

    /**
     * The state that these events make, a new one each time.
     *
     * @param given how many of them are given; the others came of commands
     */
    S fold(Story story, List<E> events, int given) {
        S state = present(story, decider.initialState(), "initialState gave null");
        for (int i = 0; i < events.size(); i++) {
            E event = events.get(i);
            String which = which(i, given);
            StateTree before = changesStates() ? null : picture(story, state);
            S after;
            try {
                after = decider.evolve(state, event);
            } catch (Exception | AssertionError | StackOverflowError e) {
                throw notApplied(story, which + ACCEPTED, event, e);
            }
            checkUnchanged(
                    story,
                    before,
                    state,
                    "evolve of %s changed the state that it was given, where states of a decider are immutable"
                            .formatted(which));
            state = present(story, after, "evolve gave null as the state behind " + which);
        }
        return state;
    }

    @SuppressWarnings("ConstantValue") // code of the domain may give null against its types
    private S present(Story story, S state, String headline) {
        if (state == null) {
            throw story.failure(
                    "defect: %s, where there is always a state".formatted(headline),
                    List.of(),
                    null);
        }
        return state;
    }

    private static int number(int index, int given) {
        return 1 + (index < given ? index : index - given);
    }

    private static AssertionError notApplied(
            Story story, String which, Object event, Throwable thrown) {
        return story.failure(
                "defect: " + which,
                List.of(
                        new Story.Part("event", List.of(Texts.show(event))),
                        new Story.Part("thrown", List.of(Texts.show(thrown)))),
                thrown);
    }

    /**
     * Decides a command on the state that some events make.
     *
     * @param given how many of the events are given
     */
    Answer<E> decide(Story story, C command, List<E> events, int given) {
        S state = fold(story, events, given);
        StateTree before = picture(story, state);
        List<? extends E> decided = List.of();
        Exception refusal = null;
        try {
            decided = decider.decide(command, state);
        } catch (LeftfoldException e) {
            throw story.failure(
                    "defect: %s could not be decided".formatted(Texts.name(command)),
                    new Story.Part("thrown", List.of(Texts.show(e))),
                    e);
        } catch (Exception e) { // of overloads, declared ones too
            refusal = e;
        }
        checkUnchanged(
                story,
                before,
                state,
                "%s changed the state while it was decided, where only an event may"
                        .formatted(Texts.name(command)));
        List<E> emitted = copy(story, command, decided);
        checkEmitted(story, events, given, emitted);
        return new Answer<>(emitted, refusal);
    }

    @SuppressWarnings("ConstantValue") // code of the domain may give null against its types
    private List<E> copy(Story story, C command, @Nullable List<? extends E> decided) {
        if (decided == null || decided.stream().anyMatch(event -> event == null)) {
            throw story.failure(
                    "defect: %s gave %s: give an empty list when nothing happens"
                            .formatted(
                                    Texts.name(command),
                                    decided == null ? "null" : "a list with null"),
                    List.of(),
                    null);
        }
        return List.copyOf(decided);
    }

    private void checkEmitted(Story story, List<E> events, int given, List<E> emitted) {
        int earlier = events.size() - given;
        for (int i = 0; i < emitted.size(); i++) {
            checkCodec(story, "emitted event %d".formatted(earlier + i + 1), emitted.get(i));
        }
        if (!skipped.contains(Check.APPLY)) {
            List<E> all = new ArrayList<>(events);
            all.addAll(emitted);
            fold(story, all, given);
            if (!emitted.isEmpty()) {
                checkErased(story, all, given);
            }
        }
    }

    /** The events have to make a state after each of their subjects was forgotten, too (R81). */
    private void checkErased(Story story, List<E> events, int given) {
        if (skipped.contains(Check.CODEC) || skipped.contains(Check.APPLY)) {
            return;
        }
        for (List<E> erased : codecCheck.erased(events)) {
            S state = decider.initialState();
            for (int i = 0; i < erased.size(); i++) {
                try {
                    state = decider.evolve(state, erased.get(i));
                } catch (Exception | AssertionError | StackOverflowError e) {
                    throw notApplied(story, which(i, given) + ERASED, erased.get(i), e);
                }
            }
        }
    }

    private static String which(int index, int given) {
        return "%s event %d".formatted(index < given ? "given" : "emitted", number(index, given));
    }

    private @Nullable StateTree picture(Story story, S state) {
        if (skipped.contains(Check.MUTATION)) {
            return null;
        }
        try {
            return StateTree.of(state);
        } catch (DefinitionException e) {
            throw story.failure(
                    "it cannot be seen whether the state is left as it is: let its fields be shown, or say withoutMutationCheck()",
                    new Story.Part("thrown", List.of(Texts.show(e))),
                    e);
        }
    }

    private void checkUnchanged(Story story, @Nullable StateTree before, S state, String headline) {
        if (before == null) {
            return;
        }
        List<String> changes = before.differencesTo(StateTree.of(state));
        if (!changes.isEmpty()) {
            throw story.failure("defect: " + headline, new Story.Part("changed", changes), null);
        }
    }
}
