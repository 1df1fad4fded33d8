package org.leftfold.framework;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.leftfold.framework.aggregate.AggregateRoot;
import org.leftfold.framework.aggregate.AggregateType;
import org.leftfold.framework.aggregate.Command;
import org.leftfold.framework.aggregate.Event;
import org.leftfold.framework.codec.DefinitionException;
import org.leftfold.framework.codec.EventSchema;

/** Finds the events of deciders and aggregates. */
final class LeftfoldTypes {
    private LeftfoldTypes() {}

    @SuppressWarnings("unchecked") // it is what the owner gave for its type parameter E
    static <E> EventSchema<E> schema(Class<?> owner, @Nullable Class<?> events) {
        if (events == null) {
            throw new DefinitionException(
                    owner.getName(),
                    List.of(
                            "it does not say of which class its events are: name the schema, with define(category, ..., EventSchema.of(MyEvent.class))"));
        }
        try {
            return (EventSchema<E>) EventSchema.of(events);
        } catch (DefinitionException e) {
            throw withSchemaAsked(e);
        }
    }

    /** The same for a class of aggregates; if something is missing, all that is is said. */
    static <A extends AggregateRoot<C, E>, C extends Command, E extends Event>
            EventSchema<E> schemaOfAggregates(Class<A> type, @Nullable Class<?> events) {
        try {
            return schema(type, events);
        } catch (DefinitionException e) {
            List<String> problems = new ArrayList<>(e.problems());
            if (events != null) {
                problems.addAll(AggregateType.problemsOf(type, events));
            }
            throw problems.size() == e.problems().size()
                    ? e
                    : new DefinitionException(
                            "%s, or %s".formatted(type.getName(), e.what()), problems, e);
        }
    }

    /** Whose events need upcasters has a schema with them, and may have forgotten to give it. */
    private static DefinitionException withSchemaAsked(DefinitionException e) {
        if (e.problems().stream().noneMatch(problem -> problem.contains("upcast("))) {
            return e;
        }
        List<String> problems = new ArrayList<>(e.problems());
        problems.add(
                "if there is a schema that says so already, give it: define(category, decider, SCHEMA).build(), or decisions(name, decider, SCHEMA, ...)");
        return new DefinitionException(e.what(), problems, e);
    }
}
