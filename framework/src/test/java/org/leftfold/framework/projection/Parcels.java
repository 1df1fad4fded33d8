package org.leftfold.framework.projection;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.leftfold.api.AppendResult;
import org.leftfold.api.EventStore;
import org.leftfold.api.ExpectedVersion;
import org.leftfold.api.Metadata;
import org.leftfold.api.NewEvent;
import org.leftfold.api.Payload;
import org.leftfold.api.StreamName;
import org.leftfold.framework.Leftfold;
import org.leftfold.framework.codec.DomainEvent;
import org.leftfold.framework.codec.EventCodec;
import org.leftfold.framework.codec.EventName;
import org.leftfold.framework.codec.EventSchema;
import org.leftfold.framework.codec.Tagged;

/** The domain of these tests: parcels that are weighed and moved between depots. */
final class Parcels {
    static final EventSchema<ParcelEvent> SCHEMA = EventSchema.of(ParcelEvent.class);

    private Parcels() {}

    sealed interface ParcelEvent {}

    @EventName("weighed")
    record Weighed(int grams) implements ParcelEvent {}

    @EventName("moved")
    record Moved(@Tagged String from, @Tagged String to) implements ParcelEvent {}

    @EventName("lost")
    record Lost() implements ParcelEvent {}

    /** All that happened to a parcel, as text. */
    static final class Story {
        private final List<String> lines = new ArrayList<>();

        void apply(Weighed weighed) {
            if (weighed.grams() < 0) {
                throw new IllegalArgumentException("it weighs " + weighed.grams());
            }
            lines.add("weighed " + weighed.grams());
        }

        void apply(DomainEvent<Moved> moved) {
            lines.add("moved to %s at %d".formatted(moved.event().to(), moved.version()));
        }

        List<String> lines() {
            return lines;
        }
    }

    /** How many parcels came and went. */
    record Traffic(int in, int out) {}

    /** A view of the traffic of each depot: a move concerns two of them. */
    static Projection.Builder<ParcelEvent, Traffic> traffic() {
        return Projection.of("traffic", Traffic.class, SCHEMA, Parcels::count, Moved.class)
                .keyedBy(
                        Keying.byEach(event ->
                                event.event() instanceof Moved moved
                                        ? List.of(moved.from(), moved.to())
                                        : List.of()));
    }

    private static Traffic count(
            @Nullable Traffic row, DomainEvent<ParcelEvent> event, String key) {
        Traffic before = row == null ? new Traffic(0, 0) : row;
        Moved moved = (Moved) event.event();
        return new Traffic(
                before.in() + (moved.to().equals(key) ? 1 : 0),
                before.out() + (moved.from().equals(key) ? 1 : 0));
    }

    static Projection.Builder<ParcelEvent, Story> stories() {
        return Projection.of("stories", Story.class, SCHEMA);
    }

    static AppendResult append(EventStore store, String parcel, ParcelEvent... events) {
        EventCodec<ParcelEvent> codec = Leftfold.on(store).codec(SCHEMA);
        List<NewEvent> all = new ArrayList<>();
        for (ParcelEvent event : events) {
            all.add(codec.encode(event, Metadata.none(), Set.of()));
        }
        return store.append(StreamName.of("parcel", parcel), ExpectedVersion.any(), all);
    }

    /** An event that nobody can read. */
    static AppendResult appendGarbage(EventStore store, String parcel) {
        return store.append(
                StreamName.of("parcel", parcel),
                ExpectedVersion.any(),
                NewEvent.of("weighed", Payload.ofText("{\"grams\":\"many\"}")));
    }

    /** Waits until something holds, half a minute at most. */
    static void until(BooleanSupplier holds) {
        for (int rounds = 0; !holds.getAsBoolean(); rounds++) {
            if (rounds > 15_000) {
                throw new AssertionError("it does not come");
            }
            LockSupport.parkNanos(2_000_000);
        }
    }
}
