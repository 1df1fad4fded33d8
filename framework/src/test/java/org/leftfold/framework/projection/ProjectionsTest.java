package org.leftfold.framework.projection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.leftfold.framework.projection.Parcels.SCHEMA;
import static org.leftfold.framework.projection.Parcels.append;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.leftfold.api.AppendResult;
import org.leftfold.api.InMemoryEventStore;
import org.leftfold.api.spi.InMemoryViewStore;
import org.leftfold.framework.Leftfold;
import org.leftfold.framework.codec.DefinitionException;
import org.leftfold.framework.codec.DomainEvent;
import org.leftfold.framework.projection.Parcels.Lost;
import org.leftfold.framework.projection.Parcels.Moved;
import org.leftfold.framework.projection.Parcels.ParcelEvent;
import org.leftfold.framework.projection.Parcels.Story;
import org.leftfold.framework.projection.Parcels.Traffic;
import org.leftfold.framework.projection.Parcels.Weighed;

class ProjectionsTest {
    private static final Duration LONG = Duration.ofSeconds(20);

    private final InMemoryEventStore store = InMemoryEventStore.open();
    private final InMemoryViewStore views = new InMemoryViewStore();

    @AfterEach
    void close() {
        store.close();
    }

    private Projections start(Projection<?>... projections) {
        ProjectionsBuilder builder = Leftfold.on(store).projections(views);
        for (Projection<?> projection : projections) {
            builder.add(projection);
        }
        return builder.start();
    }

    private static <V> Map<String, V> all(Rows<V> rows) {
        Map<String, V> all = new TreeMap<>();
        rows.stream().forEach(entry -> all.put(entry.key(), entry.row()));
        return all;
    }

    @Test
    void a_view_of_objects_takes_past_and_new_events() throws Exception {
        append(store, "p1", new Weighed(10), new Moved("a", "b"));
        Projection<Story> stories = Parcels.stories().build();
        try (Projections projections = start(stories)) {
            AppendResult last = append(store, "p1", new Lost(), new Weighed(9));
            assertThat(projections.await(stories, last, LONG)).isTrue();

            assertThat(projections.rows(stories).find("parcel-p1").orElseThrow().lines())
                    .containsExactly("weighed 10", "moved to b at 2", "weighed 9");
            assertThat(projections.rows(stories).find("parcel-p2")).isEmpty();
        }
    }

    @Test
    void an_event_may_concern_several_rows() throws Exception {
        Projection<Traffic> traffic = Parcels.traffic().build();
        try (Projections projections = start(traffic)) {
            append(store, "p1", new Moved("a", "b"), new Moved("b", "c"));
            AppendResult last = append(store, "p2", new Moved("a", "c"), new Weighed(3));
            assertThat(projections.await(traffic, last, LONG)).isTrue();

            assertThat(all(projections.rows(traffic)))
                    .isEqualTo(
                            Map.of(
                                    "a", new Traffic(0, 2),
                                    "b", new Traffic(1, 1),
                                    "c", new Traffic(2, 0)));
        }
    }

    @Test
    void parts_give_the_same_rows_as_one() throws Exception {
        Projection<Traffic> whole = Parcels.traffic().build();
        InMemoryViewStore others = new InMemoryViewStore();
        Projection<Traffic> parted = Parcels.traffic().parts(5).build();
        AppendResult last = null;
        for (int i = 0; i < 1500; i++) {
            last = append(store, "p" + i % 7, new Moved("d" + i % 11, "d" + i % 13));
        }
        try (Projections one = start(whole);
                Projections five = Leftfold.on(store).projections(others).add(parted).start()) {
            assertThat(one.await(whole, last, LONG)).isTrue();
            assertThat(five.await(parted, last, LONG)).isTrue();
            assertThat(all(five.rows(parted))).isEqualTo(all(one.rows(whole))).hasSize(13);
            assertThat(five.status("traffic").parts()).hasSize(5);
        }
    }

    @EventSubscriber(id = "losses")
    static final class Losses {
        final List<String> heard = new java.util.concurrent.CopyOnWriteArrayList<>();

        @EventHandlerMethod
        void on(DomainEvent<Lost> lost, Delivery delivery) {
            heard.add("lost " + delivery.key());
            delivery.afterwards(() -> heard.add("told about " + lost.stream().id()));
        }

        @EventHandlerMethod
        void on(ParcelEvent other) {
            heard.add(other.getClass().getSimpleName());
        }
    }

    @Test
    void a_subscriber_is_called_with_the_nearest_method() throws Exception {
        Losses losses = new Losses();
        Projection<Void> subscriber = Projection.subscriber(losses, SCHEMA).build();
        try (Projections projections = start(subscriber)) {
            append(store, "p1", new Weighed(1));
            AppendResult last = append(store, "p1", new Lost());
            assertThat(projections.await(subscriber, last, LONG)).isTrue();
        }
        assertThat(losses.heard).containsExactly("Weighed", "lost parcel-p1", "told about p1");
    }

    @Test
    void it_goes_on_where_it_was() throws Exception {
        Losses losses = new Losses();
        Projection<Void> subscriber = Projection.subscriber(losses, SCHEMA).build();
        try (Projections projections = start(subscriber)) {
            AppendResult first = append(store, "p1", new Weighed(1));
            assertThat(projections.await(subscriber, first, LONG)).isTrue();
        }
        AppendResult missed = append(store, "p1", new Moved("a", "b"));
        try (Projections projections = start(subscriber)) {
            assertThat(projections.await(subscriber, missed, LONG)).isTrue();
        }
        assertThat(losses.heard).containsExactly("Weighed", "Moved");
    }

    @Test
    void names_are_there_once() {
        ProjectionsBuilder builder =
                Leftfold.on(store).projections(views).add(Parcels.stories().build());
        assertThatThrownBy(() -> builder.add(Parcels.stories().build()))
                .isInstanceOf(DefinitionException.class)
                .hasMessageContaining("two of them are called 'stories'");
    }

    @EventSubscriber(id = "wrong")
    static final class TakesWhatIsNoEvent {
        @EventHandlerMethod
        void on(String text) {}
    }

    @EventSubscriber(id = "wrong")
    static final class NeedsAConnection {
        @EventHandlerMethod
        void on(Lost lost, java.sql.Connection connection) {}
    }

    @Test
    void a_parameter_that_nobody_can_give_is_refused_at_the_start() {
        assertThatThrownBy(() -> Projection.subscriber(new TakesWhatIsNoEvent(), SCHEMA))
                .isInstanceOf(DefinitionException.class)
                .hasMessageContaining("on(String) takes what is none of the events");
        Projection<Void> needs = Projection.subscriber(new NeedsAConnection(), SCHEMA).build();
        assertThatThrownBy(() -> start(needs))
                .isInstanceOf(DefinitionException.class)
                .hasMessageContaining("java.sql.Connection");
        assertThatThrownBy(() -> Projection.subscriber(new Object(), SCHEMA))
                .hasMessageContaining("add @EventSubscriber");
    }
}
