package org.leftfold.framework.codec;

import org.leftfold.api.Payload;
import tools.jackson.databind.node.ObjectNode;

/**
 * How objects become payloads and back. Safe for any thread. An implementation need not be JSON,
 * but gives older payloads to upcasters as a tree. Failures are runtime exceptions of any kind; the
 * caller says which event it was.
 */
public interface PayloadFormat {
    /** Writes an object, whose class was asked for by {@link #prepare} before. */
    Payload write(Object value);

    /** Writes a tree that {@link #toTree} gave, and that was changed since. */
    default Payload writeTree(ObjectNode tree) {
        return write(tree);
    }

    /** Reads an object of a class. */
    <T> T read(Payload payload, Class<T> type);

    /** Reads an object of a class from a tree that upcasters went over. */
    <T> T read(ObjectNode tree, Class<T> type);

    /** The payload as a tree, with every number as exact as it was stored. */
    ObjectNode tree(Payload payload);

    /** An object as a tree: what a payload with it would hold. */
    ObjectNode toTree(Object value);

    /**
     * Looks at a class ahead of its first use, so that what cannot be written or read is said when
     * the program starts.
     */
    void prepare(Class<?> type);
}
