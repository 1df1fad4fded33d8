package org.leftfold.jdbc.faults;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.leftfold.api.Append;
import org.leftfold.api.AppendCondition;
import org.leftfold.api.EventStore;
import org.leftfold.api.ExpectedVersion;
import org.leftfold.api.NewEvent;
import org.leftfold.api.Query;
import org.leftfold.api.ReadRequest;
import org.leftfold.api.RecordedEvent;
import org.leftfold.api.StreamName;

/** Appends of all sorts. */
final class Samples {
    static final int STREAMS = 64;
    private static final int SEATS = 1000;

    private Samples() {}

    /** One of the streams that everybody writes. */
    static StreamName stream(SplittableRandom random) {
        return new StreamName("race" + random.nextInt(3) + "-" + random.nextInt(STREAMS));
    }

    /** An event of one of a few types. */
    static NewEvent event(SplittableRandom random) {
        return NewEvent.ofJson("Happened" + random.nextInt(5), "{\"n\":" + random.nextLong() + "}")
                .withTags("colour:" + random.nextInt(8));
    }

    /** One to five events. */
    static List<NewEvent> events(SplittableRandom random) {
        List<NewEvent> events = new ArrayList<>();
        int count = 1 + random.nextInt(5);
        for (int i = 0; i < count; i++) {
            events.add(event(random));
        }
        return events;
    }

    /** An append that no other append can get into the way of, or one that takes a seat. */
    static Append append(SplittableRandom random) {
        return switch (random.nextInt(8)) {
            case 0 -> seat(random.nextInt(SEATS), random);
            case 1 -> {
                StreamName first = stream(random);
                StreamName second = new StreamName("second-" + random.nextInt(STREAMS));
                yield Append.to(first, ExpectedVersion.any(), events(random))
                        .andTo(second, ExpectedVersion.any(), events(random));
            }
            case 2 ->
                    Append.to(
                            new StreamName("new-" + Long.toHexString(random.nextLong())),
                            ExpectedVersion.noStream(),
                            events(random));
            default -> Append.to(stream(random), ExpectedVersion.any(), events(random));
        };
    }

    /** Takes a seat that nobody else has. */
    static Append seat(int number, SplittableRandom random) {
        String tag = "seat:" + number;
        return Append.to(
                        new StreamName("seat-" + random.nextInt(STREAMS)),
                        ExpectedVersion.any(),
                        NewEvent.ofJson("SeatTaken", "{}").withTags(tag))
                .onlyIf(AppendCondition.none("seat is free", Query.tags(tag)));
    }

    /** No seat was taken twice. */
    static boolean seatsAreTakenOnce(List<RecordedEvent> log) {
        List<RecordedEvent> taken =
                log.stream().filter(event -> event.type().value().equals("SeatTaken")).toList();
        return taken.stream().map(RecordedEvent::tags).distinct().count() == taken.size();
    }

    /** The whole log. */
    static List<RecordedEvent> log(EventStore store) {
        return store.read(ReadRequest.all()).toList();
    }
}
