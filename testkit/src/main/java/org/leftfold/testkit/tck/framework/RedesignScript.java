package org.leftfold.testkit.tck.framework;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.leftfold.api.EventStore;
import org.leftfold.api.Events;
import org.leftfold.api.OutcomeUnknownException;
import org.leftfold.api.ReadRequest;
import org.leftfold.api.RecordedEvent;
import org.leftfold.api.StreamName;
import org.leftfold.framework.codec.DomainEvent;
import org.leftfold.framework.repository.Repository;
import org.leftfold.framework.transform.Draft;
import org.leftfold.framework.transform.Redesigned;
import org.leftfold.framework.transform.StreamFillingException;
import org.leftfold.framework.transform.StreamMark;
import org.leftfold.framework.transform.StreamRedesign;
import org.leftfold.framework.transform.StreamSealedException;
import org.leftfold.framework.transform.Transformation;
import org.leftfold.testkit.tck.framework.MemberDecider.Member;
import org.leftfold.testkit.tck.framework.MemberDecider.MemberCommand;
import org.leftfold.testkit.tck.framework.MemberDecider.MemberEvent;
import org.leftfold.testkit.tck.framework.MemberDecider.Move;
import org.leftfold.testkit.tck.framework.MemberDecider.Rename;
import org.leftfold.testkit.tck.framework.MemberDecider.Visit;

/**
 * A random split or merge of members that is killed again and again, while the members still get
 * commands; and a plain list of what has to come of it. For one thread.
 */
final class RedesignScript implements Transformation {
    private final long seed;
    private final SplittableRandom random;
    private final EventStore store;
    private final Repository<MemberCommand, Member, MemberEvent> members;
    private final List<String> ids;
    private final int successors;
    private int refusedWhileFilling;

    RedesignScript(
            long seed, EventStore store, Repository<MemberCommand, Member, MemberEvent> members) {
        this.seed = seed;
        this.random = new SplittableRandom(seed);
        this.store = store;
        this.members = members;
        this.ids = IntStream.rangeClosed(0, random.nextInt(3)).mapToObj(i -> "old" + i).toList();
        this.successors = 1 + random.nextInt(4);
    }

    private StreamName stream(String id) {
        return Members.stream(id + "." + seed);
    }

    @Override
    public List<Draft> apply(RecordedEvent stored) {
        SplittableRandom chance = new SplittableRandom(seed * 1_000_003 + stored.position());
        List<Draft> drafts = new ArrayList<>();
        for (int i = chance.nextInt(6) == 0 ? 2 : 1; i > 0; i--) {
            drafts.add(Draft.of(stored).into(stream("new" + chance.nextInt(successors))));
        }
        return drafts;
    }

    void run() {
        for (int i = 0; i < 30; i++) {
            for (String id : ids) {
                command(id + "." + seed);
            }
        }
        Redesigned result = null;
        for (int most = 2; result == null; most++) {
            try {
                result =
                        new StreamRedesign(new CutStore(store, random, most), RedesignTck.ACT)
                                .inPortionsAbove(1 + random.nextInt(120))
                                .reshape(ids.stream().map(this::stream).toList(), this);
            } catch (OutcomeUnknownException e) {
                betweenKills();
            }
        }
        check(result);
    }

    private void command(String id) {
        members.handle(
                id,
                switch (random.nextInt(3)) {
                    case 0 -> new Rename("name" + random.nextInt(100));
                    case 1 -> new Move("address" + random.nextInt(100));
                    default -> new Visit();
                });
    }

    /** Those that are not whole refuse, and the old ones go on, unless they are sealed by now. */
    private void betweenKills() {
        boolean isSealed = false;
        for (String id : ids) {
            try {
                command(id + "." + seed);
            } catch (StreamSealedException e) {
                isSealed = true;
            }
        }
        for (int i = 0; i < successors && !isSealed; i++) {
            String id = "new" + i + "." + seed;
            if (store.version(Members.stream(id)) > 0) {
                refusedWhileFilling++;
                assertThrows(
                        StreamFillingException.class,
                        () -> members.handle(id, new Visit()),
                        "seed " + seed);
            }
        }
    }

    int refusedWhileFilling() {
        return refusedWhileFilling;
    }

    private void check(Redesigned result) {
        Map<StreamName, List<String>> expected = new TreeMap<>();
        Map<StreamName, Member> states = new TreeMap<>();
        Set<StreamName> order = new LinkedHashSet<>();
        List<StreamName> old = ids.stream().map(this::stream).toList();
        try (Events events = store.read(ReadRequest.all())) {
            for (RecordedEvent stored : events) {
                if (!old.contains(stored.stream()) || StreamMark.of(stored).isPresent()) {
                    continue;
                }
                for (Draft draft : apply(stored)) {
                    order.add(draft.stream());
                    expected.computeIfAbsent(draft.stream(), name -> new ArrayList<>())
                            .add(line(stored));
                    Member state = states.getOrDefault(draft.stream(), new Member("", "", 0));
                    for (DomainEvent<MemberEvent> event : members.codec().decode(stored)) {
                        state = members.decider().evolve(state, event.event());
                    }
                    states.put(draft.stream(), state);
                }
            }
        }
        assertEquals(List.copyOf(order), result.successors(), "seed " + seed);
        for (StreamName successor : order) {
            List<String> lines = new ArrayList<>();
            try (Events events = store.read(ReadRequest.stream(successor))) {
                for (RecordedEvent event : events) {
                    if (StreamMark.of(event).isEmpty()) {
                        lines.add(line(event));
                    }
                }
            }
            assertEquals(expected.get(successor), lines, "seed " + seed + ", " + successor);
            assertEquals(
                    states.get(successor),
                    members.load(successor.id()).state(),
                    "seed " + seed + ", " + successor);
            members.handle(successor.id(), new Visit());
        }
        for (StreamName stream : old) {
            StreamSealedException sealed =
                    assertThrows(
                            StreamSealedException.class,
                            () -> members.handle(stream.id(), new Visit()),
                            "seed " + seed);
            assertEquals(result.successors(), sealed.successors(), "seed " + seed);
        }
    }

    private static String line(RecordedEvent event) {
        return event.type() + " " + event.payload().asText();
    }
}
