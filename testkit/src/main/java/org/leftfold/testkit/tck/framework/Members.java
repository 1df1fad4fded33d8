package org.leftfold.testkit.tck.framework;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.LongStream;
import org.leftfold.api.EventStore;
import org.leftfold.api.ReadRequest;
import org.leftfold.api.RecordedEvent;
import org.leftfold.api.StreamName;
import org.leftfold.api.spi.SnapshotStore;
import org.leftfold.framework.Leftfold;
import org.leftfold.framework.repository.Repository;
import org.leftfold.framework.repository.RepositoryBuilder;
import org.leftfold.framework.repository.RepositoryListener;
import org.leftfold.framework.repository.RetryPolicy;
import org.leftfold.framework.snapshot.SnapshotPolicy;
import org.leftfold.framework.snapshot.Snapshots;
import org.leftfold.framework.snapshot.StateFormat;
import org.leftfold.testkit.tck.framework.MemberDecider.Member;
import org.leftfold.testkit.tck.framework.MemberDecider.MemberCommand;
import org.leftfold.testkit.tck.framework.MemberDecider.MemberEvent;

/** Repositories of members, and what most tests ask of their streams. */
final class Members {
    /**
     * So many attempts that nobody gives up within the time of a test; with short waits, for many
     * threads want the same aggregate all the time.
     */
    static final RetryPolicy GENEROUS =
            new RetryPolicy(100_000, Duration.ofNanos(50_000), Duration.ofMillis(4));

    static final String CATEGORY = "member";

    private Members() {}

    static RepositoryBuilder<MemberCommand, Member, MemberEvent> define(EventStore store) {
        return define(store, CATEGORY);
    }

    static RepositoryBuilder<MemberCommand, Member, MemberEvent> define(
            EventStore store, String category) {
        return Leftfold.on(store).define(category, new MemberDecider()).retry(GENEROUS);
    }

    static Repository<MemberCommand, Member, MemberEvent> repository(EventStore store) {
        return define(store).build();
    }

    static Snapshots<Member> snapshotsEvery(long events, SnapshotStore snapshots) {
        return Snapshots.in(
                snapshots,
                StateFormat.json("member", 1, Member.class),
                SnapshotPolicy.every(events));
    }

    static StreamName stream(String id) {
        return StreamName.of(CATEGORY, id);
    }

    static List<RecordedEvent> stored(EventStore store, String id) {
        return store.read(ReadRequest.stream(stream(id))).toList();
    }

    static List<Long> versions(List<RecordedEvent> events) {
        return events.stream().map(RecordedEvent::version).toList();
    }

    static List<Long> between(long first, long last) {
        return LongStream.rangeClosed(first, last).boxed().toList();
    }

    /** Checks that a stream has this many events, with the versions 1, 2, 3 and so on. */
    static void assertContiguous(EventStore store, String id, long count) {
        assertEquals(between(1, count), versions(stored(store, id)), "versions of " + id);
        assertEquals(count, store.version(stream(id)), "version of " + id);
    }

    /** Counts what repositories tell. */
    static final class Counts implements RepositoryListener {
        final LongAdder conflicts = new LongAdder();
        final LongAdder snapshots = new LongAdder();
        final LongAdder eventsRead = new LongAdder();

        @Override
        public void conflicted(StreamName stream, int attempt) {
            conflicts.increment();
        }

        @Override
        public void saved(StreamName stream, long version) {
            snapshots.increment();
        }

        @Override
        public void loaded(StreamName stream, long read, Duration took) {
            eventsRead.add(read);
        }
    }
}
