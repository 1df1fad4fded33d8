package org.leftfold.api;

import java.util.List;

/**
 * Where the events of an append are. Repeating the append gives the same places (G5).
 *
 * @param writes one entry per stream, in the order of {@link Append#writes()}
 * @param repeated whether the events were there already, so that this call stored nothing
 */
public record AppendResult(List<Written> writes, boolean repeated) {
    /**
     * The places of the events of one stream: versions and positions both count up without a gap.
     *
     * @param stream the stream
     * @param firstVersion version of the first event
     * @param lastVersion version of the last event, which is what the stream is at now or was at
     *     then
     * @param firstPosition position of the first event
     * @param lastPosition position of the last event
     */
    public record Written(
            StreamName stream,
            long firstVersion,
            long lastVersion,
            long firstPosition,
            long lastPosition) {}

    /** Copies the list. */
    public AppendResult {
        writes = List.copyOf(writes);
    }

    /** Position of the last event of the append. */
    public long lastPosition() {
        return writes.getLast().lastPosition();
    }

    /** Version of the last event that the append wrote to its first stream. */
    public long lastVersion() {
        return writes.getFirst().lastVersion();
    }
}
