package org.leftfold.framework;

import java.util.List;
import org.jspecify.annotations.Nullable;
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
        return (EventSchema<E>) EventSchema.of(events);
    }
}
