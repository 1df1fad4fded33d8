package org.leftfold.framework.projection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.leftfold.framework.projection.Parcels.SCHEMA;
import static org.leftfold.framework.projection.Parcels.append;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.leftfold.api.AdminAct;
import org.leftfold.api.InMemoryEventStore;
import org.leftfold.api.ReadRequest;
import org.leftfold.api.RecordedEvent;
import org.leftfold.api.StoreUnavailableException;
import org.leftfold.api.StreamName;
import org.leftfold.api.spi.InMemoryViewStore;
import org.leftfold.framework.Leftfold;
import org.leftfold.framework.codec.EventName;
import org.leftfold.framework.codec.EventSchema;
import org.leftfold.framework.projection.Emission.Emitted;
import org.leftfold.framework.projection.Parcels.Lost;
import org.leftfold.framework.projection.Parcels.Moved;
import org.leftfold.framework.projection.Parcels.ParcelEvent;
import org.leftfold.framework.projection.Projection.Definition;
import org.leftfold.framework.transform.Originals;
import org.leftfold.framework.transform.StreamRedesign;

/** What a merge copies has no second effect. */
class CopiedFactsTest {
    private static final Duration LONG = Duration.ofSeconds(20);
    private static final StreamName P1 = StreamName.of("parcel", "p1");
    private static final StreamName BOX = StreamName.of("parcel", "box");

    private final InMemoryEventStore store = InMemoryEventStore.open();
    private final InMemoryViewStore views = new InMemoryViewStore();

    @AfterEach
    void close() {
        store.close();
    }

    /** Tells somebody, which cannot be taken back. */
    @EventSubscriber(id = "teller")
    static final class Teller {
        final List<String> told = new CopyOnWriteArrayList<>();

        @EventHandlerMethod
        void on(Lost lost, Delivery delivery) {
            told.add(delivery.key());
        }
    }

    private void merge() {
        new StreamRedesign(store, new AdminAct("anna", "one box")).merge(List.of(P1), BOX);
    }

    private List<String> told(Teller teller, Projection<Void> projection) throws Exception {
        append(store, "p1", new Lost());
        try (Projections projections =
                Leftfold.on(store).projections(views).add(projection).start()) {
            assertThat(projections.await(projection, store.checkpoint(), LONG)).isTrue();
            merge();
            append(store, "box", new Lost());
            assertThat(projections.await(projection, store.checkpoint(), LONG)).isTrue();
        }
        return teller.told;
    }

    @Test
    void a_subscriber_that_cannot_take_its_effects_back_is_not_called_again() throws Exception {
        Teller teller = new Teller();
        assertThat(told(teller, Projection.subscriber(teller, SCHEMA).build()))
                .containsExactly("parcel-p1", "parcel-box");
    }

    @Test
    void a_subscriber_that_keeps_rows_is_told_what_the_new_stream_has() throws Exception {
        Teller teller = new Teller();
        Projection<Void> keeping =
                Projection.subscriber(teller, SCHEMA)
                        .clearedBy((transaction, generation) -> {})
                        .build();
        assertThat(told(teller, keeping)).containsExactly("parcel-p1", "parcel-box", "parcel-box");
    }

    @Test
    void a_store_that_does_not_answer_is_not_the_fault_of_a_copied_event() {
        append(store, "p1", new Lost());
        merge();
        RecordedEvent copy = store.read(ReadRequest.stream(BOX)).toList().getFirst();
        Work<?, ?> work = work(Parcels.stories().build().definition());
        Originals failing =
                provenance -> {
                    throw StoreUnavailableException.closing("the connection");
                };
        assertThatThrownBy(() -> work.item(copy, store.checkpoint(), 0, 1, failing))
                .isInstanceOf(StoreUnavailableException.class);
    }

    private <E, V> Work<E, V> work(Definition<E, V> definition) {
        return Work.of(definition, store, Leftfold.on(store)::codec);
    }

    sealed interface TripEvent {
        /** A parcel arrived. */
        @EventName("arrived")
        record Arrived(String at) implements TripEvent {}
    }

    @Test
    void what_follows_from_a_copied_event_is_not_emitted_again() throws Exception {
        Projection<Integer> arrivals =
                Projection.<ParcelEvent, Integer>of(
                                "arrivals",
                                Integer.class,
                                SCHEMA,
                                (row, event, key) -> (row == null ? 0 : row) + 1,
                                Moved.class)
                        .emitting(
                                EventSchema.of(TripEvent.class),
                                (row, event, key) ->
                                        List.of(
                                                new Emitted<>(
                                                        StreamName.of("trip", "all"),
                                                        new TripEvent.Arrived("somewhere"))))
                        .build();
        append(store, "p1", new Moved("a", "b"));
        try (Projections projections =
                Leftfold.on(store).projections(views).add(arrivals).start()) {
            assertThat(projections.await(arrivals, store.checkpoint(), LONG)).isTrue();
            merge();
            append(store, "box", new Moved("b", "c"));
            assertThat(projections.await(arrivals, store.checkpoint(), LONG)).isTrue();
            assertThat(projections.rows(arrivals).find("parcel-box")).contains(2);
        }
        assertThat(store.read(ReadRequest.stream(StreamName.of("trip", "all"))).toList())
                .hasSize(2);
    }
}
