package org.leftfold.testkit.tck;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.function.Executable;
import org.leftfold.api.AppendResult;
import org.leftfold.api.Backup;
import org.leftfold.api.EventStore;
import org.leftfold.api.ExpectedVersion;
import org.leftfold.api.LeftfoldException;
import org.leftfold.api.NewEvent;
import org.leftfold.api.Payload;
import org.leftfold.api.ReadRequest;
import org.leftfold.api.RecordedEvent;
import org.leftfold.api.StoreAdmin;
import org.leftfold.api.StreamName;

/** The streams and events that most tests use, and the questions that most tests ask. */
final class Samples {
    static final StreamName ORDER = new StreamName("order-1");
    static final StreamName OTHER_ORDER = new StreamName("order-2");
    static final StreamName ACCOUNT = new StreamName("account-1");

    private Samples() {}

    static NewEvent event() {
        return event("Happened");
    }

    static NewEvent event(String type) {
        // a type may have letters that JSON would want escaped
        return NewEvent.of(type, Payload.ofText("{\"type\":\"" + type + "\"}"));
    }

    static NewEvent tagged(String type, String... tags) {
        return event(type).withTags(tags);
    }

    static List<NewEvent> events(int count) {
        List<NewEvent> events = new ArrayList<>();
        for (int n = 1; n <= count; n++) {
            events.add(NewEvent.ofJson("Counted", "{\"n\":" + n + "}"));
        }
        return events;
    }

    /** Appends {@code count} events, a thousand at a time at most. */
    static List<NewEvent> given(EventStore store, StreamName stream, int count) {
        List<NewEvent> events = events(count);
        for (int from = 0; from < count; from += 1000) {
            store.append(
                    stream,
                    ExpectedVersion.any(),
                    events.subList(from, Math.min(count, from + 1000)));
        }
        return events;
    }

    static List<RecordedEvent> readAll(EventStore store) {
        return store.read(ReadRequest.all()).toList();
    }

    static List<RecordedEvent> read(EventStore store, StreamName stream) {
        return store.read(ReadRequest.stream(stream)).toList();
    }

    static List<NewEvent> contents(List<RecordedEvent> events) {
        return events.stream().map(RecordedEvent::toNewEvent).toList();
    }

    static List<Long> positions(List<RecordedEvent> events) {
        return events.stream().map(RecordedEvent::position).toList();
    }

    static List<Long> positions(EventStore store, ReadRequest request) {
        return positions(store.read(request).toList());
    }

    static List<Long> versions(List<RecordedEvent> events) {
        return events.stream().map(RecordedEvent::version).toList();
    }

    static List<Long> upTo(long last) {
        return between(1, last);
    }

    static List<Long> between(long first, long last) {
        return LongStream.rangeClosed(first, last).boxed().toList();
    }

    /**
     * Checks that an append repeated an earlier one: same places, marked so, and nothing new in the
     * store.
     */
    static void assertRepeated(
            AppendResult first, AppendResult again, EventStore store, long head) {
        assertEquals(first.writes(), again.writes(), "places of the events");
        assertTrue(again.repeated(), "marked as repeated");
        assertEquals(head, store.head(), "head");
        assertEquals(head, readAll(store).size(), "events in the store");
    }

    /** Checks that {@code call} is refused with this error and this code. */
    static <E extends LeftfoldException> E assertRefused(
            Class<E> type, String code, Executable call) {
        E refusal = assertThrows(type, call);
        assertEquals(code, refusal.code(), refusal::getMessage);
        return refusal;
    }

    /** Checks that the text of an error says this. */
    static void assertSays(LeftfoldException error, String part) {
        String text = String.valueOf(error.getMessage());
        assertTrue(text.contains(part), text);
    }

    /**
     * Checks that {@code call} is refused with this error and this code, and leaves the store as it
     * was.
     */
    static <E extends LeftfoldException> E assertNothingStored(
            EventStore store, Class<E> type, String code, Executable call) {
        List<RecordedEvent> before = readAll(store);
        long head = store.head();
        E refusal = assertRefused(type, code, call);
        assertEquals(head, store.head(), "head after the refusal");
        assertEquals(before, readAll(store), "events after the refusal");
        return refusal;
    }

    /** Backs one store up into another; gives how many events were added. */
    static long restore(StoreAdmin from, StoreAdmin to) {
        try (Backup backup = from.backup()) {
            return to.restore(backup, count -> {});
        }
    }

    /** All entries of a backup of the store as it is now. */
    static List<Backup.Entry> history(StoreAdmin admin) {
        List<Backup.Entry> entries = new ArrayList<>();
        try (Backup backup = admin.backup()) {
            backup.forEachRemaining(entries::add);
        }
        return entries;
    }
}
