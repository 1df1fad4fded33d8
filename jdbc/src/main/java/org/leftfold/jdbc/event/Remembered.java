package org.leftfold.jdbc.event;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Remembers so many at most, and forgets what was not used for longest. Asking is using, so it is
 * for one thread, or for a lock.
 */
public final class Remembered<K, V> extends LinkedHashMap<K, V> {
    private static final long serialVersionUID = 1L;

    private final int most;

    /** Remembers nothing yet. */
    public Remembered(int most) {
        super(16, 0.75f, true);
        this.most = most;
    }

    @Override
    protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
        return size() > most;
    }
}
