package org.leftfold.framework.privacy;

import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * What is read in place of personal data that was erased. Asked at each read, on any thread.
 *
 * <p>It serves constructors that became stricter than they were when an event was stored: it comes
 * before the upcasters, which see its answer.
 */
@FunctionalInterface
public interface Redaction {
    /** What a text reads as unless something else was said. */
    String ERASED = "(erased)";

    /** Takes what was stored with the event. */
    Redaction AS_STORED = (type, schemaVersion, path, stored) -> stored;

    /**
     * The value to be read; empty lets the field be absent.
     *
     * @param type the stored type of the event
     * @param schemaVersion the schema version of its payload
     * @param path where in the payload, as a JSON pointer, such as {@code /address/street}
     * @param stored what would be read otherwise
     */
    Optional<JsonNode> of(String type, int schemaVersion, String path, Optional<JsonNode> stored);
}
