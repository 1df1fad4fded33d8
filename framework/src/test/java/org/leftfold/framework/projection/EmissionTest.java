package org.leftfold.framework.projection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.leftfold.framework.projection.Parcels.SCHEMA;
import static org.leftfold.framework.projection.Parcels.append;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.leftfold.api.AppendResult;
import org.leftfold.api.InMemoryEventStore;
import org.leftfold.api.Metadata;
import org.leftfold.api.ReadRequest;
import org.leftfold.api.RecordedEvent;
import org.leftfold.api.StoreUnavailableException;
import org.leftfold.api.StreamName;
import org.leftfold.api.spi.InMemoryViewStore;
import org.leftfold.api.spi.ViewStore;
import org.leftfold.framework.Leftfold;
import org.leftfold.framework.codec.EventName;
import org.leftfold.framework.codec.EventSchema;
import org.leftfold.framework.projection.Emission.Emitted;
import org.leftfold.framework.projection.Parcels.Moved;
import org.leftfold.framework.projection.Parcels.ParcelEvent;
import org.leftfold.framework.projection.Parcels.Weighed;

class EmissionTest {
    private static final Duration LONG = Duration.ofSeconds(20);

    sealed interface TripEvent {
        /** A parcel was weighed and then moved three times. */
        @EventName("trip-completed")
        record TripCompleted(int stops, String end) implements TripEvent {}
    }

    private static final EventSchema<TripEvent> TRIPS = EventSchema.of(TripEvent.class);

    private final InMemoryEventStore store = InMemoryEventStore.open();
    private final InMemoryViewStore views = new InMemoryViewStore();

    @AfterEach
    void close() {
        store.close();
    }

    /** Every third move of a parcel completes a trip. */
    private static Projection<Integer> trips() {
        return Projection.<ParcelEvent, Integer>of(
                        "trips",
                        Integer.class,
                        SCHEMA,
                        (row, event, key) -> (row == null ? 0 : row) + 1,
                        Moved.class)
                .emitting(
                        TRIPS,
                        (row, event, key) ->
                                row % 3 == 0
                                        ? List.of(
                                                new Emitted<>(
                                                        StreamName.of("trip", event.stream().id()),
                                                        new TripEvent.TripCompleted(
                                                                3, ((Moved) event.event()).to())))
                                        : List.of())
                .build();
    }

    private List<RecordedEvent> trips(String parcel) {
        return store.read(ReadRequest.stream(StreamName.of("trip", parcel))).toList();
    }

    private AppendResult threeMoves(String parcel) {
        append(store, parcel, new Moved("a", "b"), new Weighed(1), new Moved("b", "c"));
        return append(store, parcel, new Moved("c", "d"));
    }

    @Test
    void fine_events_are_combined_into_a_coarse_one() throws Exception {
        Projection<Integer> trips = trips();
        try (Projections projections = Leftfold.on(store).projections(views).add(trips).start()) {
            AppendResult last = threeMoves("p1");
            assertThat(projections.await(trips, last, LONG)).isTrue();
            RecordedEvent trip = trips("p1").getFirst();
            assertThat(trip.payload().asText()).isEqualTo("{\"stops\":3,\"end\":\"d\"}");
            RecordedEvent cause =
                    store.read(ReadRequest.stream(StreamName.of("parcel", "p1")))
                            .toList()
                            .getLast();
            assertThat(trip.metadata().value(Metadata.CAUSATION_ID))
                    .contains(cause.id().toString());
        }
    }

    /** The events are appended, and then the transaction is lost, again and again. */
    @Test
    void what_is_repeated_emits_nothing_twice() throws Exception {
        AtomicInteger lost = new AtomicInteger(5);
        ViewStore losing =
                new ViewStore() {
                    @Override
                    public <T, X extends Exception> T inTransaction(Work<T, X> work) throws X {
                        return views.inTransaction(transaction -> {
                            T given = work.in(transaction);
                            if (!trips("p1").isEmpty() && lost.getAndDecrement() > 0) {
                                throw StoreUnavailableException.closing("the transaction");
                            }
                            return given;
                        });
                    }
                };
        Projection<Integer> trips = trips();
        try (Projections projections =
                Leftfold.on(store)
                        .projections(losing)
                        .listener(new ProjectionListener() {})
                        .add(trips)
                        .start()) {
            AppendResult last = threeMoves("p1");
            assertThat(projections.await(trips, last, LONG)).isTrue();
            assertThat(lost.get()).isLessThanOrEqualTo(0);
            assertThat(trips("p1")).hasSize(1);
        }
    }

    /** Its id is known with what the code of before has emitted. */
    @Test
    void what_cannot_be_emitted_parks_its_own_key_and_the_rest_flows() throws Exception {
        Projection<Integer> before = trips();
        try (Projections projections = Leftfold.on(store).projections(views).add(before).start()) {
            assertThat(projections.await(before, threeMoves("p1"), LONG)).isTrue();
        }
        Projection<Integer> now =
                Projection.<ParcelEvent, Integer>of(
                                "trips",
                                Integer.class,
                                SCHEMA,
                                (row, event, key) -> (row == null ? 0 : row) + 1,
                                Moved.class)
                        .emitting(
                                TRIPS,
                                (row, event, key) ->
                                        row % 3 == 0
                                                ? List.of(
                                                        new Emitted<>(
                                                                StreamName.of(
                                                                        "trip",
                                                                        event.stream().id()),
                                                                new TripEvent.TripCompleted(4, "")))
                                                : List.of())
                        .onError(ErrorPolicy.retry(0))
                        .build();
        try (Projections projections =
                Leftfold.on(store)
                        .projections(new InMemoryViewStore()) // as if nothing had been kept
                        .listener(new ProjectionListener() {})
                        .add(now)
                        .start()) {
            assertThat(projections.await(now, threeMoves("p2"), LONG)).isTrue();
            assertThat(projections.rows(now).find("parcel-p2")).contains(3);
            assertThat(trips("p2")).hasSize(1);
            assertThat(projections.parking("trips").keys()).containsExactly("parcel-p1");
            assertThat(projections.parking("trips").retry("parcel-p1").error()).contains("LF-1");
            assertThat(trips("p1")).hasSize(1);
        }
    }

    @Test
    void a_rebuild_emits_nothing() throws Exception {
        Projection<Integer> trips = trips();
        try (Projections projections = Leftfold.on(store).projections(views).add(trips).start()) {
            assertThat(projections.await(trips, threeMoves("p1"), LONG)).isTrue();
            long head = store.head();
            Rebuild rebuild = projections.rebuild("trips");
            rebuild.begin("anna");
            assertThat(rebuild.awaitReady(LONG)).isTrue();
            rebuild.swapIfEqual();
            assertThat(store.head()).isEqualTo(head);
            assertThat(projections.await(trips, threeMoves("p1"), LONG)).isTrue();
            assertThat(trips("p1")).hasSize(2);
        }
    }
}
