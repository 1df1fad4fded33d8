package org.leftfold.examples.stock;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.leftfold.api.EventStore;
import org.leftfold.api.EventType;
import org.leftfold.api.ExpectedVersion;
import org.leftfold.api.InMemoryEventStore;
import org.leftfold.api.NewEvent;
import org.leftfold.api.Payload;
import org.leftfold.api.Query;
import org.leftfold.api.ReadRequest;
import org.leftfold.api.RecordedEvent;
import org.leftfold.api.StreamName;
import org.leftfold.api.spi.InMemoryViewStore;
import org.leftfold.examples.AnyStore;
import org.leftfold.examples.stock.Stock.Available;
import org.leftfold.examples.stock.StockCommand.Place;
import org.leftfold.examples.stock.StockCommand.Receive;
import org.leftfold.examples.stock.StockEvent.BackOrderCreated;
import org.leftfold.examples.stock.StockEvent.OrderFilled;
import org.leftfold.framework.Leftfold;
import org.leftfold.framework.codec.DomainEvent;
import org.leftfold.framework.codec.EventName;
import org.leftfold.framework.codec.EventSchema;
import org.leftfold.framework.decide.Decider;
import org.leftfold.framework.projection.Emission.Emitted;
import org.leftfold.framework.projection.EventHandlerMethod;
import org.leftfold.framework.projection.EventSubscriber;
import org.leftfold.framework.projection.Keying;
import org.leftfold.framework.projection.Projection;
import org.leftfold.framework.projection.Projections;
import org.leftfold.framework.repository.CommandOptions;
import org.leftfold.framework.repository.Repository;

/** Others hear of an event: a view, another aggregate, a process, another bounded context. */
class InterestedPartiesTest {
    private static final Duration LONG = Duration.ofSeconds(30);
    private static final EventSchema<StockEvent> STOCK = EventSchema.of(StockEvent.class);

    /** What happened to the points of a customer: another aggregate. */
    sealed interface PointsEvent {
        @EventName("points-given")
        record Given(int points) implements PointsEvent {}
    }

    static final class Points implements Decider<Integer, Integer, PointsEvent> {
        @Override
        public Integer initialState() {
            return 0;
        }

        @Override
        public List<PointsEvent> decide(Integer points, Integer state) {
            return List.of(new PointsEvent.Given(points));
        }

        @Override
        public Integer evolve(Integer state, PointsEvent event) {
            return state + ((PointsEvent.Given) event).points();
        }
    }

    /** What the process of a delivery has brought about. */
    sealed interface DeliveryEvent {
        @EventName("delivery-due")
        record Due(String order, boolean isLate) implements DeliveryEvent {}
    }

    /** How far the process is: who had to wait is told so when it is time. */
    record Course(boolean waited, boolean isDue) {}

    private static final Projection<Course> DELIVERIES =
            Projection.of(
                            "deliveries",
                            Course.class,
                            STOCK,
                            InterestedPartiesTest::next,
                            OrderFilled.class,
                            BackOrderCreated.class)
                    .keyedBy(Keying.tag("order"))
                    .emitting(
                            EventSchema.of(DeliveryEvent.class),
                            (process, event, order) ->
                                    process.isDue()
                                            ? List.of(
                                                    new Emitted<>(
                                                            StreamName.of("delivery", order),
                                                            new DeliveryEvent.Due(
                                                                    order, process.waited())))
                                            : List.of())
                    .build();

    private static Course next(
            @Nullable Course before, DomainEvent<StockEvent> event, String order) {
        return event.event() instanceof OrderFilled
                ? new Course(before != null && before.waited(), true)
                : new Course(true, false);
    }

    private final EventStore store = AnyStore.open();
    private final InMemoryEventStore accounting = InMemoryEventStore.open(); // of others
    private final Leftfold leftfold = Leftfold.on(store);
    private final Repository<Integer, Integer, PointsEvent> points =
            leftfold.repository("points", new Points());

    @EventSubscriber(id = "points")
    final class GivesPoints {
        @EventHandlerMethod
        void on(DomainEvent<OrderFilled> filled) {
            points.handle(
                    filled.event().order(),
                    filled.event().pieces(),
                    CommandOptions.trigger("points", filled.stored().id().toString()));
        }
    }

    /** Says it in the words of the other context, under the id of the event: once. */
    @EventSubscriber(id = "accounting")
    final class TellsAccounting {
        @EventHandlerMethod
        void on(DomainEvent<OrderFilled> filled) {
            RecordedEvent stored = filled.stored();
            accounting.append(
                    StreamName.of("invoice", filled.event().order()),
                    ExpectedVersion.any(),
                    new NewEvent(
                            stored.id(),
                            new EventType("goods-sold"),
                            1,
                            Payload.ofText("{\"quantity\":" + filled.event().pieces() + "}"),
                            stored.metadata(),
                            Set.of()));
        }
    }

    @AfterEach
    void close() {
        accounting.close();
        store.close();
    }

    @Test
    void one_event_reaches_a_view_another_aggregate_a_process_and_another_context_once()
            throws Exception {
        Repository<StockCommand, Stock.Shelf, StockEvent> stock =
                leftfold.repository("stock", new Stock("lamp"));
        stock.handle("lamp", new Place("o1", 2, true));
        stock.handle("lamp", new Receive(5));
        // the second time all of it is delivered again, to views that know of nothing
        for (int times = 0; times < 2; times++) {
            List<Projection<?>> parties = new ArrayList<>();
            parties.add(Stock.AVAILABLE);
            parties.add(DELIVERIES);
            parties.add(Projection.subscriber(new GivesPoints(), STOCK).build());
            parties.add(Projection.subscriber(new TellsAccounting(), STOCK).build());
            var builder = leftfold.projections(new InMemoryViewStore());
            parties.forEach(builder::add);
            try (Projections projections = builder.start()) {
                for (Projection<?> each : parties) {
                    assertThat(projections.await(each, store.checkpoint(), LONG)).isTrue();
                }
                assertThat(projections.rows(Stock.AVAILABLE).find("lamp"))
                        .contains(new Available(3));
                assertThat(projections.rows(DELIVERIES).find("o1"))
                        .contains(new Course(true, true));
            }
            assertThat(points.load("o1").state()).isEqualTo(2);
            assertThat(texts(store, "delivery"))
                    .containsExactly("delivery-due {\"order\":\"o1\",\"isLate\":true}");
            assertThat(texts(accounting, "invoice")).containsExactly("goods-sold {\"quantity\":2}");
        }
    }

    private static List<String> texts(EventStore in, String category) {
        return in.read(ReadRequest.of(Query.category(category))).toList().stream()
                .map(event -> event.type() + " " + event.payload().asText())
                .toList();
    }
}
