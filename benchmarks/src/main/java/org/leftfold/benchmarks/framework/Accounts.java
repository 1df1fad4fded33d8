package org.leftfold.benchmarks.framework;

import java.util.List;
import org.leftfold.framework.aggregate.Aggregate;
import org.leftfold.framework.aggregate.Command;
import org.leftfold.framework.aggregate.DispatchingAggregate;
import org.leftfold.framework.aggregate.Event;
import org.leftfold.framework.codec.EventName;
import org.leftfold.framework.decide.Decider;

/** The domain that is measured, in the three styles. */
final class Accounts {
    /** In every event that is stored or measured, so that the figures belong together. */
    static final String MEMO =
            "a memo of some length, as payments have one: invoice 2026-0017, thank you very much";

    private Accounts() {}

    /** What one wants of an account. */
    sealed interface AccountCommand extends Command {}

    record Deposit(long cents, String memo) implements AccountCommand {}

    record Withdraw(long cents, String memo) implements AccountCommand {}

    /** What happened to it. */
    sealed interface AccountEvent extends Event {}

    @EventName("deposited")
    record Deposited(long cents, String memo) implements AccountEvent {}

    @EventName("withdrawn")
    record Withdrawn(long cents, String memo) implements AccountEvent {}

    @EventName("renamed")
    record Renamed(String name) implements AccountEvent {}

    @EventName("frozen")
    record Frozen() implements AccountEvent {}

    /** What it is. */
    record Balance(long cents, long movements) {}

    /** Pure functions. */
    static final class AccountDecider implements Decider<AccountCommand, Balance, AccountEvent> {
        @Override
        public Balance initialState() {
            return new Balance(0, 0);
        }

        @Override
        public List<AccountEvent> decide(AccountCommand command, Balance balance) {
            return switch (command) {
                case Deposit deposit -> List.of(new Deposited(deposit.cents(), deposit.memo()));
                case Withdraw withdraw -> List.of(new Withdrawn(withdraw.cents(), withdraw.memo()));
            };
        }

        @Override
        public Balance evolve(Balance balance, AccountEvent event) {
            return switch (event) {
                case Deposited deposited ->
                        new Balance(balance.cents + deposited.cents(), balance.movements + 1);
                case Withdrawn withdrawn ->
                        new Balance(balance.cents - withdrawn.cents(), balance.movements + 1);
                case Renamed renamed -> balance;
                case Frozen frozen -> balance;
            };
        }
    }

    /** A switch over sealed types. */
    static final class SwitchingAccount extends Aggregate<AccountCommand, AccountEvent> {
        long cents;
        long movements;

        @Override
        public List<AccountEvent> process(AccountCommand command) {
            return switch (command) {
                case Deposit deposit -> List.of(new Deposited(deposit.cents(), deposit.memo()));
                case Withdraw withdraw -> List.of(new Withdrawn(withdraw.cents(), withdraw.memo()));
            };
        }

        @Override
        public void apply(AccountEvent event) {
            switch (event) {
                case Deposited deposited -> {
                    cents += deposited.cents();
                    movements++;
                }
                case Withdrawn withdrawn -> {
                    cents -= withdrawn.cents();
                    movements++;
                }
                case Renamed renamed -> movements += 2;
                case Frozen frozen -> movements += 3;
            }
        }
    }

    /** An overload for each. */
    static final class DispatchingAccount
            extends DispatchingAggregate<AccountCommand, AccountEvent> {
        long cents;
        long movements;

        List<AccountEvent> process(Deposit deposit) {
            return List.of(new Deposited(deposit.cents(), deposit.memo()));
        }

        List<AccountEvent> process(Withdraw withdraw) {
            return List.of(new Withdrawn(withdraw.cents(), withdraw.memo()));
        }

        void apply(Deposited deposited) {
            cents += deposited.cents();
            movements++;
        }

        void apply(Withdrawn withdrawn) {
            cents -= withdrawn.cents();
            movements++;
        }

        void apply(Renamed renamed) {
            movements += 2;
        }

        void apply(Frozen frozen) {
            movements += 3;
        }
    }
}
