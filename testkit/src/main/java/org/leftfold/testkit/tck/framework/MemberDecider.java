package org.leftfold.testkit.tck.framework;

import java.util.ArrayList;
import java.util.List;
import org.leftfold.framework.codec.EventName;
import org.leftfold.framework.decide.Decider;
import org.leftfold.testkit.tck.framework.MemberDecider.Member;
import org.leftfold.testkit.tck.framework.MemberDecider.MemberCommand;
import org.leftfold.testkit.tck.framework.MemberDecider.MemberEvent;

/** The members of a club: where they live, and how often they came. */
final class MemberDecider implements Decider<MemberCommand, Member, MemberEvent> {
    sealed interface MemberCommand {}

    record Rename(String name) implements MemberCommand {}

    record Move(String address) implements MemberCommand {}

    record RenameAndMove(String name, String address) implements MemberCommand {}

    record Visit() implements MemberCommand {}

    sealed interface MemberEvent {}

    @EventName("renamed")
    record Renamed(String name) implements MemberEvent {}

    @EventName("moved")
    record Moved(String address) implements MemberEvent {}

    /** The number of the visit: it shows whether another one was lost. */
    @EventName("visited")
    record Visited(int number) implements MemberEvent {}

    record Member(String name, String address, int visits) {}

    /** A refusal of this domain. */
    static final class MemberRefused extends IllegalStateException {
        private static final long serialVersionUID = 1L;

        MemberRefused(String text) {
            super(text);
        }
    }

    @Override
    public Member initialState() {
        return new Member("", "", 0);
    }

    @Override
    public List<MemberEvent> decide(MemberCommand command, Member state) {
        return switch (command) {
            case Rename rename when rename.name().isEmpty() ->
                    throw new MemberRefused("a member has a name");
            case Rename rename -> changes(state, rename.name(), state.address());
            case Move move -> changes(state, state.name(), move.address());
            case RenameAndMove both -> changes(state, both.name(), both.address());
            case Visit visit -> List.of(new Visited(state.visits() + 1));
        };
    }

    private static List<MemberEvent> changes(Member state, String name, String address) {
        List<MemberEvent> events = new ArrayList<>();
        if (!state.name().equals(name)) {
            events.add(new Renamed(name));
        }
        if (!state.address().equals(address)) {
            events.add(new Moved(address));
        }
        return events;
    }

    @Override
    public Member evolve(Member state, MemberEvent event) {
        return switch (event) {
            case Renamed renamed -> new Member(renamed.name(), state.address(), state.visits());
            case Moved moved -> new Member(state.name(), moved.address(), state.visits());
            case Visited visited -> new Member(state.name(), state.address(), visited.number());
        };
    }
}
