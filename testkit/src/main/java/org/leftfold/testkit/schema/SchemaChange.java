package org.leftfold.testkit.schema;

/**
 * One difference between the events of now and those that were committed.
 *
 * @param kind what has to be done about it
 * @param event the name under which the event is stored
 * @param version the schema version of the stored events that it is about
 * @param what what happened
 * @param advice what to write
 */
public record SchemaChange(Kind kind, String event, int version, String what, String advice) {
    /** What has to be done about a change. */
    public enum Kind {
        /** Stored events are read as before; the file is to be brought up to date. */
        COMPATIBLE("compatible"),
        /** Stored events would be read, but not as what they said. */
        NEEDS_UPCASTER("needs an upcaster"),
        /** Stored events could not be read, or would be taken for something else. */
        BREAKING("breaking");

        private final String text;

        Kind(String text) {
            this.text = text;
        }

        @Override
        public String toString() {
            return text;
        }
    }

    /** All of it, in two lines. */
    @Override
    public String toString() {
        return "%s: '%s' version %d: %s%n      -> %s".formatted(kind, event, version, what, advice);
    }
}
