package org.leftfold.framework.repository;

import java.util.List;
import java.util.Set;
import org.leftfold.api.Metadata;
import org.leftfold.api.NewEvent;
import org.leftfold.api.RecordedEvent;
import org.leftfold.api.StreamName;
import org.leftfold.api.Tag;
import org.leftfold.framework.aggregate.AggregateType;
import org.leftfold.framework.codec.EventCodec;
import org.leftfold.framework.codec.PseudoEvent;
import org.leftfold.framework.decide.Decider;
import org.leftfold.framework.decide.DefectException;

/**
 * A decider with the codec of its events. It calls the code of the domain, and tells its defects
 * from its refusals.
 *
 * @param name what errors call it
 * @param decider the rules
 * @param codec for its events
 * @param changesStates whether {@code evolve} changes the state that it is given, as with
 *     aggregates
 */
record Model<C, S, E>(
        String name, Decider<C, S, E> decider, EventCodec<E> codec, boolean changesStates) {

    /**
     * What happens because of a command; a refusal is thrown as it is.
     *
     * @throws DefectException if null came of it (LF-1208)
     */
    @SuppressWarnings("ConstantValue") // code of the domain may give null against its types
    List<E> decide(C command, S state) {
        List<? extends E> decided = decider.decide(command, state);
        if (decided == null || decided.stream().anyMatch(event -> event == null)) {
            throw DefectException.decidedNull(rules(), command);
        }
        return List.copyOf(decided);
    }

    /** The class that has the rules, for what is wrong with them. */
    Class<?> rules() {
        return decider instanceof AggregateType<?, ?, ?> aggregates
                ? aggregates.aggregateClass()
                : decider.getClass();
    }

    /**
     * The state before the first event, a new one each time.
     *
     * @throws DefectException if it is null (LF-1208)
     */
    @SuppressWarnings("ConstantValue") // code of the domain may give null against its types
    S initialState() {
        S initial = decider.initialState();
        if (initial == null) {
            throw DefectException.beganAsNull(rules());
        }
        return initial;
    }

    /** The state with one more event. */
    S evolve(StreamName stream, long version, S state, E event) {
        S after;
        try {
            after = decider.evolve(state, event);
        } catch (Exception | AssertionError | StackOverflowError e) {
            throw DefectException.applyFailed(rules(), stream, version, event, e);
        }
        return checked(after, event);
    }

    /** The state with one more event, which was read. */
    S evolve(RecordedEvent stored, S state, E event) {
        S after;
        try {
            after = decider.evolve(state, event);
        } catch (Exception | AssertionError | StackOverflowError e) {
            if (codec.isErased(stored)) {
                throw DefectException.applyErasedFailed(
                        rules(), stored.stream(), stored.version(), event, e);
            }
            throw DefectException.applyFailed(rules(), stored.stream(), stored.version(), event, e);
        }
        return checked(after, event);
    }

    @SuppressWarnings("ConstantValue") // code of the domain may give null against its types
    private S checked(S after, E event) {
        if (after == null) {
            throw DefectException.evolvedToNull(rules(), event);
        }
        return after;
    }

    /** The state with all of them, the first of which gets {@code firstVersion}. */
    S evolve(StreamName stream, long firstVersion, S state, List<E> events) {
        S now = state;
        long version = firstVersion;
        for (E event : events) {
            now = evolve(stream, version++, now, event);
        }
        return now;
    }

    /** The event or pseudo event as it is stored in a stream. */
    NewEvent encode(StreamName stream, Object event, Metadata metadata, Set<Tag> tags) {
        if (event instanceof PseudoEvent pseudo) {
            return codec.encode(pseudo, metadata, tags);
        }
        return codec.encode(stream, asEvent(event), metadata, tags);
    }

    /** An object that is an event of the domain; the codec refuses it if it is not. */
    @SuppressWarnings("unchecked") // the codec looks at its class before anything else does
    E asEvent(Object event) {
        return (E) event;
    }
}
