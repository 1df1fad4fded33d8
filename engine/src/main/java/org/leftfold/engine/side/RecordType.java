package org.leftfold.engine.side;

/** The stored types of records. */
final class RecordType {
    /** The file was durable up to here. Behind the last record, overwritten by the next one. */
    static final byte SEAL = 1;

    /** A snapshot. */
    static final byte SNAPSHOT = 2;

    /** The snapshots of a stream are dropped. */
    static final byte DROP = 3;

    /** The fence of a follower, and his checkpoint unless he was forgotten. */
    static final byte CHECKPOINT = 4;

    /** A lease is held. */
    static final byte LEASE = 5;

    /** A lease is free. */
    static final byte RELEASE = 6;

    /** The highest fence of all leases. */
    static final byte FENCE = 7;

    /** A key; its content becomes zeros when the subject is forgotten. */
    static final byte KEY = 8;

    /** A subject is forgotten; names the records of his keys. */
    static final byte TOMBSTONE = 9;

    private RecordType() {}
}
