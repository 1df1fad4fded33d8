package org.leftfold.framework.repository;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.leftfold.api.ConditionFailedException;
import org.leftfold.api.EventStore;
import org.leftfold.api.InMemoryEventStore;
import org.leftfold.api.Query;
import org.leftfold.api.QueryItem;
import org.leftfold.api.ReadRequest;
import org.leftfold.api.StreamName;
import org.leftfold.api.VersionConflictException;
import org.leftfold.framework.Leftfold;
import org.leftfold.framework.codec.EventCodec;
import org.leftfold.framework.codec.EventSchema;
import org.leftfold.framework.decide.Decider;
import org.leftfold.framework.lockers.LockerDecider;
import org.leftfold.framework.lockers.LockerDecider.LockerCommand;
import org.leftfold.framework.lockers.LockerDecider.LockerCommand.Collect;
import org.leftfold.framework.lockers.LockerDecider.LockerCommand.Label;
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

    /**
     * Others begin the thing under the older name while a command is decided for the first time.
     */
    private RepositoryBuilder<LockerCommand, LockerState, LockerEvent> overtakenByOlderProgram() {
        var older = repository("locker");
        boolean[] isOvertaken = {false};
        var rules = new LockerDecider();
        Decider<LockerCommand, LockerState, LockerEvent> decider =
                new Decider<>() {
                    @Override
                    public LockerState initialState() {
                        return rules.initialState();
                    }

                    @Override
                    public List<LockerEvent> decide(LockerCommand command, LockerState state) {
                        if (!isOvertaken[0]) {
                            isOvertaken[0] = true;
                            older.handle("7", new Label("by others"));
                        }
                        return rules.decide(command, state);
                    }

                    @Override
                    public LockerState evolve(LockerState state, LockerEvent event) {
                        return rules.evolve(state, event);
                    }
                };
        return Leftfold.on(store)
                .define("box", decider, EventSchema.of(LockerEvent.class))
                .formerly("locker")
                .waiting(longest -> {});
    }

    @Test
    void what_others_begin_under_an_older_name_meanwhile_is_gone_on_with() {
        var handled = overtakenByOlderProgram().build().handle("7", new Reserve("p1"));
        assertThat(handled.stream()).isEqualTo(StreamName.of("locker", "7"));
        assertThat(handled.version()).isEqualTo(2);
        assertThat(handled.state()).isEqualTo(new LockerState("p1", 1, "by others"));
    }

    @Test
    void what_others_begin_under_an_older_name_meanwhile_cannot_be_begun() {
        var boxes = overtakenByOlderProgram().build();
        assertThatThrownBy(() -> boxes.save("7", new Reserve("p1")))
                .isInstanceOf(VersionConflictException.class)
                .hasMessageContaining("locker-7");
        assertThat(store.head()).isEqualTo(1);
    }

    @Test
    void a_resolver_sees_what_others_began_under_an_older_name_meanwhile() {
        List<Long> missed = new ArrayList<>();
        var boxes =
                overtakenByOlderProgram()
                        .resolve(conflict -> {
                            conflict.missed().forEach(event -> missed.add(event.version()));
                            return new ConflictResolver.Resolution.Keep<>();
                        })
                        .build();
        assertThat(boxes.handle("7", new Reserve("p1")).version()).isEqualTo(2);
        assertThat(missed).containsExactly(1L);
    }

    @Test
    void what_others_begin_under_an_older_name_each_time_ends_as_a_conflict() {
        var boxes = overtakenByOlderProgram().retry(RetryPolicy.NONE).build();
        assertThatThrownBy(() -> boxes.handle("7", new Reserve("p1")))
                .isInstanceOf(ConditionFailedException.class);
    }
}
