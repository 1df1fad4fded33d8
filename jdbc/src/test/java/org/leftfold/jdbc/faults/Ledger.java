package org.leftfold.jdbc.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.leftfold.api.Append;
import org.leftfold.api.AppendResult;
import org.leftfold.api.EventId;
import org.leftfold.api.NewEvent;
import org.leftfold.api.RecordedEvent;
import org.leftfold.api.StreamName;
import org.leftfold.api.StreamWrite;

/**
 * What a store was asked for and what it answered. {@link #check} holds the answers against the
 * log: nothing acknowledged is lost, nothing is there twice, nothing refused is there, and what was
 * left open is there wholly or not at all. Safe for any thread.
 */
final class Ledger {
    private final List<Promise> promises = new ArrayList<>();
    private final List<Append> refused = new ArrayList<>();
    private final List<Append> open = new ArrayList<>();

    private record Promise(Append append, AppendResult result) {}

    private record Key(StreamName stream, EventId id) {}

    /** The store said that it is stored. */
    synchronized void acknowledged(Append append, AppendResult result) {
        promises.add(new Promise(append, result));
    }

    /** The store said that nothing is stored, or it was rolled back. */
    synchronized void refused(Append append) {
        refused.add(append);
    }

    /** Nobody knows, and nobody asked again. */
    synchronized void leftOpen(Append append) {
        open.add(append);
    }

    /** How many appends were acknowledged. */
    synchronized int acknowledgements() {
        return promises.size();
    }

    @Override
    public synchronized String toString() {
        return "%d acknowledged, %d refused, %d left open"
                .formatted(promises.size(), refused.size(), open.size());
    }

    /** Checks everything against the whole log. */
    synchronized void check(List<RecordedEvent> log) {
        checkLog(log);
        Map<Key, RecordedEvent> byId = new HashMap<>();
        log.forEach(event -> byId.put(new Key(event.stream(), event.id()), event));
        Set<Key> explained = new HashSet<>();
        for (Promise promise : promises) {
            checkKept(promise, log);
            explained.addAll(keys(promise.append()));
        }
        for (Append append : refused) {
            for (Key key : keys(append)) {
                assertThat(byId.get(key)).as("event of an append that was refused").isNull();
            }
        }
        for (Append append : open) {
            List<Key> keys = keys(append);
            assertThat(keys.stream().filter(byId::containsKey).count())
                    .as("events there of %d of one append", keys.size())
                    .isIn(0L, (long) keys.size());
            explained.addAll(keys);
        }
        assertThat(explained).as("events that somebody asked for").containsAll(byId.keySet());
    }

    /** Checks what holds for each log, whatever was asked for. */
    static void checkLog(List<RecordedEvent> log) {
        Map<StreamName, Long> versions = new HashMap<>();
        Set<Key> ids = new HashSet<>();
        Instant last = Instant.MIN;
        long position = 0;
        for (RecordedEvent event : log) {
            assertThat(event.position()).as("position").isEqualTo(++position);
            assertThat(event.version())
                    .as("version of %s at position %d", event.stream(), position)
                    .isEqualTo(versions.merge(event.stream(), 1L, Long::sum));
            assertThat(ids.add(new Key(event.stream(), event.id())))
                    .as("%s of %s is there once", event.id(), event.stream())
                    .isTrue();
            assertThat(event.recordedAt()).as("time of recording").isAfterOrEqualTo(last);
            last = event.recordedAt();
        }
    }

    private static void checkKept(Promise promise, List<RecordedEvent> log) {
        List<StreamWrite> writes = promise.append().writes();
        for (int i = 0; i < writes.size(); i++) {
            AppendResult.Written written = promise.result().writes().get(i);
            List<NewEvent> events = writes.get(i).events();
            assertThat(written.lastPosition() - written.firstPosition() + 1)
                    .as("positions of %d events", events.size())
                    .isEqualTo(events.size());
            for (int n = 0; n < events.size(); n++) {
                long position = written.firstPosition() + n;
                assertThat(position).as("acknowledged position").isBetween(1L, (long) log.size());
                RecordedEvent there = log.get((int) position - 1);
                assertThat(there.hasContentOf(events.get(n)))
                        .as("acknowledged event at position %d, where is %s", position, there)
                        .isTrue();
                assertThat(there.version())
                        .as("acknowledged version at position %d", position)
                        .isEqualTo(written.firstVersion() + n);
            }
        }
    }

    private static List<Key> keys(Append append) {
        List<Key> keys = new ArrayList<>();
        for (StreamWrite write : append.writes()) {
            write.events().forEach(event -> keys.add(new Key(write.stream(), event.id())));
        }
        return keys;
    }
}
