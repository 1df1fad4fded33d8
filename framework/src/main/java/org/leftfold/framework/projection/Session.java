package org.leftfold.framework.projection;

import java.util.Collection;
import java.util.List;
import org.leftfold.api.spi.ViewStore.View;
import org.leftfold.api.spi.ViewTransaction;
import org.leftfold.framework.codec.DomainEvent;

/** What events do to a view, within one transaction. Of one thread. */
interface Session<E> {
    /** Whether it reads rows, so that it pays to {@link #prepare} it. */
    boolean hasRows();

    /** Says ahead which rows will be asked for. */
    void prepare(Collection<String> keys);

    /** Lets an event take effect on one key. */
    void apply(String key, DomainEvent<E> event) throws Exception;

    /** Writes what is not written yet. */
    void flush() throws Exception;

    /** The key whose row could not be written, when {@link #flush} has thrown; else empty. */
    String failedKey();

    /** What is to be done when the transaction is committed. */
    List<Runnable> effects();

    /**
     * What a transaction is about.
     *
     * @param transaction the transaction
     * @param view the view, in one of its generations
     * @param parts how many parts the view has
     */
    record Place(ViewTransaction transaction, View view, int parts) {}
}
