package org.leftfold.engine;

import org.jspecify.annotations.Nullable;
import org.leftfold.api.Append;
import org.leftfold.api.AppendCondition;
import org.leftfold.api.EventId;
import org.leftfold.api.ExpectedVersion;
import org.leftfold.api.NewEvent;
import org.leftfold.api.StreamWrite;
import org.leftfold.engine.index.EventIndex;
import org.leftfold.engine.index.EventIndex.Sealed;
import org.leftfold.engine.index.StreamPlace;

/**
 * What the caller's thread looked up in the index, so that the writer reads no file and hardly
 * searches. It decides nothing: the writer decides, and adds what came since. Immutable; {@link
 * #of} is safe for any thread.
 */
final class Precheck {
    /** Nothing was looked up. */
    static final Precheck NONE = new Precheck(0, new StreamPlace[0], new Sealed[0][], new long[0]);

    private static final Sealed[] NOT_ASKED = {};

    private final long sealedTo;
    private final StreamPlace[] places; // per write
    private final @Nullable Sealed[][] candidates; // per write, per event; empty where not asked
    private final long[] matches; // per condition: position of the first one, 0 for none

    private Precheck(
            long sealedTo, StreamPlace[] places, @Nullable Sealed[][] candidates, long[] matches) {
        this.sealedTo = sealedTo;
        this.places = places;
        this.candidates = candidates;
        this.matches = matches;
    }

    /** Looks up what {@code append} needs. */
    static Precheck of(Append append, EventIndex index, MatchSearch search) {
        long sealedTo = index.sealedTo();
        StreamPlace[] places = new StreamPlace[append.writes().size()];
        @Nullable Sealed[][] candidates = new @Nullable Sealed[places.length][];
        for (int i = 0; i < places.length; i++) {
            StreamWrite write = append.writes().get(i);
            places[i] = index.place(write.stream());
            candidates[i] =
                    sealedTo > 0 ? candidatesOf(write, places[i].version(), index) : NOT_ASKED;
        }
        long[] matches = new long[append.conditions().size()];
        for (int i = 0; i < matches.length; i++) {
            AppendCondition condition = append.conditions().get(i);
            if (condition.afterPosition() < sealedTo) {
                matches[i] =
                        search.firstMatch(condition.query(), condition.afterPosition(), sealedTo);
            }
        }
        return new Precheck(sealedTo, places, candidates, matches);
    }

    private static Sealed[] candidatesOf(StreamWrite write, long version, EventIndex index) {
        boolean asksIds =
                write.expected() instanceof ExpectedVersion.Any
                        || write.expected() instanceof ExpectedVersion.StreamExists
                        || !write.expected().accepts(version);
        if (!asksIds) {
            return NOT_ASKED;
        }
        Sealed[] found = new Sealed[write.events().size()];
        for (int i = 0; i < found.length; i++) {
            NewEvent event = write.events().get(i);
            EventId id = event.id();
            found[i] = index.sealedCandidates(write.stream(), id);
        }
        return found;
    }

    /** Where the stream of a write is, or null if that was not asked. */
    @Nullable StreamPlace place(int write) {
        return write < places.length ? places[write] : null;
    }

    /** What files know of the id of an event, or null if that was not asked. */
    @Nullable Sealed candidates(int write, int event) {
        return write < candidates.length && event < candidates[write].length
                ? candidates[write][event]
                : null;
    }

    /** The position up to which {@link #match} holds. */
    long sealedTo() {
        return sealedTo;
    }

    /** Position of the first match of a condition up to {@link #sealedTo}, 0 for none. */
    long match(int condition) {
        return matches[condition];
    }
}
