package org.leftfold.framework.transform;

/**
 * What a run of a copy did.
 *
 * @param read events of the source that it read
 * @param appended events that it appended to the target
 * @param known events that were there already, of those that it came by: it begins a little in
 *     front of where the last run ended
 * @param verification of everything that was ever copied
 */
public record CopyReport(long read, long appended, long known, Verification verification) {}
