package org.leftfold.api.spi;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.leftfold.api.Append;
import org.leftfold.api.AppendCondition;
import org.leftfold.api.AppendResult;
import org.leftfold.api.ConditionFailedException;
import org.leftfold.api.ExpectedVersion;
import org.leftfold.api.InvalidRequestException;
import org.leftfold.api.NewEvent;
import org.leftfold.api.StreamName;
import org.leftfold.api.StreamWrite;
import org.leftfold.api.VersionConflictException;

/**
 * Decides on an append, for those who implement a store: first whether it was made before (G5),
 * then the expected versions, then the conditions (G4). It changes nothing; who calls it makes sure
 * that the facts stand still until the append is stored.
 */
public final class AppendRules {
    private final Append append;
    private final Facts facts;

    private AppendRules(Append append, Facts facts) {
        this.append = append;
        this.facts = facts;
    }

    /** What a store knows while it decides, the appends of the group at hand included. */
    public interface Facts {
        /** Position of the last event. */
        long head();

        /** Version of the stream of a write of the append, counted from 0. */
        long version(int write);

        /** The event with the id of the {@code event}-th event of a write in its stream, if any. */
        @Nullable Known find(int write, int event);

        /**
         * Position of a readable event that breaks a condition, counted from 0; below 1 if none.
         */
        long firstMatch(int condition);
    }

    /**
     * An event that was stored before under the same id.
     *
     * @param sameContent whether it is the event that is to be appended; what is unreadable counts
     *     as the same
     */
    public record Known(long version, long position, boolean sameContent) {}

    /**
     * Decides on an append.
     *
     * @return the result of the append that stored these events before, or null if this one is to
     *     be stored
     * @throws InvalidRequestException if ids are known in another way (LF-1005)
     * @throws VersionConflictException if a stream is elsewhere
     * @throws ConditionFailedException if a condition does not hold
     */
    public static @Nullable AppendResult decide(Append append, Facts facts) {
        AppendRules rules = new AppendRules(append, facts);
        AppendResult repeated = rules.findRepeated();
        if (repeated == null) {
            rules.check();
        }
        return repeated;
    }

    /**
     * Whether the ids of a write have to be looked up. With an exact expectation that is met the
     * append cannot have been made before: it would have moved the version.
     */
    public static boolean mayBeRepeated(ExpectedVersion expected, long actualVersion) {
        return switch (expected) {
            case ExpectedVersion.Any any -> true;
            case ExpectedVersion.StreamExists exists -> true;
            case ExpectedVersion.NoStream noStream -> !noStream.accepts(actualVersion);
            case ExpectedVersion.Exactly exactly -> !exactly.accepts(actualVersion);
        };
    }

    private @Nullable AppendResult findRepeated() {
        List<AppendResult.Written> found = new ArrayList<>(1);
        StreamWrite unknown = null;
        StreamWrite known = null;
        for (int i = 0; i < append.writes().size(); i++) {
            StreamWrite write = append.writes().get(i);
            AppendResult.Written before =
                    mayBeRepeated(write.expected(), facts.version(i)) ? findWrite(write, i) : null;
            if (before == null) {
                unknown = write;
            } else {
                known = write;
                found.add(before);
            }
        }
        if (known == null) {
            return null;
        }
        if (unknown != null) {
            throw InvalidRequestException.idReuse(
                    known.stream(),
                    known.events().getFirst().id(),
                    "the events for stream '%s' are new".formatted(unknown.stream()));
        }
        requireTogether(found);
        return new AppendResult(found, true);
    }

    /** One append gave its streams positions without a gap, in the order of its writes. */
    private void requireTogether(List<AppendResult.Written> found) {
        for (int i = 1; i < found.size(); i++) {
            if (found.get(i).firstPosition() != found.get(i - 1).lastPosition() + 1) {
                StreamWrite write = append.writes().get(i);
                throw InvalidRequestException.idReuse(
                        write.stream(),
                        write.events().getFirst().id(),
                        "the streams were not written by one append in this order");
            }
        }
    }

    private AppendResult.@Nullable Written findWrite(StreamWrite write, int number) {
        StreamName stream = write.stream();
        List<NewEvent> events = write.events();
        Known first = facts.find(number, 0);
        if (first == null) {
            requireAllNew(write, number);
            return null;
        }
        Known last = first;
        for (int i = 0; i < events.size(); i++) {
            NewEvent event = events.get(i);
            Known known = i == 0 ? first : facts.find(number, i);
            if (known == null) {
                throw InvalidRequestException.idReuse(
                        stream, events.getFirst().id(), "event %s is new".formatted(event.id()));
            }
            if (!known.sameContent()) {
                throw InvalidRequestException.idReuse(
                        stream, event.id(), "the event has other content");
            }
            if (known.version() != first.version() + i
                    || known.position() != first.position() + i) {
                throw InvalidRequestException.idReuse(
                        stream, event.id(), "the events stand in another order or place");
            }
            last = known;
        }
        return new AppendResult.Written(
                stream, first.version(), last.version(), first.position(), last.position());
    }

    private void requireAllNew(StreamWrite write, int number) {
        for (int i = 1; i < write.events().size(); i++) {
            if (facts.find(number, i) != null) {
                throw InvalidRequestException.idReuse(
                        write.stream(),
                        write.events().get(i).id(),
                        "event %s is new".formatted(write.events().getFirst().id()));
            }
        }
    }

    private void check() {
        for (int i = 0; i < append.writes().size(); i++) {
            StreamWrite write = append.writes().get(i);
            long actual = facts.version(i);
            if (!write.expected().accepts(actual)) {
                throw new VersionConflictException(
                        write.stream(),
                        write.expected(),
                        actual,
                        facts.head(),
                        append.eventCount());
            }
        }
        for (int i = 0; i < append.conditions().size(); i++) {
            AppendCondition condition = append.conditions().get(i);
            long found = facts.firstMatch(i);
            if (found > 0) {
                throw new ConditionFailedException(
                        condition, found, facts.head(), append.eventCount());
            }
        }
    }
}
