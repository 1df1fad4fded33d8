package org.leftfold.jdbc.append;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.leftfold.jdbc.event.Remembered;
import org.leftfold.jdbc.sql.DirectGroup;
import org.leftfold.jdbc.sql.LogEnd;

/**
 * Where streams were when the log ended with a certain event. As long as it does, nobody else has
 * appended, and they need not be looked up: so it is for a writer that is alone, again and again.
 * Remembers the streams written last, up to a limit. For one thread.
 */
final class KnownStreams {
    /** About 20 MB with names of 50 bytes. */
    private static final int REMEMBERED = 100_000;

    private Map<String, At> streams = new Remembered<>(REMEMBERED);
    private @Nullable LogEnd end;
    private boolean wasAlone; // nobody else appended before the last group

    /** The number of a stream, and its version. */
    record At(long id, long version) {}

    /** Forgets everything: nobody knows what became of the last group. */
    void forget() {
        end = null;
        wasAlone = false;
        // clearing one that was large takes as long as it was large
        streams = new Remembered<>(REMEMBERED);
    }

    /** Forgets everything unless this is where the log ended. */
    void keepIfAt(LogEnd now) {
        if (now.equals(end)) {
            wasAlone = true;
        } else {
            forget();
            end = now;
        }
    }

    /** Whether nobody else appended before the last group, as far as is known. */
    boolean wasAlone() {
        return wasAlone;
    }

    /** Where a stream is; null if that is not known. */
    @Nullable At find(String name) {
        return streams.get(name);
    }

    /** Remembers where a stream is when the log ends as {@link #endAt} says. */
    void put(String name, At at) {
        streams.put(name, at);
    }

    /** Says where the log ends now. */
    void endAt(LogEnd now) {
        end = now;
    }

    /** Tells a group what is known of its streams. */
    void tell(DirectGroup group) {
        LogEnd known = end;
        if (known == null) {
            return;
        }
        group.assumeEnd(known);
        if (wasAlone) {
            group.trustEnd();
        }
        for (int stream = 1; stream <= group.names().size(); stream++) {
            At at = streams.get(group.names().get(stream - 1));
            if (at != null) {
                group.assume(stream, at.id(), at.version());
            }
        }
    }

    /** Learns from a group that was stored. */
    void learn(DirectGroup group, DirectGroup.Stored stored) {
        if (!stored.isAsAssumed()) {
            forget();
        }
        List<Long> events = group.eventsOfStreams();
        for (int i = 0; i < events.size(); i++) {
            long version = stored.versions().get(i) + events.get(i);
            streams.put(group.names().get(i), new At(stored.ids().get(i), version));
        }
        end = group.endBehind(stored.head(), stored.recordedAt());
        wasAlone = stored.isAsAssumed();
    }
}
