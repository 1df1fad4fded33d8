package org.leftfold.cli.demo;

import java.util.List;
import org.leftfold.framework.codec.EventName;
import org.leftfold.framework.decide.Decider;

/** The vouchers of the cinema: bought with some money, and spent little by little. */
final class Vouchers
        implements Decider<Vouchers.VoucherCommand, Vouchers.Voucher, Vouchers.VoucherEvent> {
    /** What one wants. */
    sealed interface VoucherCommand {}

    record Buy(int euros) implements VoucherCommand {}

    record Spend(int euros) implements VoucherCommand {}

    /** What happened. */
    sealed interface VoucherEvent {
        @EventName("voucher-bought")
        record Bought(int euros) implements VoucherEvent {}

        @EventName("voucher-spent")
        record Spent(int euros) implements VoucherEvent {}
    }

    /** What is left of one. */
    record Voucher(int euros) {}

    @Override
    public Voucher initialState() {
        return new Voucher(0);
    }

    @Override
    public List<VoucherEvent> decide(VoucherCommand command, Voucher voucher) {
        return switch (command) {
            case Buy buy -> List.of(new VoucherEvent.Bought(buy.euros()));
            case Spend spend when spend.euros() > voucher.euros() ->
                    throw new IllegalStateException(
                            "%d euros are left, not %d".formatted(voucher.euros(), spend.euros()));
            case Spend spend -> List.of(new VoucherEvent.Spent(spend.euros()));
        };
    }

    @Override
    public Voucher evolve(Voucher voucher, VoucherEvent event) {
        return switch (event) {
            case VoucherEvent.Bought bought -> new Voucher(voucher.euros() + bought.euros());
            case VoucherEvent.Spent spent -> new Voucher(voucher.euros() - spent.euros());
        };
    }
}
