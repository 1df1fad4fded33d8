package org.leftfold.engine.concurrent;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import org.jetbrains.lincheck.LincheckAssertionError;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.StressOptions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.leftfold.api.Append;
import org.leftfold.api.AppendResult;
import org.leftfold.api.EventId;
import org.leftfold.api.ExpectedVersion;
import org.leftfold.api.FollowRequest;
import org.leftfold.api.NewEvent;
import org.leftfold.api.Query;
import org.leftfold.api.ReadRequest;
import org.leftfold.api.RecordedEvent;
import org.leftfold.api.StreamName;
import org.leftfold.api.Subscription;
import org.leftfold.api.VersionConflictException;
import org.leftfold.engine.Doors;
import org.leftfold.engine.EmbeddedEventStore;

/**
 * Appends, reads and followers of many threads look as if they had happened one after the other
 * (G4). Lincheck makes scenarios and compares their results with {@link InTurn}.
 */
class LinearizableTest {
    private static final boolean LONG = Boolean.getBoolean("leftfold.long");
    private static final AtomicReference<EmbeddedEventStore> OPEN = new AtomicReference<>();

    /** What a store does for one thread. Every result is a text that shows places only. */
    interface Store {
        String append(int stream);

        String appendTwo();

        String appendAt(int stream, int version);

        String appendOnce(int id);

        String readAll();

        String readStream(int stream);

        long head();
    }

    /** Closes the store of the scenario before: Lincheck makes a new one each time. */
    private static EmbeddedEventStore openNext() {
        EmbeddedEventStore next = Doors.openSimulated();
        EmbeddedEventStore before = OPEN.getAndSet(next);
        if (before != null) {
            before.close();
        }
        return next;
    }

    @AfterEach
    void closeLast() {
        EmbeddedEventStore last = OPEN.getAndSet(null);
        if (last != null) {
            last.close();
        }
    }

    @Test
    void the_store_is_linearizable() {
        options().check(OfStore.class);
    }

    @Test
    void lincheck_finds_a_store_that_checks_versions_too_early() {
        assertThatThrownBy(() -> options().minimizeFailedScenario(false).check(OfRacyStore.class))
                .isInstanceOf(LincheckAssertionError.class);
    }

    private static StressOptions options() {
        return new StressOptions()
                .iterations(LONG ? 500 : 20)
                .invocationsPerIteration(LONG ? 2_000 : 60)
                .threads(3)
                .actorsPerThread(4)
                .actorsBefore(1)
                .actorsAfter(2)
                .sequentialSpecification(InTurn.class);
    }

    /** The operations, on the embedded store. */
    public static class OfStore implements Store {
        final EmbeddedEventStore store = openNext();

        @Override
        @Operation
        public String append(@Param(gen = IntGen.class, conf = "1:2") int stream) {
            return text(store.append(nameOf(stream), ExpectedVersion.any(), event()));
        }

        @Override
        @Operation
        public String appendTwo() {
            return text(
                    store.append(
                            Append.to(nameOf(1), ExpectedVersion.any(), event())
                                    .andTo(nameOf(2), ExpectedVersion.any(), event())));
        }

        @Override
        @Operation
        public String appendAt(
                @Param(gen = IntGen.class, conf = "1:2") int stream,
                @Param(gen = IntGen.class, conf = "0:3") int version) {
            try {
                return text(
                        store.append(nameOf(stream), ExpectedVersion.exactly(version), event()));
            } catch (VersionConflictException e) {
                return "conflict";
            }
        }

        @Override
        @Operation
        public String appendOnce(@Param(gen = IntGen.class, conf = "1:2") int id) {
            NewEvent same = event().withId(new EventId(new UUID(7, id)));
            AppendResult result = store.append(nameOf(1), ExpectedVersion.any(), same);
            return text(result) + (result.repeated() ? " repeated" : "");
        }

        @Override
        @Operation
        public String readAll() {
            StringBuilder text = new StringBuilder();
            store.read(ReadRequest.all()).forEach(event -> add(text, event));
            return text.toString();
        }

        @Override
        @Operation
        public String readStream(@Param(gen = IntGen.class, conf = "1:2") int stream) {
            StringBuilder text = new StringBuilder();
            store.read(ReadRequest.stream(nameOf(stream))).forEach(event -> add(text, event));
            return text.toString();
        }

        /** A follower that is opened now is given what a read is given now. */
        @Operation
        public String follow() throws InterruptedException {
            SeenEvents seen = new SeenEvents();
            int head = (int) store.head();
            try (Subscription following =
                    store.follow(FollowRequest.fromStart(Query.all()), seen)) {
                seen.awaitCount(head);
                StringBuilder text = new StringBuilder();
                seen.events().subList(0, head).forEach(event -> add(text, event));
                return following.completion().isCompletedExceptionally()
                        ? "failed"
                        : text.toString();
            }
        }

        @Override
        @Operation
        public long head() {
            return store.head();
        }

        private static NewEvent event() {
            return NewEvent.ofJson("Made", "1");
        }

        private static StreamName nameOf(int stream) {
            return new StreamName("s-" + stream);
        }

        private static void add(StringBuilder text, RecordedEvent event) {
            text.append(event.position())
                    .append('=')
                    .append(event.stream())
                    .append('@')
                    .append(event.version())
                    .append(' ');
        }

        private static String text(AppendResult result) {
            StringBuilder text = new StringBuilder();
            for (AppendResult.Written written : result.writes()) {
                text.append(written.lastPosition())
                        .append('=')
                        .append(written.stream())
                        .append('@')
                        .append(written.lastVersion())
                        .append(' ');
            }
            return text.toString();
        }
    }

    /** The same with a defect: another append may come between the check and the write. */
    public static class OfRacyStore extends OfStore {
        @Override
        @Operation
        public String appendAt(
                @Param(gen = IntGen.class, conf = "1:2") int stream,
                @Param(gen = IntGen.class, conf = "0:3") int version) {
            return store.version(new StreamName("s-" + stream)) == version
                    ? append(stream)
                    : "conflict";
        }
    }

    /** What one thread sees, on a list. */
    public static class InTurn implements Store {
        private final List<String> log = new ArrayList<>();
        private final int[] versions = new int[3];
        private final String[] once = new String[3];

        @Override
        public String append(int stream) {
            versions[stream]++;
            log.add((log.size() + 1) + "=s-" + stream + "@" + versions[stream] + " ");
            return log.getLast();
        }

        @Override
        public String appendTwo() {
            return append(1) + append(2);
        }

        @Override
        public String appendAt(int stream, int version) {
            return versions[stream] == version ? append(stream) : "conflict";
        }

        @Override
        public String appendOnce(int id) {
            if (once[id] != null) {
                return once[id] + " repeated";
            }
            once[id] = append(1);
            return once[id];
        }

        @Override
        public String readAll() {
            return String.join("", log);
        }

        @Override
        public String readStream(int stream) {
            return String.join("", log.stream().filter(e -> e.contains("=s-" + stream)).toList());
        }

        /** The same as a read. */
        public String follow() {
            return readAll();
        }

        @Override
        public long head() {
            return log.size();
        }
    }
}
