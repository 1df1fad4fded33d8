package org.leftfold.api.shard;

import org.jspecify.annotations.Nullable;

/**
 * Where a stream is.
 *
 * @param shard the shard that has all of it
 * @param track what moves left there
 * @param leaving the departure of a move that has not ended: the stream can be read here and
 *     appended to nowhere; null if it is at rest
 */
record Place(int shard, Track track, @Nullable Control leaving) {
    boolean isMoving() {
        return leaving != null;
    }
}
