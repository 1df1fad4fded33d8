package org.leftfold.framework.projection;

import java.util.List;
import org.leftfold.api.spi.ViewStore.View;
import org.leftfold.api.spi.ViewTransaction;

/** What a handler may know and do besides the event. It is good for one call. Of one thread. */
public final class Delivery {
    private final View view;
    private final String key;
    private final boolean rebuild;
    private final ViewTransaction transaction;
    private final List<Runnable> effects;

    /** A delivery whose effects are added to those of its transaction. */
    Delivery(
            View view,
            String key,
            boolean rebuild,
            ViewTransaction transaction,
            List<Runnable> effects) {
        this.effects = effects;
        this.view = view;
        this.key = key;
        this.rebuild = rebuild;
        this.transaction = transaction;
    }

    /** The name of the subscriber. */
    public String name() {
        return view.name();
    }

    /** The key of the event, by which deliveries are in order. */
    public String key() {
        return key;
    }

    /** Which generation is being built, from 1; a rebuild makes the next one beside it. */
    public int generation() {
        return view.generation();
    }

    /** Whether this is a rebuild, in which the past is told again. */
    public boolean isRebuild() {
        return rebuild;
    }

    /** The transaction in which this event takes effect. */
    public ViewTransaction transaction() {
        return transaction;
    }

    /**
     * Does something outside of the transaction, such as sending a mail, after it is committed; not
     * at all in a rebuild. At most once: it is lost if the program ends in between. What it throws
     * is told to the listener and changes nothing.
     */
    public void afterwards(Runnable effect) {
        if (!rebuild) {
            effects.add(effect);
        }
    }
}
