package org.leftfold.framework.repository;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import org.junit.jupiter.api.Test;
import org.leftfold.api.EventStore;
import org.leftfold.api.InMemoryEventStore;
import org.leftfold.api.StreamName;
import org.leftfold.api.spi.InMemorySnapshotStore;
import org.leftfold.framework.Leftfold;
import org.leftfold.framework.codec.EventName;
import org.leftfold.framework.decide.Decider;
import org.leftfold.framework.snapshot.SnapshotPolicy;

/** A program whose class of states has changed does not misread the snapshots of the one before. */
class ChangedStateTest {
    @EventName("paid")
    record Paid(int won, String by) {}

    /** Pays what it is told. */
    abstract static class Paying<S> implements Decider<Integer, S, Paid> {
        private final S initial;
        private final BiFunction<S, Paid, S> evolve;

        Paying(S initial, BiFunction<S, Paid, S> evolve) {
            this.initial = initial;
            this.evolve = evolve;
        }

        @Override
        public S initialState() {
            return initial;
        }

        @Override
        public List<Paid> decide(Integer won, S state) {
            return List.of(new Paid(won, "kim"));
        }

        @Override
        public S evolve(S state, Paid event) {
            return evolve.apply(state, event);
        }
    }

    record Account(int won, Last last) {}

    record Last(String by) {}

    static final class Accounts extends Paying<Account> {
        Accounts() {
            super(
                    new Account(0, new Last("")),
                    (state, event) -> new Account(state.won + event.won(), new Last(event.by())));
        }
    }

    /** The same fields, in classes of other names. */
    record Purse(Latest last, int won) {}

    record Latest(String by) {}

    static final class Purses extends Paying<Purse> {
        Purses() {
            super(
                    new Purse(new Latest(""), 0),
                    (state, event) -> new Purse(new Latest(event.by()), state.won + event.won()));
        }
    }

    record Renamed(int balance, Last last) {}

    static final class Renaming extends Paying<Renamed> {
        Renaming() {
            super(
                    new Renamed(0, new Last("")),
                    (state, event) ->
                            new Renamed(state.balance + event.won(), new Last(event.by())));
        }
    }

    record Counting(int won, Last last, int payments) {}

    static final class Added extends Paying<Counting> {
        Added() {
            super(
                    new Counting(0, new Last(""), 0),
                    (state, event) ->
                            new Counting(
                                    state.won + event.won(),
                                    new Last(event.by()),
                                    state.payments + 1));
        }
    }

    record Deep(int won, Payer last) {}

    record Payer(String name) {}

    static final class Deeper extends Paying<Deep> {
        Deeper() {
            super(
                    new Deep(0, new Payer("")),
                    (state, event) -> new Deep(state.won + event.won(), new Payer(event.by())));
        }
    }

    record Listed(int won, Optional<Last> last) {}

    static final class Listing extends Paying<Listed> {
        Listing() {
            super(
                    new Listed(0, Optional.empty()),
                    (state, event) ->
                            new Listed(state.won + event.won(), Optional.of(new Last(event.by()))));
        }
    }

    private final EventStore store = InMemoryEventStore.open();
    private final InMemorySnapshotStore snapshots = new InMemorySnapshotStore();
    private final List<Long> skipped = new ArrayList<>();

    private <S> RepositoryBuilder<Integer, S, Paid> define(Paying<S> rules) {
        return Leftfold.on(store)
                .define("account", rules)
                .listener(
                        new RepositoryListener() {
                            @Override
                            public void skipped(
                                    StreamName stream, long version, RuntimeException cause) {
                                skipped.add(version);
                            }
                        });
    }

    private <S> S throughSnapshots(Paying<S> rules) {
        skipped.clear();
        return define(rules).snapshots(snapshots, SnapshotPolicy.never()).build().load("1").state();
    }

    @Test
    void snapshots_of_states_with_other_fields_are_skipped() {
        var accounts = define(new Accounts()).snapshots(snapshots, SnapshotPolicy.every(2)).build();
        for (int i = 1; i <= 3; i++) {
            accounts.handle("1", i);
        }
        for (Paying<?> changed :
                List.of(new Renaming(), new Added(), new Deeper(), new Listing())) {
            assertThat(throughSnapshots(changed))
                    .isEqualTo(define(changed).build().load("1").state());
            assertThat(skipped).as("%s", changed.getClass()).contains(2L);
        }
        assertThat(throughSnapshots(new Purses())).isEqualTo(new Purse(new Latest("kim"), 6));
        assertThat(skipped).as("other names of classes").isEmpty();
        store.close();
    }
}
