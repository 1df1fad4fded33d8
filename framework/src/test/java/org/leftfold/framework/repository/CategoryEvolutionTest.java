package org.leftfold.framework.repository;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.leftfold.api.EventStore;
import org.leftfold.api.InMemoryEventStore;
import org.leftfold.api.Query;
import org.leftfold.api.QueryItem;
import org.leftfold.api.ReadRequest;
import org.leftfold.api.StreamName;
import org.leftfold.framework.Leftfold;
import org.leftfold.framework.codec.EventCodec;
import org.leftfold.framework.codec.EventSchema;
import org.leftfold.framework.lockers.LockerDecider;
import org.leftfold.framework.lockers.LockerDecider.LockerCommand;
import org.leftfold.framework.lockers.LockerDecider.LockerCommand.Collect;
import org.leftfold.framework.lockers.LockerDecider.LockerCommand.Reserve;
import org.leftfold.framework.lockers.LockerDecider.LockerEvent;
import org.leftfold.framework.lockers.LockerDecider.LockerState;

/** R74 at the level of the schema: kinds of aggregates are added, removed and renamed. */
class CategoryEvolutionTest {
    private final EventStore store = InMemoryEventStore.open();

    @AfterEach
    void close() {
        store.close();
    }

    private Repository<LockerCommand, LockerState, LockerEvent> repository(
            String category, String... former) {
        RepositoryBuilder<LockerCommand, LockerState, LockerEvent> builder =
                Leftfold.on(store).define(category, new LockerDecider());
        for (String each : former) {
            builder.formerly(each);
        }
        return builder.build();
    }

    @Test
    void schema_level_an_added_kind_of_aggregate_leaves_the_streams_of_others_alone() {
        var lockers = repository("locker");
        lockers.handle("7", new Reserve("p1"));
        var boxes = repository("box");
        boxes.handle("7", new Reserve("p2"));
        assertThat(lockers.load("7").state().parcel()).isEqualTo("p1");
        assertThat(boxes.load("7").state().parcel()).isEqualTo("p2");
        assertThat(store.version(StreamName.of("locker", "7"))).isEqualTo(1);
    }

    @Test
    void schema_level_a_removed_kind_of_aggregate_leaves_events_that_nobody_has_to_read() {
        repository("locker").handle("7", new Reserve("p1"));
        repository("shelf").handle("1", new Reserve("p2"));

        EventCodec<LockerEvent> codec = Leftfold.on(store).codec(EventSchema.of(LockerEvent.class));
        var lockers = Query.anyOf(QueryItem.everything().andCategories("locker"));
        assertThat(store.read(ReadRequest.of(lockers)).toList())
                .flatExtracting(codec::decode)
                .extracting(event -> event.stream().toString())
                .containsExactly("locker-7");
        assertThat(store.read(ReadRequest.stream(StreamName.of("shelf", "1"))).toList())
                .as("still stored")
                .hasSize(1);
    }

    @Test
    void schema_level_a_renamed_kind_of_aggregate_goes_on_in_its_old_streams() {
        repository("cabinet").handle("7", new Reserve("p1"));
        repository("locker").handle("8", new Reserve("p2"));
        var boxes = repository("box", "locker", "cabinet");
        assertThat(boxes.load("7").state().parcel()).isEqualTo("p1");
        assertThat(boxes.update("8", new Collect()).stream())
                .isEqualTo(StreamName.of("locker", "8"));
        assertThat(boxes.save("9", new Reserve("p3")).stream())
                .isEqualTo(StreamName.of("box", "9"));
        assertThat(boxes.history("7").toList()).hasSize(1);
        assertThat(boxes.at("8", 1).state().parcel()).isEqualTo("p2");
    }
}
