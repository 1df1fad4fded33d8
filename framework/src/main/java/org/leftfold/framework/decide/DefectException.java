package org.leftfold.framework.decide;

import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.leftfold.api.InvalidRequestException;
import org.leftfold.api.StreamName;
import org.leftfold.framework.history.FieldChange;

/**
 * The code of the domain broke its own rules: not a refusal, but a defect of the program. Nothing
 * was stored.
 */
public final class DefectException extends InvalidRequestException {
    private static final long serialVersionUID = 1L;

    /** More paths than one reads at once. */
    private static final int MAX_PATHS = 10;

    private final transient List<FieldChange> changes;

    private DefectException(String code, String text, @Nullable Throwable cause) {
        this(code, text, cause, List.of());
    }

    private DefectException(
            String code, String text, @Nullable Throwable cause, List<FieldChange> changes) {
        super(code, text, cause);
        this.changes = List.copyOf(changes);
    }

    /**
     * LF-1208: null came of a command, which is neither a refusal nor nothing to do.
     *
     * @param rules the class of the decider or aggregate
     */
    public static DefectException decidedNull(Class<?> rules, Object command) {
        return new DefectException(
                "LF-1208",
                ("%s gave null for %s, instead of its events or among them. Nothing was stored. Give a"
                                + " list without null, an empty one when nothing happens.")
                        .formatted(rules.getName(), command.getClass().getSimpleName()),
                null);
    }

    /** LF-1208: there is no state to begin with. */
    public static DefectException beganAsNull(Class<?> rules) {
        return new DefectException(
                "LF-1208",
                "initialState of %s gave null. Nothing was stored. Give a state, such as one without values."
                        .formatted(rules.getName()),
                null);
    }

    /** LF-1208: there is no state behind an event. */
    public static DefectException evolvedToNull(Class<?> rules, Object event) {
        return new DefectException(
                "LF-1208",
                "evolve of %s gave null as the state behind %s. Nothing was stored. Give a state, such as the one before it."
                        .formatted(rules.getName(), event.getClass().getSimpleName()),
                null);
    }

    /** LF-1202: {@code apply} or {@code evolve} has thrown for an event whose data was erased. */
    public static DefectException applyErasedFailed(
            Class<?> rules, StreamName stream, long version, Object event, Throwable cause) {
        return new DefectException(
                "LF-1202",
                ("%s cannot apply %s, which is version %d of stream '%s': it has thrown %s. Nothing was"
                                + " stored. Personal data of this event was erased: let evolve or apply"
                                + " accept it without, or give @PersonalData(erasedAs = ...).")
                        .formatted(
                                rules.getName(),
                                event.getClass().getSimpleName(),
                                version,
                                stream,
                                cause.getClass().getName()),
                cause);
    }

    /** LF-1202: {@code apply} or {@code evolve} has thrown. */
    public static DefectException applyFailed(
            Class<?> rules, StreamName stream, long version, Object event, Throwable cause) {
        return new DefectException(
                "LF-1202",
                ("%s cannot apply %s, which is or would be version %d of stream '%s': it has thrown %s."
                                + " Nothing was stored. Every event that a command gave has to be accepted:"
                                + " move the rule to where the command is decided.")
                        .formatted(
                                rules.getName(),
                                event.getClass().getSimpleName(),
                                version,
                                stream,
                                cause.getClass().getName()),
                cause);
    }

    /** LF-1203: a command changed the state by itself. */
    public static DefectException mutated(
            Class<?> rules, StreamName stream, Object command, List<FieldChange> changes) {
        return new DefectException(
                "LF-1203",
                ("%s changed its state while it decided %s for stream '%s', where only an event may:"
                                + " %s. Nothing was stored. Give an event back and change the state when it is"
                                + " applied.")
                        .formatted(
                                rules.getName(),
                                command.getClass().getSimpleName(),
                                stream,
                                paths("fields that it changed:", changes)),
                null,
                changes);
    }

    /**
     * LF-1204: compensating events do not lead where they should.
     *
     * @param changes from the state as it was to the one that they lead to
     */
    public static DefectException notReverted(
            String model, StreamName stream, long version, List<FieldChange> changes) {
        return new DefectException(
                "LF-1204",
                ("the compensating events of %s do not bring stream '%s' back to what it was at version"
                                + " %d: %s. Nothing was stored.")
                        .formatted(model, stream, version, paths("fields that differ:", changes)),
                null,
                changes);
    }

    private static String paths(String what, List<FieldChange> changes) {
        String paths =
                changes.stream()
                        .limit(MAX_PATHS)
                        .map(change -> change.path().isEmpty() ? "all of it" : change.path())
                        .collect(Collectors.joining(", "));
        int left = changes.size() - MAX_PATHS;
        return "%s %s%s".formatted(what, paths, left > 0 ? " and %d more".formatted(left) : "");
    }

    /**
     * The fields that a command changed (LF-1203) or that differ (LF-1204), with their values,
     * which the text does not show; empty for other codes.
     */
    public List<FieldChange> changes() {
        return changes;
    }
}
