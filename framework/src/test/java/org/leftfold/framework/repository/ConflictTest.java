package org.leftfold.framework.repository;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.leftfold.framework.repository.CommandOptions.none;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.leftfold.api.EventStore;
import org.leftfold.api.InMemoryEventStore;
import org.leftfold.api.ReadRequest;
import org.leftfold.api.VersionConflictException;
import org.leftfold.framework.Leftfold;
import org.leftfold.framework.codec.EventCodec;
import org.leftfold.framework.codec.EventName;
import org.leftfold.framework.codec.PseudoEvent;
import org.leftfold.framework.lockers.LockerDecider;
import org.leftfold.framework.lockers.LockerDecider.LockerCommand;
import org.leftfold.framework.lockers.LockerDecider.LockerCommand.Collect;
import org.leftfold.framework.lockers.LockerDecider.LockerCommand.Label;
import org.leftfold.framework.lockers.LockerDecider.LockerCommand.Reserve;
import org.leftfold.framework.lockers.LockerDecider.LockerEvent;
import org.leftfold.framework.lockers.LockerDecider.LockerEvent.Labelled;
import org.leftfold.framework.lockers.LockerDecider.LockerEvent.Reserved;
import org.leftfold.framework.lockers.LockerDecider.LockerState;
import org.leftfold.framework.repository.ConflictResolver.Resolution;

class ConflictTest {
    private final EventStore store = InMemoryEventStore.open();
    private final List<Duration> waits = new ArrayList<>();
    private final Repository<LockerCommand, LockerState, LockerEvent> others =
            Leftfold.on(store).repository("locker", new LockerDecider());

    @AfterEach
    void close() {
        store.close();
    }

    /** Another writer comes in between each decision and its append, so many times. */
    private final class Overtaken extends ForwardingDecider {
        private int times;
        private int decisions;

        Overtaken(int times) {
            this.times = times;
        }

        @Override
        public List<LockerEvent> decide(LockerCommand command, LockerState state) {
            decisions++;
            if (times-- > 0) {
                others.handle("L7", new Label("by others " + times));
            }
            return super.decide(command, state);
        }
    }

    /** A decider like that of the lockers. */
    private static class ForwardingDecider
            implements org.leftfold.framework.decide.Decider<
                    LockerCommand, LockerState, LockerEvent> {
        private final LockerDecider lockers = new LockerDecider();

        @Override
        public LockerState initialState() {
            return lockers.initialState();
        }

        @Override
        public List<LockerEvent> decide(LockerCommand command, LockerState state) {
            return lockers.decide(command, state);
        }

        @Override
        public LockerState evolve(LockerState state, LockerEvent event) {
            return lockers.evolve(state, event);
        }
    }

    private RepositoryBuilder<LockerCommand, LockerState, LockerEvent> define(Overtaken decider) {
        return Leftfold.on(store).define("locker", decider).waiting(waits::add);
    }

    @Test
    void a_command_that_was_overtaken_is_decided_again_on_fresh_state() {
        Overtaken decider = new Overtaken(3);
        var handled = define(decider).build().handle("L7", new Reserve("p1"));
        assertThat(decider.decisions).isEqualTo(4);
        assertThat(handled.version()).isEqualTo(4);
        assertThat(handled.state()).isEqualTo(new LockerState("p1", 1, "by others 0"));
        assertThat(waits)
                .containsExactly(Duration.ofMillis(1), Duration.ofMillis(2), Duration.ofMillis(4));
    }

    @Test
    void when_the_attempts_are_used_up_the_conflict_goes_to_the_caller() {
        Overtaken decider = new Overtaken(100);
        var lockers =
                define(decider)
                        .retry(new RetryPolicy(5, Duration.ofMillis(1), Duration.ofMillis(3)))
                        .build();
        assertThatThrownBy(() -> lockers.handle("L7", new Reserve("p1")))
                .isInstanceOf(VersionConflictException.class);
        assertThat(decider.decisions).isEqualTo(5);
        assertThat(waits).extracting(Duration::toMillis).containsExactly(1L, 2L, 3L, 3L);
        assertThat(others.load("L7").state().parcel()).isEmpty();
    }

