package org.leftfold.framework.repository;

import java.util.function.Function;
import org.leftfold.api.EventStore;
import org.leftfold.api.Query;
import org.leftfold.api.StreamName;
import org.leftfold.framework.codec.EventCodec;
import org.leftfold.framework.decide.Decider;

/** Puts {@link Decisions} together. Not safe for several threads. */
public final class DecisionsBuilder<C, S, E> {
    final EventStore store;
    final Model<C, S, E> model;
    final Function<? super C, Query> boundary;
    final Function<? super E, StreamName> home;
    RetryPolicy retry = RetryPolicy.DEFAULT;
    Waiting waiting = Waiting.system();

    /**
     * Begins decisions over several streams.
     *
     * @param name what errors call them; a legal name
     * @param decider the rules; it sees the events that a boundary matches, in the order of their
     *     positions
     * @param codec for its events; those of types that it does not know are left out of the
     *     boundary
     * @param boundary the events that a command depends on, as narrow as they are: every event that
     *     matches and is new makes the command be decided again
     * @param home the stream that an event belongs to
     */
    public DecisionsBuilder(
            EventStore store,
            String name,
            Decider<C, S, E> decider,
            EventCodec<E> codec,
            Function<? super C, Query> boundary,
            Function<? super E, StreamName> home) {
        this.store = store;
        this.model = new Model<>(name, decider, codec, false);
        this.boundary = boundary;
        this.home = home;
    }

    /** How often a command is decided again; {@link RetryPolicy#DEFAULT} unless given. */
    public DecisionsBuilder<C, S, E> retry(RetryPolicy policy) {
        retry = policy;
        return this;
    }

    /** Waits so between attempts. */
    public DecisionsBuilder<C, S, E> waiting(Waiting how) {
        waiting = how;
        return this;
    }

    /** The decisions. */
    public Decisions<C, S, E> build() {
        return new Decisions<>(this);
    }
}
