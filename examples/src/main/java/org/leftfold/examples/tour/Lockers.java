package org.leftfold.examples.tour;

// @start region="imports"
import static org.leftfold.framework.repository.CommandOptions.by;
import static org.leftfold.framework.repository.CommandOptions.trigger;

import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.leftfold.api.EventStore;
import org.leftfold.engine.EmbeddedEventStore;
import org.leftfold.framework.Leftfold;
import org.leftfold.framework.codec.EventName;
import org.leftfold.framework.codec.Tagged;
import org.leftfold.framework.decide.Decider;
import org.leftfold.framework.repository.Repository;

// @end

/**
 * The five-minute tour. The regions between {@code @start} and {@code @end} stand in {@code
 * README.md} word for word; a test compares them.
 */
// @start region="events"
public final class Lockers {
    sealed interface LockerEvent {
        @EventName("parcel-stored")
        record ParcelStored(@Tagged String parcel) implements LockerEvent {}

        @EventName("parcel-collected")
        record ParcelCollected(@Tagged String parcel) implements LockerEvent {}
    }

    sealed interface LockerCommand {
        record Store(String parcel) implements LockerCommand {}

        record Collect(String parcel) implements LockerCommand {}
    }

    record Locker(String parcel, int count) {} // what it holds, how many it ever held

    // @end

    // @start region="decider"
    static final class LockerDecider implements Decider<LockerCommand, Locker, LockerEvent> {
        @Override
        public Locker initialState() {
            return new Locker("", 0);
        }

        @Override
        public List<LockerEvent> decide(LockerCommand command, Locker locker) {
            return switch (command) {
                case LockerCommand.Store store when locker.parcel().isEmpty() ->
                        List.of(new LockerEvent.ParcelStored(store.parcel()));
                case LockerCommand.Store store ->
                        throw new IllegalStateException("it holds " + locker.parcel());
                case LockerCommand.Collect collect when locker.parcel().equals(collect.parcel()) ->
                        List.of(new LockerEvent.ParcelCollected(collect.parcel()));
                case LockerCommand.Collect collect -> List.of(); // it is gone already
            };
        }

        @Override
        public Locker evolve(Locker locker, LockerEvent event) {
            return switch (event) {
                case LockerEvent.ParcelStored stored ->
                        new Locker(stored.parcel(), locker.count() + 1);
                case LockerEvent.ParcelCollected collected -> new Locker("", locker.count());
            };
        }
    }

    // @end

    // @start region="main"
    public static void main(String[] args) {
        try (EventStore store = EmbeddedEventStore.open(Path.of("lockers"))) {
            run(store, System.out::println);
        }
    }

    static void run(EventStore store, Consumer<String> say) {
        Repository<LockerCommand, Locker, LockerEvent> lockers =
                Leftfold.on(store).repository("locker", new LockerDecider());

        lockers.handle("L7", new LockerCommand.Store("p1"), by("anna").because("delivery"));
        lockers.handle("L7", new LockerCommand.Collect("p1"), by("bert"));
        say.accept("now:  " + lockers.load("L7").state());
        say.accept("then: " + lockers.at("L7", 1).state()); // as of version 1, or of a time

        var message = trigger("courier", "message-17"); // comes twice, is handled once
        say.accept(lockers.handle("L7", new LockerCommand.Store("p2"), message).outcome().name());
        say.accept(lockers.handle("L7", new LockerCommand.Store("p2"), message).outcome().name());
        try {
            lockers.handle("L7", new LockerCommand.Store("p3"));
        } catch (IllegalStateException refused) { // as the decider threw it; nothing was stored
            say.accept("refused: " + refused.getMessage());
        }

        lockers.history("L7")
                .forEach(entry -> say.accept("%d %s".formatted(entry.version(), entry.changes())));
    }
}
// @end
