package org.leftfold.jdbc.faults;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.UUID;
import org.leftfold.api.AdminAct;
import org.leftfold.api.Append;
import org.leftfold.api.AppendCondition;
import org.leftfold.api.EventId;
import org.leftfold.api.EventStore;
import org.leftfold.api.ExpectedVersion;
import org.leftfold.api.LeftfoldException;
import org.leftfold.api.NewEvent;
import org.leftfold.api.Query;
import org.leftfold.api.QueryItem;
import org.leftfold.api.ReadRequest;
import org.leftfold.api.RecordedEvent;
import org.leftfold.api.StoreAdmin;
import org.leftfold.api.StreamName;

/** Random scripts of calls, whose answers are texts that can be compared. */
final class Scripts {
    private static final UUID NAMESPACE = new UUID(5, 60);
    private static final AdminAct ACT = new AdminAct("tester", "a random script");
    private static final int STEPS = 24;

    private final SplittableRandom random;
    private final List<Append> made = new ArrayList<>();

    private Scripts(SplittableRandom random) {
        this.random = random;
    }

    /** One call: what it is, and what it does to a store. */
    record Step(String text, Call call) {
        /** What the store answers, errors as their type and code. */
        String play(EventStore store, StoreAdmin admin) {
            try {
                return call.on(store, admin);
            } catch (LeftfoldException e) {
                return e.getClass().getSimpleName() + " " + e.code();
            }
        }

        @Override
        public String toString() {
            return text;
        }
    }

    /** A call of a store. */
    interface Call {
        String on(EventStore store, StoreAdmin admin);
    }

    static List<Step> of(SplittableRandom random) {
        Scripts scripts = new Scripts(random);
        List<Step> steps = new ArrayList<>();
        for (int i = 0; i < STEPS; i++) {
            steps.add(scripts.step());
        }
        steps.add(read(ReadRequest.all()));
        return steps;
    }

    /** Appends in groups, as a writer finds them in its queue. */
    static List<List<Append>> groups(SplittableRandom random) {
        Scripts scripts = new Scripts(random);
        List<List<Append>> groups = new ArrayList<>();
        for (int i = 0; i < STEPS / 3; i++) {
            List<Append> group = new ArrayList<>();
            int count = 1 + random.nextInt(6);
            boolean plain = random.nextBoolean();
            while (group.size() < count) {
                Append append = scripts.anyAppend();
                if (!plain || isPlain(append)) {
                    group.add(append);
                }
            }
            groups.add(group);
        }
        return groups;
    }

    private Append anyAppend() {
        return switch (random.nextInt(6)) {
            case 0, 1 -> made.isEmpty() ? newAppend() : made.get(random.nextInt(made.size()));
            case 2 -> nearlyTheSame();
            default -> newAppend();
        };
    }

    /** Whether a group of such appends may be stored without looking first. */
    private static boolean isPlain(Append append) {
        return append.conditions().stream()
                        .flatMap(condition -> condition.query().items().stream())
                        .noneMatch(item -> item.tags().isEmpty())
                && append.writes().stream()
                        .noneMatch(
                                write -> write.expected() instanceof ExpectedVersion.StreamExists);
    }

    private Step step() {
        return switch (random.nextInt(12)) {
            case 0, 1, 2, 3 -> append(newAppend());
            case 4 -> append(made.isEmpty() ? newAppend() : made.get(random.nextInt(made.size())));
            case 5 -> append(nearlyTheSame());
            case 6, 7, 8 -> read(request());
            case 9 -> {
                StreamName stream = stream();
                yield new Step(
                        "version of " + stream,
                        (store, admin) -> store.version(stream) + " of " + store.head());
            }
            case 10 -> {
                StreamName stream = stream();
                long version = random.nextInt(6);
                yield new Step(
                        "truncate " + stream + " to " + version,
                        (store, admin) -> {
                            admin.truncate(stream, version, ACT);
                            return "truncated";
                        });
            }
            default -> removal();
        };
    }

    private Step removal() {
        if (random.nextInt(3) == 0) {
            return new Step(
                    "scavenge",
                    (store, admin) -> {
                        admin.scavenge(count -> {});
                        return "scavenged";
                    });
        }
        StreamName stream = stream();
        return new Step(
                "delete " + stream,
                (store, admin) -> {
                    admin.delete(stream, ACT);
                    return "deleted";
                });
    }

