package org.leftfold.engine;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.leftfold.api.Append;
import org.leftfold.api.AppendCondition;
import org.leftfold.api.AppendResult;
import org.leftfold.api.NewEvent;
import org.leftfold.api.StreamName;
import org.leftfold.api.StreamWrite;
import org.leftfold.api.spi.AppendRules;
import org.leftfold.engine.index.EventIndex;
import org.leftfold.engine.index.EventIndex.Sealed;
import org.leftfold.engine.log.BodyDecoder;
import org.leftfold.engine.log.Log;

/**
 * What the durable log and the group at hand say about the append that is decided on. Writer thread
 * only.
 */
final class AppendFacts implements AppendRules.Facts {
    private static final long[] NO_VERSIONS = {};

    private final Log log;
    private final EventIndex index;
    private final EventFetcher fetcher;
    private final MatchSearch search;
    private final Group group;

    private @Nullable Append append; // the one at hand
    private Precheck precheck = Precheck.NONE;
    private long[] versions = NO_VERSIONS;

    AppendFacts(Log log, EventIndex index, Group group) {
        this.log = log;
        this.index = index;
        this.group = group;
        this.fetcher = new EventFetcher(log, index);
        this.search = new MatchSearch(log, index);
    }

    /**
     * Decides on an append; see {@link AppendRules#decide}.
     *
     * @param known what its caller looked up
     */
    @Nullable AppendResult decide(Append asked, Precheck known) {
        append = asked;
        precheck = known;
        List<StreamWrite> writes = asked.writes();
        versions = new long[writes.size()];
        for (int i = 0; i < versions.length; i++) {
            StreamName stream = writes.get(i).stream();
            long own = group.versionOf(stream);
            versions[i] = own >= 0 ? own : index.version(stream, known.place(i));
        }
        return AppendRules.decide(asked, this);
    }

    /** Versions of the streams of the append that was decided on last; handed over. */
    long[] versions() {
        return versions;
    }

    @Override
    public long head() {
        return log.durableEnd().head() + group.eventCount();
    }

    @Override
    public long version(int write) {
        return versions[write];
    }

    @Override
    public AppendRules.@Nullable Known find(int write, int number) {
        StreamWrite wanted = asked().writes().get(write);
        return find(
                wanted.stream(), wanted.events().get(number), precheck.candidates(write, number));
    }

    private Append asked() {
        Append asked = append;
        if (asked == null) {
            throw new IllegalStateException("no append is being decided on");
        }
        return asked;
    }

    private AppendRules.@Nullable Known find(
            StreamName stream, NewEvent event, @Nullable Sealed sealed) {
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
                return new AppendRules.Known(stored.version(), position, same);
            }
            stored.skip();
        }
        return group.find(stream, event);
    }

    @Override
    public long firstMatch(int number) {
        AppendCondition condition = asked().conditions().get(number);
        long durable = log.durableEnd().head();
        long from = condition.afterPosition();
        if (from < precheck.sealedTo()) {
            long match = precheck.match(number);
            if (match == 0) {
                from = precheck.sealedTo();
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
