package org.leftfold.engine;

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
import org.leftfold.engine.index.EventIndex;
import org.leftfold.engine.index.EventIndex.Sealed;
import org.leftfold.engine.log.BodyDecoder;
import org.leftfold.engine.log.Log;

/**
 * Decides on an append, against the durable log and the group at hand: first whether it was made
 * before (G5), then the expected versions, then the conditions (G4). Writer thread only.
 */
final class AppendRules {
    private final Log log;
    private final EventIndex index;
    private final EventFetcher fetcher;
    private final MatchSearch search;

    AppendRules(Log log, EventIndex index) {
        this.log = log;
        this.index = index;
        this.fetcher = new EventFetcher(log, index);
        this.search = new MatchSearch(log, index);
    }

    /** Versions of the streams that an append writes, the group at hand included. */
    long[] versionsOf(Append append, Precheck precheck, Group group) {
        List<StreamWrite> writes = append.writes();
        long[] versions = new long[writes.size()];
        for (int i = 0; i < versions.length; i++) {
            StreamName stream = writes.get(i).stream();
            long own = group.versionOf(stream);
            versions[i] = own >= 0 ? own : index.version(stream, precheck.place(i));
        }
        return versions;
    }

    /**
     * The result of an earlier append of the same events, if there was one.
     *
     * @throws InvalidRequestException if ids are known in another way (LF-1005)
     */
    @Nullable AppendResult findRepeated(
            Append append, long[] versions, Precheck precheck, Group group) {
        List<AppendResult.Written> found = new ArrayList<>(1);
        StreamWrite unknown = null;
        StreamWrite known = null;
        for (int i = 0; i < versions.length; i++) {
            StreamWrite write = append.writes().get(i);
            AppendResult.Written before =
                    mayBeRepeated(write, versions[i]) ? findWrite(write, i, precheck, group) : null;
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
        requireTogether(append, found);
        return new AppendResult(found, true);
    }

    /** One append gave its streams positions without a gap, in the order of its writes. */
    private static void requireTogether(Append append, List<AppendResult.Written> found) {
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

    /**
     * With an exact expectation that is met, this append cannot have been made: it would have moved
     * the version.
     */
    private static boolean mayBeRepeated(StreamWrite write, long actual) {
        return switch (write.expected()) {
            case ExpectedVersion.Any any -> true;
            case ExpectedVersion.StreamExists exists -> true;
            case ExpectedVersion.NoStream noStream -> !noStream.accepts(actual);
            case ExpectedVersion.Exactly exactly -> !exactly.accepts(actual);
        };
    }

    private AppendResult.@Nullable Written findWrite(
            StreamWrite write, int number, Precheck precheck, Group group) {
        List<NewEvent> events = write.events();
        Group.Known first = null;
        Group.Known last = null;
        for (int i = 0; i < events.size(); i++) {
            NewEvent event = events.get(i);
            Group.Known known = find(write.stream(), event, precheck.candidates(number, i), group);
            if (known == null && first == null && i == 0) {
                requireAllNew(write, number, precheck, group);
                return null;
            }
            if (known == null) {
                throw InvalidRequestException.idReuse(
                        write.stream(),
                        events.getFirst().id(),
                        "event %s is new".formatted(event.id()));
            }
            if (!known.sameContent()) {
                throw InvalidRequestException.idReuse(
                        write.stream(), event.id(), "the event has other content");
            }
            first = first == null ? known : first;
            if (known.version() != first.version() + i
                    || known.position() != first.position() + i) {
                throw InvalidRequestException.idReuse(
                        write.stream(), event.id(), "the events stand in another order or place");
            }
            last = known;
        }
        if (first == null || last == null) {
            throw new IllegalStateException("a write has at least one event");
        }
        return new AppendResult.Written(
                write.stream(), first.version(), last.version(), first.position(), last.position());
    }

    private void requireAllNew(StreamWrite write, int number, Precheck precheck, Group group) {
        for (int i = 1; i < write.events().size(); i++) {
            NewEvent event = write.events().get(i);
            if (find(write.stream(), event, precheck.candidates(number, i), group) != null) {
                throw InvalidRequestException.idReuse(
                        write.stream(),
                        event.id(),
                        "event %s is new".formatted(write.events().getFirst().id()));
            }
        }
    }

    private Group.@Nullable Known find(
            StreamName stream, NewEvent event, @Nullable Sealed sealed, Group group) {
        for (long position : index.candidates(stream, event.id(), sealed)) {
            BodyDecoder stored = fetcher.seek(position);
            if (stored.stream().equals(stream) && stored.peekId().equals(event.id())) {
                // what is unreadable need not be there any more: the id alone decides
                boolean same =
                        stored.isRemoved() || stored.version() < index.firstKeptVersion(stream);
                if (same) {
                    stored.skip();
                } else {
                    same = stored.event().hasContentOf(event);
                }
                return new Group.Known(stored.version(), position, same);
            }
            stored.skip();
        }
        return group.find(stream, event);
    }

    /**
     * Checks versions, then conditions.
     *
     * @throws VersionConflictException if a stream is elsewhere
     * @throws ConditionFailedException if a condition does not hold
     */
    void check(Append append, long[] versions, Precheck known, Group group) {
        long head = log.durableEnd().head() + group.eventCount();
        for (int i = 0; i < versions.length; i++) {
            StreamWrite write = append.writes().get(i);
            long actual = versions[i];
            if (!write.expected().accepts(actual)) {
                throw new VersionConflictException(
                        write.stream(), write.expected(), actual, head, append.eventCount());
            }
        }
        for (int i = 0; i < append.conditions().size(); i++) {
            AppendCondition condition = append.conditions().get(i);
            long found = firstMatch(condition, i, known, group);
            if (found > 0) {
                throw new ConditionFailedException(condition, found, head, append.eventCount());
            }
        }
    }

    private long firstMatch(AppendCondition condition, int number, Precheck known, Group group) {
        long durable = log.durableEnd().head();
        long from = condition.afterPosition();
        if (from < known.sealedTo()) {
            long match = known.match(number);
            if (match == 0) {
                from = known.sealedTo();
            } else if (search.isReadable(match)) {
                return match;
            } // else it was truncated a moment ago: look again
        }
        if (from < durable) {
            long found = search.firstMatch(condition.query(), from, durable);
            if (found > 0) {
                return found;
            }
        }
        return group.firstMatch(condition.query(), condition.afterPosition());
    }
}
