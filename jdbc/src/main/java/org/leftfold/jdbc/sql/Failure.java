package org.leftfold.jdbc.sql;

/** What an error of a database means for whoever asked. */
public enum Failure {
    /**
     * The connection is gone, or could not be made: what it had begun is rolled back or unknown.
     */
    CONNECTION,
    /** The database ended the transaction for the sake of another: it can be made again. */
    RETRY,
    /** There is no room. */
    FULL,
    /** This database takes no writes: a replica, or set to read only. */
    READ_ONLY,
    /** The role may not do it. */
    RIGHTS,
    /** A table or column is missing. */
    MISSING_TABLE,
    /** Anything else: the data or the statement. */
    OTHER
}
