package org.leftfold.framework.transform;

import java.util.List;
import org.leftfold.api.AdminAct;
import org.leftfold.api.EventStore;
import org.leftfold.api.InvalidRequestException;
import org.leftfold.api.StreamName;

/**
 * Splits and merges streams of one store: of some streams others are made, and the former are
 * sealed, so that a repository gives them no further command and says which streams go on.
 *
 * <pre>{@code
 * var redesign = new StreamRedesign(store, new AdminAct("anna", "addresses have a life of their own"));
 * redesign.split(new StreamName("customer-7"), rule);
 * redesign.merge(List.of(new StreamName("cart-1"), new StreamName("cart-2")), new StreamName("cart-3"));
 * }</pre>
 *
 * <p>The events keep the order of their positions. What fits into one append is one append. More is
 * copied in portions while the old streams still go on; the new ones refuse commands meanwhile. The
 * last append has the rest and seals, so what was appended in between is not lost. A run that was
 * cut short is started again with the same streams and the same rule, and goes on; one that had
 * ended does nothing then. The old events stay: {@link Provenance} says of the new ones where they
 * come from. Safe for any thread.
 */
public final class StreamRedesign {
    /** So many streams can be split or merged at once, and so many can come of it. */
    public static final int MAX_STREAMS = 100; // with marks and seals within one append

    private final EventStore store;
    private final AdminAct act;
    private final int maxEvents;

    /**
     * On a store.
     *
     * @param act who splits and merges, and why; stored with the seals
     */
    public StreamRedesign(EventStore store, AdminAct act) {
        this(store, act, RedesignRun.MAX_EVENTS);
    }

    private StreamRedesign(EventStore store, AdminAct act, int maxEvents) {
        this.store = store;
        this.act = act;
        this.maxEvents = maxEvents;
    }

    /**
     * The same that takes at most so many events into its last append, and copies the others in
     * portions before.
     *
     * @param events 1 to 2000
     */
    public StreamRedesign inPortionsAbove(int events) {
        if (events < 1 || events > RedesignRun.MAX_EVENTS) {
            throw InvalidRequestException.number(
                    "events of a portion",
                    events,
                    "1 to %d can be".formatted(RedesignRun.MAX_EVENTS));
        }
        return new StreamRedesign(store, act, events);
    }

    /**
     * Splits a stream.
     *
     * @param rule says of each event in which streams it goes on, and as what; the stream itself is
     *     none of them. An event may go on in several
     * @throws InvalidRequestException if the stream has no event, or was sealed otherwise; if one
     *     of the new streams has events of its own; if no event goes on, or in more than {@value
     *     #MAX_STREAMS} streams (LF-1233); if the rule fails (LF-1231); over shards, if the streams
     *     are in several (LF-1233, LF-1401). Nothing was sealed; what had been copied in portions
     *     stays in streams that take no command
     * @throws org.leftfold.api.VersionConflictException if others were faster in every attempt
     *     (LF-2001); likewise
     */
    public Redesigned split(StreamName stream, Transformation rule) {
        return reshape(List.of(stream), rule);
    }

    /** Merges streams into a new one, with all events as they are; see {@link #reshape}. */
    public Redesigned merge(List<StreamName> streams, StreamName into) {
        return reshape(streams, Transformation.into(into));
    }

    /**
     * Makes of some streams others.
     *
     * @param streams 1 to {@value #MAX_STREAMS}, in any order: that of the events is the order of
     *     their positions
     * @param rule as for {@link #split}, and with the same errors
     */
    public Redesigned reshape(List<StreamName> streams, Transformation rule) {
        return new RedesignRun(store, act, streams, rule, maxEvents).run();
    }

    /**
     * Compares what the successors of streams have of them with what the rule makes of them, event
     * by event, and changes nothing. What was appended to an old stream behind its seal is a
     * difference as well.
     *
     * @param rule the one that they were split or merged with; of a merge {@link
     *     Transformation#into}
     * @return positions are those of this store; {@code others} is -1, for nobody counts them
     * @throws InvalidRequestException if one of them was not sealed (LF-1233)
     */
    public Verification verify(List<StreamName> streams, Transformation rule) {
        return new RedesignRun(store, act, streams, rule, maxEvents).verify();
    }
}