    @Test
    void a_resolver_sees_precisely_the_missed_events_and_may_keep_what_was_attempted() {
        others.handle("L7", new Label("first"));
        List<Conflict<LockerCommand, LockerState, LockerEvent>> seen = new ArrayList<>();
        Overtaken decider = new Overtaken(1);
        var lockers =
                define(decider)
                        .resolve(conflict -> {
                            seen.add(conflict);
                            return new Resolution.Keep<>();
                        })
                        .build();
        var handled = lockers.handle("L7", new Reserve("p1"));
        assertThat(decider.decisions).isEqualTo(1);
        assertThat(handled.version()).isEqualTo(3);
        assertThat(seen).hasSize(1);
        assertThat(seen.getFirst().decidedVersion()).isEqualTo(1);
        assertThat(seen.getFirst().attempted()).containsExactly(new Reserved("p1"));
        assertThat(seen.getFirst().missed())
                .extracting(missed -> missed.version() + " " + missed.event())
                .containsExactly("2 " + new Labelled("by others 0"));
        assertThat(seen.getFirst().state().label()).isEqualTo("by others 0");
    }

    @Test
    void a_resolver_may_replace_refuse_or_let_decide_again() {
        var replacing =
                define(new Overtaken(1))
                        .resolve(c -> new Resolution.Replace<>(List.of(new Labelled("merged"))))
                        .build();
        assertThat(replacing.handle("L7", new Label("mine")).state().label()).isEqualTo("merged");
        var refusing = define(new Overtaken(1)).resolve(c -> new Resolution.Refuse<>()).build();
        assertThatThrownBy(() -> refusing.handle("L7", new Label("mine")))
                .isInstanceOf(VersionConflictException.class);
        Overtaken decider = new Overtaken(2);
        var again = define(decider).resolve(c -> new Resolution.DecideAgain<>()).build();
        assertThat(again.handle("L7", new Reserve("p1")).state().parcel()).isEqualTo("p1");
        assertThat(decider.decisions).isEqualTo(3);
    }

    @Test
    void a_resolver_settles_what_was_decided_on_an_old_version() {
        others.handle("L7", new Reserve("p1"));
        others.handle("L7", new Label("hall"));
        List<Long> missed = new ArrayList<>();
        var lockers =
                define(new Overtaken(0))
                        .resolve(conflict -> {
                            conflict.missed().forEach(event -> missed.add(event.version()));
                            return new Resolution.Keep<>();
                        })
                        .build();
        var handled = lockers.handle("L7", new Collect(), none().expecting(1));
        assertThat(missed).containsExactly(2L);
        assertThat(handled.state()).isEqualTo(new LockerState("", 1, "hall"));
    }

    /** A note to somebody else. */
    @EventName("note")
    record Note(String text) implements PseudoEvent {}

    @Test
    void an_interceptor_adds_events_and_turns_a_refusal_into_events() {
        var lockers =
                Leftfold.on(store)
                        .define("locker", new LockerDecider())
                        .intercept(
                                new CommandInterceptor<>() {
                                    @Override
                                    public List<?> more(
                                            Decision<LockerCommand, LockerState, LockerEvent>
                                                    decision) {
                                        return List.of(
                                                new Labelled("was " + decision.events().size()),
                                                new Note("done"));
                                    }

                                    @Override
                                    public Optional<List<?>> refused(
                                            Decision<LockerCommand, LockerState, LockerEvent>
                                                    decision,
                                            Exception refusal) {
                                        return Optional.of(List.of(new Note(refusal.getMessage())));
                                    }
                                })
                        .build();
        var first = lockers.handle("L7", new Reserve("p1"));
        assertThat(first.events()).containsExactly(new Reserved("p1"), new Labelled("was 1"));
        assertThat(first.version()).isEqualTo(3);
        var refused = lockers.handle("L7", new Reserve("p2"));
        assertThat(refused.events()).containsExactly(new Labelled("was 0"));
        assertThat(store.read(ReadRequest.all()).toList())
                .extracting(event -> event.type() + " " + event.payload().asText())
                .containsExactly(
                        "reserved {\"parcel\":\"p1\"}",
                        "labelled {\"text\":\"was 1\"}",
                        "leftfold.note {\"text\":\"done\"}",
                        "labelled {\"text\":\"was 0\"}",
                        "leftfold.note {\"text\":\"held for parcel p1\"}",
                        "leftfold.note {\"text\":\"done\"}");
        assertThat(store.read(ReadRequest.all()).toList())
                .filteredOn(EventCodec::isPseudo)
                .hasSize(3);
        assertThat(lockers.load("L7").version()).isEqualTo(6);
    }
}
