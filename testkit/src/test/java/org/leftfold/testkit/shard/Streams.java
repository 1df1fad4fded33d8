package org.leftfold.testkit.shard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.leftfold.api.AdminAct;
import org.leftfold.api.EventStore;
import org.leftfold.api.ExpectedVersion;
import org.leftfold.api.LeftfoldException;
import org.leftfold.api.NewEvent;
import org.leftfold.api.ReadRequest;
import org.leftfold.api.RecordedEvent;
import org.leftfold.api.StreamName;

/** What the tests of sharding append, read and ask. */
final class Streams {
    /** Begins in shard 1 of 3. */
    static final StreamName ORDER = new StreamName("order-1");

    /** Begins in shard 0 of 3. */
    static final StreamName OTHER = new StreamName("order-2");

    /** Begins in shard 1 of 3. */
    static final StreamName ACCOUNT = new StreamName("account-1");

    static final AdminAct ACT = new AdminAct("ann", "balance");

    private Streams() {}

    static NewEvent event() {
        return NewEvent.ofJson("Happened", "{}");
    }

    static List<NewEvent> events(int count) {
        List<NewEvent> events = new ArrayList<>();
        for (int n = 1; n <= count; n++) {
            events.add(NewEvent.ofJson("Counted", "{\"n\":" + n + "}").withTags("n:" + n));
        }
        return events;
    }

    /** Appends events one by one. */
    static List<NewEvent> given(EventStore store, StreamName stream, int count) {
        List<NewEvent> events = events(count);
        events.forEach(event -> store.append(stream, ExpectedVersion.any(), event));
        return events;
    }

    static List<RecordedEvent> read(EventStore store, StreamName stream) {
        return store.read(ReadRequest.stream(stream)).toList();
    }

    static List<RecordedEvent> readAll(EventStore store) {
        return store.read(ReadRequest.all()).toList();
    }

    static List<NewEvent> contents(List<RecordedEvent> events) {
        return events.stream().map(RecordedEvent::toNewEvent).toList();
    }

    static List<Long> versions(List<RecordedEvent> events) {
        return events.stream().map(RecordedEvent::version).toList();
    }

    static List<Long> upTo(long last) {
        return LongStream.rangeClosed(1, last).boxed().toList();
    }

    static <E extends LeftfoldException> E refused(
            Class<E> type, String code, ThrowingCallable call) {
        E refusal = catchThrowableOfType(type, call);
        assertThat(refusal).isNotNull();
        assertThat(refusal.code()).isEqualTo(code);
        return refusal;
    }
}
