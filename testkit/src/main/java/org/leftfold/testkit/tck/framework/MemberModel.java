package org.leftfold.testkit.tck.framework;

import static org.leftfold.framework.repository.CommandOptions.none;
import static org.leftfold.framework.repository.CommandOptions.trigger;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.leftfold.framework.repository.CommandOptions;
import org.leftfold.framework.repository.Loaded;
import org.leftfold.framework.repository.Repository;
import org.leftfold.testkit.tck.framework.MemberDecider.Member;
import org.leftfold.testkit.tck.framework.MemberDecider.MemberCommand;
import org.leftfold.testkit.tck.framework.MemberDecider.MemberEvent;
import org.leftfold.testkit.tck.framework.MemberDecider.MemberRefused;
import org.leftfold.testkit.tck.framework.MemberDecider.Move;
import org.leftfold.testkit.tck.framework.MemberDecider.Rename;
import org.leftfold.testkit.tck.framework.MemberDecider.RenameAndMove;
import org.leftfold.testkit.tck.framework.MemberDecider.Visit;

/**
 * What members are, said once more without any event: lists of the states that each had. A script
 * is run on it and on a repository. Used by one thread.
 */
final class MemberModel {
    private static final int MEMBERS = 3;
    private static final List<String> NAMES = List.of("", "Anna", "Ben", "Cara");

    /**
     * A command for one of the members.
     *
     * @param message number of the message behind it; 0 for none
     */
    record Step(int member, MemberCommand command, int message) {
        static Step random(SplittableRandom random) {
            String name = NAMES.get(random.nextInt(NAMES.size()));
            String address = "street " + random.nextInt(3);
            MemberCommand command =
                    switch (random.nextInt(5)) {
                        case 0 -> new Rename(name);
                        case 1 -> new Move(address);
                        case 2 -> new RenameAndMove(name, address);
                        default -> new Visit();
                    };
            int message = random.nextInt(3) == 0 ? 1 + random.nextInt(8) : 0;
            return new Step(random.nextInt(MEMBERS), command, message);
        }
    }

    private final Repository<MemberCommand, Member, MemberEvent> repository;
    private final String prefix;
    private final List<List<Member>> states = new ArrayList<>();
    private final Set<Integer> handled = new HashSet<>();

    /** A model of members whose ids begin with {@code prefix}. */
    MemberModel(Repository<MemberCommand, Member, MemberEvent> repository, String prefix) {
        this.repository = repository;
        this.prefix = prefix;
        for (int member = 0; member < MEMBERS; member++) {
            states.add(new ArrayList<>(List.of(new Member("", "", 0))));
        }
    }

    /** Runs a script; gives the first difference, empty if there is none. */
    String run(List<Step> steps) {
        for (Step step : steps) {
            Loaded<Member> now = give(step);
            List<Member> expected = states.get(step.member);
            if (now.version() != expected.size() - 1 || !now.state().equals(expected.getLast())) {
                return "after %s: expected version %d, %s, came %s"
                        .formatted(step, expected.size() - 1, expected.getLast(), now);
            }
        }
        return compare(repository);
    }

    private Loaded<Member> give(Step step) {
        List<Member> of = states.get(step.member);
        boolean isNew = step.message == 0 || !handled.contains(step.message);
        List<Member> more = isNew ? after(of.getLast(), step.command) : List.of();
        boolean isRefused = isNew && step.command instanceof Rename r && r.name().isEmpty();
        if (!isRefused) {
            of.addAll(more);
            if (isNew && step.message > 0) {
                handled.add(step.message);
                if (more.isEmpty()) {
                    of.add(of.getLast()); // a pseudo event
                }
            }
        }
        String id = prefix + step.member;
        CommandOptions options =
                step.message == 0 ? none() : trigger("model", prefix + step.message);
        try {
            repository.handle(id, step.command, options);
        } catch (MemberRefused refused) {
            if (!isRefused) {
                throw refused;
            }
        }
        return repository.load(id);
    }

    /** The states that a command leads through. */
    private static List<Member> after(Member now, MemberCommand command) {
        List<Member> states = new ArrayList<>();
        String name = now.name();
        String address = now.address();
        if (command instanceof Visit) {
            states.add(new Member(name, address, now.visits() + 1));
        }
        if (command instanceof Rename rename) {
            name = rename.name();
        }
        if (command instanceof Move move) {
            address = move.address();
        }
        if (command instanceof RenameAndMove both) {
            name = both.name();
            address = both.address();
        }
        if (!name.equals(now.name())) {
            states.add(new Member(name, now.address(), now.visits()));
        }
        if (!address.equals(now.address())) {
            states.add(new Member(name, address, now.visits()));
        }
        return states;
    }

    /** Compares all states of all members; gives the first difference, empty if there is none. */
    String compare(Repository<MemberCommand, Member, MemberEvent> members) {
        for (int member = 0; member < MEMBERS; member++) {
            String id = prefix + member;
            List<Member> expected = states.get(member);
            for (int version = 0; version < expected.size(); version++) {
                Loaded<Member> at = members.at(id, version);
                if (at.version() != version || !at.state().equals(expected.get(version))) {
                    return "%s at version %d: expected %s, came %s"
                            .formatted(id, version, expected.get(version), at + " " + at.state());
                }
            }
            Loaded<Member> now = members.load(id);
            if (now.version() != expected.size() - 1 || !now.state().equals(expected.getLast())) {
                return "%s: expected version %d, %s, came %s"
                        .formatted(
                                id,
                                expected.size() - 1,
                                expected.getLast(),
                                now + " " + now.state());
            }
        }
        return "";
    }
}
