package org.leftfold.jdbc.sql;

/**
 * Where a store's log ends, read under its append lock.
 *
 * @param end its last event
 * @param lastRecordedAt the newest time of recording, in microseconds since 1970
 * @param lastStreamId the highest number of a stream
 * @param lastKindId the highest number of a kind
 * @param databaseMicros what the database's clock says, in microseconds since 1970
 */
public record Tail(
        LogEnd end, long lastRecordedAt, long lastStreamId, int lastKindId, long databaseMicros) {
    /** Position of the last event. */
    public long head() {
        return end.position();
    }
}
