package org.leftfold.framework.lockers;

import java.util.List;
import org.leftfold.framework.codec.EventName;
import org.leftfold.framework.codec.Tagged;
import org.leftfold.framework.decide.Decider;
import org.leftfold.framework.lockers.LockerDecider.LockerCommand;
import org.leftfold.framework.lockers.LockerDecider.LockerEvent;
import org.leftfold.framework.lockers.LockerDecider.LockerState;

/** Parcel lockers: each holds one parcel at a time, and counts those it held. */
public final class LockerDecider implements Decider<LockerCommand, LockerState, LockerEvent> {
    /** What one wants of a locker. */
    public sealed interface LockerCommand {
        /** Holds it for a parcel. */
        record Reserve(String parcel) implements LockerCommand {}

        /** The parcel was taken out. */
        record Collect() implements LockerCommand {}

        /** Names the place where it stands. */
        record Label(String text) implements LockerCommand {}
    }

    /** What happened to a locker. */
    public sealed interface LockerEvent {
        /** It is held for a parcel. */
        @EventName("reserved")
        record Reserved(@Tagged String parcel) implements LockerEvent {}

        /** The parcel was taken out. */
        @EventName("collected")
        record Collected(@Tagged String parcel) implements LockerEvent {}

        /** The place where it stands has this name. */
        @EventName("labelled")
        record Labelled(String text) implements LockerEvent {}
    }

    /**
     * What a locker is.
     *
     * @param parcel what it holds, empty for nothing
     * @param count how many parcels it was given
     * @param label where it stands
     */
    public record LockerState(String parcel, int count, String label) {}

    /** A refusal of this domain. */
    public static final class LockerRefused extends IllegalStateException {
        private static final long serialVersionUID = 1;

        LockerRefused(String text) {
            super(text);
        }
    }

    @Override
    public LockerState initialState() {
        return new LockerState("", 0, "");
    }

    @Override
    public List<LockerEvent> decide(LockerCommand command, LockerState state) {
        return switch (command) {
            case LockerCommand.Reserve reserve -> {
                if (state.parcel().equals(reserve.parcel())) {
                    yield List.of();
                }
                if (!state.parcel().isEmpty()) {
                    throw new LockerRefused("held for parcel " + state.parcel());
                }
                yield List.of(new LockerEvent.Reserved(reserve.parcel()));
            }
            case LockerCommand.Collect collect ->
                    state.parcel().isEmpty()
                            ? List.of()
                            : List.of(new LockerEvent.Collected(state.parcel()));
            case LockerCommand.Label label -> List.of(new LockerEvent.Labelled(label.text()));
        };
    }

    @Override
    public LockerState evolve(LockerState state, LockerEvent event) {
        return switch (event) {
            case LockerEvent.Reserved reserved ->
                    new LockerState(reserved.parcel(), state.count() + 1, state.label());
            case LockerEvent.Collected collected ->
                    new LockerState("", state.count(), state.label());
            case LockerEvent.Labelled labelled ->
                    new LockerState(state.parcel(), state.count(), labelled.text());
        };
    }
}
