package org.leftfold.framework.repository;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.leftfold.api.StreamName;
import org.leftfold.framework.repository.Loader.Folded;

/**
 * The states that were used last. A state from here is only where a load begins: what was appended
 * behind it is read each time, so a stale one costs reading and nothing else (R53).
 *
 * <p>States that events change in place are handed out to one user at a time. Safe for any thread.
 */
final class StateCache<S> implements Consumer<String> {

    private final int maxEntries;
    private final @Nullable UnaryOperator<S> copy;
    private final RepositoryListener listener;
    private final Map<StreamName, Folded<S>> entries; // guarded by itself

    /**
     * A cache of some states, or of none.
     *
     * @param copy of states that are changed in place: the cache keeps copies, which nobody else
     *     has
     * @param listener hears of those that cannot be copied
     */
    StateCache(int maxEntries, @Nullable UnaryOperator<S> copy, RepositoryListener listener) {
        this.maxEntries = maxEntries;
        this.copy = copy;
        this.listener = listener;
        this.entries = LinkedHashMap.newLinkedHashMap(Math.min(maxEntries, 1024));
    }

    /** A state, if there is one; nobody else gets it meanwhile if states are changed in place. */
    @Nullable Folded<S> take(StreamName stream) {
        if (maxEntries == 0) {
            return null;
        }
        synchronized (entries) {
            Folded<S> entry = entries.remove(stream);
            if (entry != null && copy == null) {
                entries.put(stream, entry); // it is the one that was used last now
            }
            return entry;
        }
    }

    /** Keeps a state, or nothing if it cannot be copied. Never throws. */
    void put(StreamName stream, Folded<S> folded) {
        if (maxEntries == 0) {
            return;
        }
        Folded<S> entry;
        try {
            entry = copied(folded);
        } catch (Exception | AssertionError | StackOverflowError e) {
            remove(stream);
            listener.notCached(
                    stream,
                    folded.version(),
                    e instanceof RuntimeException usual
                            ? usual
                            : new IllegalStateException(
                                    "%s was thrown".formatted(e.getClass().getName()), e));
            return;
        }
        synchronized (entries) {
            Folded<S> other = entries.remove(stream);
            entries.put(stream, other != null && other.version() > entry.version() ? other : entry);
            if (entries.size() > maxEntries) {
                entries.remove(entries.keySet().iterator().next());
            }
        }
    }

    @SuppressWarnings("ConstantValue") // code of the application may give null against its types
    private Folded<S> copied(Folded<S> folded) {
        if (copy == null) {
            return folded;
        }
        S own = copy.apply(folded.state());
        if (own == null) {
            throw new IllegalStateException("the copy is null");
        }
        return folded.with(folded.version(), own, Set.of());
    }

    /** Keeps no state any more that holds personal data of this subject. */
    @Override
    public void accept(String forgottenSubject) {
        synchronized (entries) {
            entries.values().removeIf(each -> each.subjects().contains(forgottenSubject));
        }
    }

    /** Keeps a state no longer. */
    void remove(StreamName stream) {
        synchronized (entries) {
            entries.remove(stream);
        }
    }
}
