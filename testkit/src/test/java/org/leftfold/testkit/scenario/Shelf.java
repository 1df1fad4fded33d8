package org.leftfold.testkit.scenario;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.leftfold.framework.aggregate.Command;
import org.leftfold.framework.aggregate.DispatchingAggregate;
import org.leftfold.framework.aggregate.Event;
import org.leftfold.framework.codec.EventName;
import org.leftfold.testkit.scenario.Shelf.ShelfCommand;
import org.leftfold.testkit.scenario.Shelf.ShelfEvent;

/** A shelf with room for two books. */
class Shelf extends DispatchingAggregate<ShelfCommand, ShelfEvent> {
    sealed interface ShelfCommand extends Command {}

    record PutOn(String title) implements ShelfCommand {}

    record TakeOff(String title) implements ShelfCommand {}

    sealed interface ShelfEvent extends Event {}

    @EventName("put-on")
    record WasPutOn(String title) implements ShelfEvent {}

    @EventName("taken-off")
    record WasTakenOff(String title) implements ShelfEvent {}

    private final Set<String> titles = new TreeSet<>();

    Set<String> titles() {
        return titles;
    }

    List<ShelfEvent> process(PutOn command) {
        if (titles.contains(command.title())) {
            return List.of();
        }
        if (titles.size() == 2) {
            throw new IllegalStateException("the shelf is full");
        }
        return List.of(new WasPutOn(command.title()));
    }

    Optional<WasTakenOff> process(TakeOff command) {
        return titles.contains(command.title())
                ? Optional.of(new WasTakenOff(command.title()))
                : Optional.empty();
    }

    void apply(WasPutOn event) {
        titles.add(event.title());
    }

    void apply(WasTakenOff event) {
        titles.remove(event.title());
    }
}