    private static Step append(Append append) {
        return new Step("append " + append, (store, admin) -> store.append(append).toString());
    }

    private static Step read(ReadRequest request) {
        return new Step(
                "read " + request,
                (store, admin) -> {
                    StringBuilder all = new StringBuilder();
                    for (RecordedEvent event : store.read(request).toList()) {
                        all.append(event).append(event.payload().asText()).append('\n');
                    }
                    return all.toString();
                });
    }

    private StreamName stream() {
        return new StreamName((random.nextInt(3) == 0 ? "b-" : "a-") + random.nextInt(3));
    }

    private ExpectedVersion expected() {
        return switch (random.nextInt(6)) {
            case 0 -> ExpectedVersion.noStream();
            case 1 -> ExpectedVersion.streamExists();
            case 2, 3 -> ExpectedVersion.exactly(random.nextInt(6));
            default -> ExpectedVersion.any();
        };
    }

    private NewEvent event() {
        NewEvent event =
                NewEvent.ofJson("T" + random.nextInt(3), "{\"n\":" + random.nextInt(3) + "}")
                        .withId(EventId.fromName(NAMESPACE, "e" + random.nextInt(40)))
                        .withTags("k:" + random.nextInt(3));
        return switch (random.nextInt(3)) {
            case 0 -> event.withTags("l:" + random.nextInt(2));
            case 1 -> event.withTags(rareTag());
            default -> event;
        };
    }

    /** A tag that often no event has. */
    private String rareTag() {
        return "rare:" + random.nextInt(30);
    }

    /** Events of one write have different ids, or the append could not even be made. */
    private List<NewEvent> events() {
        List<NewEvent> events = new ArrayList<>();
        int count = 1 + random.nextInt(3);
        while (events.size() < count) {
            NewEvent event = event();
            if (events.stream().noneMatch(other -> other.id().equals(event.id()))) {
                events.add(event);
            }
        }
        return events;
    }

    private Append newAppend() {
        StreamName first = stream();
        Append append = Append.to(first, expected(), events());
        StreamName second = stream();
        if (random.nextInt(3) == 0 && !second.equals(first)) {
            append = append.andTo(second, expected(), events());
        }
        if (random.nextInt(3) == 0) {
            long after = random.nextInt(12);
            append =
                    append.onlyIf(
                            random.nextInt(3) == 0
                                    ? AppendCondition.none("never", query())
                                    : AppendCondition.noneAfter("not since", query(), after));
        }
        made.add(append);
        return append;
    }

    /** Ids that may be known, in another stream, order or company. */
    private Append nearlyTheSame() {
        if (made.isEmpty()) {
            return newAppend();
        }
        List<NewEvent> events =
                new ArrayList<>(made.get(random.nextInt(made.size())).writes().getFirst().events());
        if (random.nextBoolean()) {
            events = new ArrayList<>(events.reversed());
        }
        if (events.size() > 1 && random.nextBoolean()) {
            events.removeFirst();
        }
        return Append.to(stream(), expected(), events);
    }

    private Query query() {
        return switch (random.nextInt(9)) {
            case 0 -> Query.stream(stream());
            case 1 -> Query.category(random.nextBoolean() ? "a" : "b");
            case 2 -> Query.types("T" + random.nextInt(3), "T9");
            case 3 -> Query.tags("k:" + random.nextInt(3));
            case 4 ->
                    Query.anyOf(
                            QueryItem.everything().andTypes("T0").andTags("k:1", "l:0"),
                            QueryItem.everything().andStreams(stream()).andTags("l:1"));
            case 5 -> Query.tags(rareTag());
            case 6 -> Query.tags("k:1", rareTag());
            case 7 ->
                    Query.anyOf(
                            QueryItem.everything().andTypes("T0").andTags(rareTag()),
                            QueryItem.everything().andStreams(stream()).andTags(rareTag(), "l:1"));
            default -> Query.all();
        };
    }

    private ReadRequest request() {
        ReadRequest request = ReadRequest.of(query());
        if (random.nextInt(3) == 0) {
            request = request.backward();
        }
        if (random.nextInt(3) == 0) {
            request = request.after(random.nextInt(15));
        }
        if (random.nextInt(3) == 0) {
            request = request.to(random.nextInt(25));
        }
        return random.nextInt(3) == 0 ? request.limit(1 + random.nextInt(6)) : request;
    }
}
