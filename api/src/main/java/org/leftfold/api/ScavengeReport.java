package org.leftfold.api;

/**
 * What a scavenge did.
 *
 * @param removedEvents unreadable events of which only the place and the id are left now, and more
 *     was before
 * @param bytesBefore bytes that the store took when it began
 * @param bytesAfter bytes that the store took when it had ended; appends of the meantime count here
 */
public record ScavengeReport(long removedEvents, long bytesBefore, long bytesAfter) {}
