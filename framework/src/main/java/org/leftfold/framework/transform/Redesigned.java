package org.leftfold.framework.transform;

import java.util.List;
import org.leftfold.api.StreamName;

/**
 * What came of a split or a merge.
 *
 * @param from the streams that are sealed now
 * @param successors the streams that were made of them, in the order of their first events
 * @param events the events that those hold from it; 0 when {@code repeated}
 * @param repeated whether this had been done before, so that nothing was done
 */
public record Redesigned(
        List<StreamName> from, List<StreamName> successors, long events, boolean repeated) {
    /** Copies the lists. */
    public Redesigned {
        from = List.copyOf(from);
        successors = List.copyOf(successors);
    }
}
