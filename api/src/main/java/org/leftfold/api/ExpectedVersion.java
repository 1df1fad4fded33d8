package org.leftfold.api;

/**
 * What a writer believes the version of a stream to be before its append. The version of a stream
 * is the number of events ever appended to it (G3).
 */
public sealed interface ExpectedVersion {
    /**
     * The stream is at exactly this version.
     *
     * @param version at least 1; version 0 is {@link NoStream}
     */
    record Exactly(long version) implements ExpectedVersion {
        /**
         * @throws InvalidRequestException if {@code version} is below 1 (LF-1003)
         */
        public Exactly {
            if (version < 1) {
                throw InvalidRequestException.number(
                        "expected version", version, "versions start at 1");
            }
        }

        @Override
        public boolean accepts(long actualVersion) {
            return actualVersion == version;
        }

        @Override
        public String toString() {
            return "version " + version;
        }
    }

    /** Nothing was ever appended to the stream. */
    record NoStream() implements ExpectedVersion {
        @Override
        public boolean accepts(long actualVersion) {
            return actualVersion == 0;
        }

        @Override
        public String toString() {
            return "no stream";
        }
    }

    /** Something was appended to the stream before. */
    record StreamExists() implements ExpectedVersion {
        @Override
        public boolean accepts(long actualVersion) {
            return actualVersion > 0;
        }

        @Override
        public String toString() {
            return "an existing stream";
        }
    }

    /** The version does not matter. */
    record Any() implements ExpectedVersion {
        @Override
        public boolean accepts(long actualVersion) {
            return true;
        }

        @Override
        public String toString() {
            return "any version";
        }
    }

    /**
     * Whether a stream at {@code actualVersion} is as expected; 0 is a stream that was never
     * written.
     */
    boolean accepts(long actualVersion);

    /** Expects the stream to be at {@code version}; {@code exactly(0)} is {@link #noStream()}. */
    static ExpectedVersion exactly(long version) {
        return version == 0 ? new NoStream() : new Exactly(version);
    }

    /** Expects that nothing was ever appended to the stream. */
    static ExpectedVersion noStream() {
        return new NoStream();
    }

    /** Expects that something was appended to the stream before. */
    static ExpectedVersion streamExists() {
        return new StreamExists();
    }

    /** Expects nothing. */
    static ExpectedVersion any() {
        return new Any();
    }
}
