package org.leftfold.cli.demo;

import static org.leftfold.framework.repository.CommandOptions.by;

import org.leftfold.api.EventStore;
import org.leftfold.cli.demo.Vouchers.Buy;
import org.leftfold.cli.demo.Vouchers.Spend;
import org.leftfold.cli.demo.Vouchers.Voucher;
import org.leftfold.cli.demo.Vouchers.VoucherCommand;
import org.leftfold.cli.demo.Vouchers.VoucherEvent;
import org.leftfold.framework.Leftfold;
import org.leftfold.framework.repository.CommandOptions;
import org.leftfold.framework.repository.MessageId;
import org.leftfold.framework.repository.Repository;

/** The part of the demo with rules in code: commands, a refusal, a message twice, the past. */
final class DomainStory {
    private final Narrator say;

    DomainStory(Narrator say) {
        this.say = say;
    }

    void run(EventStore store) {
        Repository<VoucherCommand, Voucher, VoucherEvent> vouchers =
                Leftfold.on(store).repository("voucher", new Vouchers());
        say.chapter("Rules", "commands become events, or are refused by your own code");
        vouchers.save("7", new Buy(30), by("Max").because("birthday of Ada"));
        CommandOptions atTheBar = by("Ada").triggeredBy(new MessageId("bar", "order-1"));
        say.good("Ada spends 12: " + vouchers.update("7", new Spend(12), atTheBar).state());
        say.good(
                "the same message again: %s, nothing is stored"
                        .formatted(vouchers.update("7", new Spend(12), atTheBar).outcome()));
        try {
            vouchers.update("7", new Spend(20), by("Ada"));
        } catch (IllegalStateException refusal) {
            say.refused("Ada is refused: " + refusal.getMessage());
        }

        say.chapter("The past", "every state there was; who, why, from what to what");
        say.good("at version 1 it was " + vouchers.at("7", 1).state());
        vouchers.history("7")
                .forEach(entry ->
                        say.line(
                                "%d  %s  by %s  %s"
                                        .formatted(
                                                entry.version(),
                                                entry.event().stored().type(),
                                                entry.event().actor().orElse("?"),
                                                entry.changes())));
    }
}
