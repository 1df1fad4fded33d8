package org.leftfold.framework.projection;

import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.leftfold.api.Checkpoint;

/**
 * How far somebody wants a view that rests otherwise. It is open until the view is there, whether
 * somebody still waits for it or not. Safe for any thread.
 */
final class Request {
    private final AtomicReference<@Nullable Checkpoint> wanted = new AtomicReference<>();

    void upTo(Checkpoint place) {
        wanted.updateAndGet(asked -> asked != null && asked.covers(place) ? asked : place);
    }

    boolean isOpen(Predicate<Checkpoint> isThere) {
        Checkpoint asked = wanted.get();
        return asked != null && !(isThere.test(asked) && wanted.compareAndSet(asked, null));
    }
}
