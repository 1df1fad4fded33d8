package org.leftfold.framework.projection;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.leftfold.api.Payload;
import org.leftfold.api.spi.ParkedEvent;
import org.leftfold.api.spi.ParkedEvent.State;
import org.leftfold.api.spi.ViewStore.View;
import org.leftfold.framework.projection.ViewHeader.Built;

/**
 * The parked events of a projection: each failed, or waits behind one of its key that did. Events
 * that were left out are listed as well. Safe for any thread and any instance, also while the
 * projection runs.
 */
public final class Parking {
    /** Most events that are listed at a time. */
    public static final int MAX_LISTED = 1_000;

    /**
     * What came of retrying a key.
     *
     * @param key the key
     * @param applied how many events have taken effect now
     * @param left how many are parked still
     * @param error what the first of those fails on; empty if none is left
     */
    public record Outcome(String key, int applied, int left, String error) {
        /** Whether the key is parked no more. */
        public boolean isClear() {
            return left == 0;
        }
    }

    private final ProjectionRun<?> run;
    private final Supplier<Built> generation;

    Parking(ProjectionRun<?> run, Supplier<Built> generation) {
        this.run = run;
        this.generation = generation;
    }

    /** The parked events, oldest of each part first, at most {@value #MAX_LISTED}. */
    public List<ParkedEvent> list() {
        return list("");
    }

    /** Those of one key; those of all if it is empty. */
    public List<ParkedEvent> list(String key) {
        Built built = generation.get();
        View view = built.view(run.name());
        return run.views()
                .inTransaction(transaction -> {
                    List<ParkedEvent> found = new ArrayList<>();
                    for (int part = 0; part < built.parts(); part++) {
                        int room = MAX_LISTED - found.size();
                        if (room > 0) {
                            found.addAll(transaction.parked(view, part, key, 0, room));
                        }
                    }
                    return found;
                });
    }

    /** The keys that are parked. */
    public Set<String> keys() {
        Built built = generation.get();
        View view = built.view(run.name());
        return run.views()
                .inTransaction(transaction -> {
                    Set<String> keys = new LinkedHashSet<>();
                    for (int part = 0; part < built.parts(); part++) {
                        keys.addAll(transaction.parkedKeys(view, part));
                    }
                    return keys;
                });
    }

    /**
     * Tries the parked events of a key again, in order, until one fails; the rest stay parked.
     *
     * @throws ProjectionRefusedException if the key is not parked, or waits for another key, or an
     *     event is in the store no more (LF-1221)
     */
    public Outcome retry(String key) {
        return retry(key, Optional.empty(), false);
    }

    /** Tries all keys again. */
    public List<Outcome> retryAll() {
        List<Outcome> outcomes = new ArrayList<>();
        for (String key : failedKeys()) {
            if (keys().contains(key)) { // it may have come along with another
                outcomes.add(retry(key));
            }
        }
        return outcomes;
    }

    /** The keys that do not wait for others. */
    private List<String> failedKeys() {
        return keys().stream().filter(key -> isFailed(key)).toList();
    }

    private boolean isFailed(String key) {
        return list(key).stream()
                .filter(event -> event.state() != State.SKIPPED)
                .findFirst()
                .filter(first -> first.state() == State.FAILED)
                .isPresent();
    }

    /**
     * Lets this view read another payload in place of that of the event that failed first, and
     * tries the key again. The store keeps the event as it is; a rebuild fails on it again.
     *
     * @param payload a payload of the type and the schema version of the event
     * @throws ProjectionRefusedException as for {@link #retry}, or if the payload cannot be read or
     *     has fields that the event has not (LF-1221)
     */
    public Outcome patch(String key, Payload payload) {
        return retry(key, Optional.of(payload), false);
    }

    /**
     * Leaves out the event of a key that failed first, for good, and tries the later ones again. It
     * stays listed as left out.
     *
     * @throws ProjectionRefusedException as for {@link #retry}
     */
    public Outcome drop(String key) {
        return retry(key, Optional.empty(), true);
    }

    private Outcome retry(String key, Optional<Payload> patch, boolean drops) {
        return new Retry<>(run, generation.get()).of(key, patch, drops);
    }
}
