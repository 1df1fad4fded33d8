package org.leftfold.framework.projection;

import org.leftfold.api.IncompatibleStoreException;

/**
 * A stored row of a view cannot be read (LF-5004): the class of its rows was changed. Nothing was
 * done with it.
 */
public final class UnreadableRowException extends IncompatibleStoreException {
    private static final long serialVersionUID = 1L;

    private final String view;
    private final String key;

    UnreadableRowException(String view, String key, Class<?> type, RuntimeException cause) {
        super(
                "LF-5004",
                ("the row '%s' of view '%s' cannot be read as %s, %s was thrown: it was stored by another"
                                + " form of that class. Nothing was changed. Raise version(...) of the"
                                + " projection, or rebuild it, and wait until that was swapped in.")
                        .formatted(key, view, type.getName(), cause.getClass().getSimpleName()),
                cause);
        this.view = view;
        this.key = key;
    }

    /** The name of the view. */
    public String view() {
        return view;
    }

    /** The key of the row. */
    public String key() {
        return key;
    }
}
