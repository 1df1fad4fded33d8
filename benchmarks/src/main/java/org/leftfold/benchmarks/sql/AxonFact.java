package org.leftfold.benchmarks.sql;

/**
 * The payload of an event of Axon: ready bytes, as the other stores get them.
 *
 * @param type the stored name of the type
 * @param bytes the stored payload
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared as a whole.
public record AxonFact(String type, byte[] bytes) {}
