package org.leftfold.framework.aggregate;

import org.leftfold.api.InvalidRequestException;

/** An aggregate has no method for a command or an event (LF-1205). Nothing was stored. */
public final class MissingMethodException extends InvalidRequestException {
    private static final long serialVersionUID = 1L;

    private final transient Class<?> argument;

    MissingMethodException(Class<?> owner, String method, Class<?> argument) {
        super(
                "LF-1205",
                "%s has no %s(%s), nothing was stored. Add it."
                        .formatted(owner.getName(), method, argument.getSimpleName()));
        this.argument = argument;
    }

    /** The class of the command or event. */
    public Class<?> argument() {
        return argument;
    }
}
