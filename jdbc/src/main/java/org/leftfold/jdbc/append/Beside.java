package org.leftfold.jdbc.append;

import org.leftfold.jdbc.sql.SqlWork;

/**
 * What is done in the transaction of an append, if that can be done: the events do without it. It
 * is tried once; an append that has to be repeated is repeated alone. One thread writes {@link
 * #isDone} before the append is settled, and who waited for that reads it.
 */
public final class Beside {
    private final SqlWork<?> work;
    private boolean isDone;

    /** Work in the transaction of an append. */
    public Beside(SqlWork<?> work) {
        this.work = work;
    }

    SqlWork<?> work() {
        return work;
    }

    /** The transaction was committed with it. */
    void done() {
        isDone = true;
    }

    /** Whether it was committed with the append. */
    public boolean isDone() {
        return isDone;
    }
}
