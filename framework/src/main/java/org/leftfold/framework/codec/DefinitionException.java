package org.leftfold.framework.codec;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.leftfold.api.InvalidRequestException;

/**
 * A schema, decider or aggregate is not complete (LF-1201). It is thrown when it is put together,
 * that is at the start of the program, and names everything that is missing.
 */
public final class DefinitionException extends InvalidRequestException {
    private static final long serialVersionUID = 1L;

    private final transient String what;
    private final transient List<String> problems;

    /**
     * The refusal of a definition.
     *
     * @param what what was defined, such as {@code the events of Locker}
     * @param problems what is wrong, each with what to do; at least one
     */
    public DefinitionException(String what, List<String> problems) {
        this(what, problems, null);
    }

    /** The same, with what caused it. */
    public DefinitionException(String what, List<String> problems, @Nullable Throwable cause) {
        super(
                "LF-1201",
                "%s cannot be used, nothing was started:%n  - %s"
                        .formatted(what, String.join("%n  - ".formatted(), problems)),
                cause);
        this.what = what;
        this.problems = List.copyOf(problems);
    }

    /** What was defined. */
    public String what() {
        return what;
    }

    /** What is wrong, one text each. */
    public List<String> problems() {
        return problems;
    }
}
