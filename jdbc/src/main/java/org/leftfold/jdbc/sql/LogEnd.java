package org.leftfold.jdbc.sql;

/**
 * The last event of a log. Rows of events are never deleted and a stream's version is that of its
 * last event, so while a log ends with the same event, no version in it has changed.
 *
 * @param position its position; 0 if the log is empty
 * @param idHigh first half of its id
 * @param idLow second half of its id
 * @param recordedAt when it was stored, in microseconds since 1970: the same event at the same
 *     position of a log that lost its end and grew again has another time
 */
public record LogEnd(long position, long idHigh, long idLow, long recordedAt) {}
