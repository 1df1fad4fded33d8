package org.leftfold.framework.transform;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.leftfold.api.AdminAct;
import org.leftfold.api.Append;
import org.leftfold.api.EventStore;
import org.leftfold.api.Events;
import org.leftfold.api.ExpectedVersion;
import org.leftfold.api.InvalidRequestException;
import org.leftfold.api.NewEvent;
import org.leftfold.api.Query;
import org.leftfold.api.QueryItem;
import org.leftfold.api.ReadRequest;
import org.leftfold.api.RecordedEvent;
import org.leftfold.api.StreamName;
import org.leftfold.api.StreamWrite;
import org.leftfold.api.VersionConflictException;
import org.leftfold.api.shard.ShardedEventStore;

/**
 * One split or merge. Always true:
 *
 * <ul>
 *   <li>I1 a stream is sealed by the append that completes its successors, and by no other;
 *   <li>I2 a successor that is not complete has the mark that it is being filled, and no mark
 *       behind it that it was.
 * </ul>
 *
 * For one thread.
 */
final class RedesignRun {
    /** Half of what an append can take; the other half is for marks, seals and large events. */
    static final int MAX_EVENTS = 2000;

    /** Marks and seals of two hundred streams with the longest names take ten times 1 MiB more. */
    private static final long MAX_BYTES = 4L << 20;

    /** Others that append to the streams all the time are let go first so often. */
    private static final int MAX_ATTEMPTS = 50;

    private final EventStore store;
    private final AdminAct act;
    private final List<StreamName> from;
    private final Outputs outputs;
    private final int maxEvents;
    private boolean isChecked;

    RedesignRun(
            EventStore store,
            AdminAct act,
            List<StreamName> from,
            Transformation rule,
            int maxEvents) {
        this.store = store;
        this.act = act;
        this.from = from.stream().sorted().toList();
        this.outputs = new Outputs(Outputs.identityOf(store), rule);
        this.maxEvents = maxEvents;
        if (from.isEmpty() || from.size() > StreamRedesign.MAX_STREAMS) {
            throw TransformErrors.redesign(
                    "they are %d, and 1 to %d can be"
                            .formatted(from.size(), StreamRedesign.MAX_STREAMS));
        }
        if (new HashSet<>(from).size() < from.size()) {
            throw TransformErrors.redesign("one of them stands twice");
        }
    }

    Redesigned run() {
        for (int attempt = 1; ; attempt++) {
            Optional<Redesigned> before = endedBefore();
            if (before.isPresent()) {
                return before.get();
            }
            try {
                Optional<Redesigned> now = attempt();
                if (now.isPresent()) {
                    return now.get();
                }
            } catch (VersionConflictException conflict) {
                if (attempt >= MAX_ATTEMPTS) {
                    throw conflict;
                }
            } catch (InvalidRequestException refusal) {
                return endedBefore().orElseThrow(() -> refusal); // another run may have done it
            }
        }
    }

    /** What the seals say, if all streams were sealed by just this. */
    private Optional<Redesigned> endedBefore() {
        StreamMark first = null;
        for (StreamName stream : from) {
            StreamMark seal = sealOf(stream);
            if (seal != null && !seal.from().equals(from)) {
                throw TransformErrors.redesign(
                        "stream '%s' was sealed when %s became %s"
                                .formatted(stream, seal.from(), seal.successors()));
            }
            first = seal == null ? first : seal;
        }
        if (first == null) {
            return Optional.empty();
        }
        Plan plan = new Plan();
        visit(plan, output -> {});
        if (!first.successors().containsAll(plan.successors)) {
            throw TransformErrors.redesign(
                    "%s became %s before, and would become %s now"
                            .formatted(from, first.successors(), plan.successors));
        }
        return Optional.of(new Redesigned(from, first.successors(), 0, true));
    }

    /** Compares what the successors have with what becomes of the old streams; changes nothing. */
    Verification verify() {
        Plan plan = new Plan();
        SuccessorCheck check = new SuccessorCheck(store, outputs);
        visit(plan, check::expect);
        Set<StreamName> all = new LinkedHashSet<>(plan.successors);
        for (StreamName stream : from) {
            StreamMark seal = sealOf(stream);
            if (seal == null) {
                throw TransformErrors.redesign("stream '%s' was not sealed".formatted(stream));
            }
            all.addAll(seal.successors());
        }
        return check.report(plan.upTo, plan.read, all);
    }

    private @Nullable StreamMark sealOf(StreamName stream) {
        ReadRequest seals =
                ReadRequest.of(
                        Query.anyOf(
                                QueryItem.everything()
                                        .andStreams(stream)
                                        .andTypes(StreamMark.Kind.SEALED.type().value())));
        try (Events events = store.read(seals.backward().limit(1))) {
            return events.hasNext() ? StreamMark.of(events.next()).orElseThrow() : null;
        }
    }

    /** Does all of it; empty if so much came meanwhile that there is more to copy. */
    private Optional<Redesigned> attempt() {
        Plan plan = plan();
        requireOneShard(plan);
        Set<StreamName> begun = begun(plan);
        if (begun.isEmpty() && plan.fits()) {
            return finish(begun);
        }
        if (!begun.isEmpty() && !isChecked) {
            requireSameSoFar(begun); // nothing is added to what another rule made
        }
        isChecked = true;
        begin(plan, begun);
        copyPortions(plan.successors);
        return finish(plan.successors);
    }

    /** What is to be done, without the events. */
    private final class Plan {
        final Map<StreamName, Long> versions = new LinkedHashMap<>(); // of the old streams
        final Set<StreamName> successors = new LinkedHashSet<>();
        long events;
        long bytes;
        long read; // of the old streams
        long upTo; // the position of the last one

        boolean fits() {
            return events <= maxEvents && bytes <= MAX_BYTES;
        }

        void add(Output output) {
            if (from.contains(output.stream())) {
                throw TransformErrors.redesign(
                        "events of '%s' would stay there, which is sealed then"
                                .formatted(output.stream()));
            }
            successors.add(output.stream());
            if (successors.size() > StreamRedesign.MAX_STREAMS) {
                throw TransformErrors.redesign(
                        "they become more than %d streams".formatted(StreamRedesign.MAX_STREAMS));
            }
            events++;
            bytes += output.event().sizeBytes();
        }
    }

    private Plan plan() {
        Plan plan = new Plan();
        visit(plan, output -> {});
        if (plan.successors.isEmpty()) {
            throw TransformErrors.redesign("none of their events goes on");
        }
        return plan;
    }

    /**
     * Visits the outputs of the old streams in the order of positions, and notes how many there are
     * and up to which versions. Marks are about the stream that they are in, and do not go on.
     */
    private void visit(Plan plan, Consumer<Output> visitor) {
        for (StreamName stream : from) {
            plan.versions.put(stream, store.version(stream)); // the last events may be truncated
        }
        QueryItem streams = QueryItem.everything().andStreams(from.toArray(StreamName[]::new));
        try (Events events = store.read(ReadRequest.of(Query.anyOf(streams)))) {
            while (events.hasNext()) {
                RecordedEvent event = events.next();
                plan.versions.merge(event.stream(), event.version(), Math::max);
                if (StreamMark.of(event).isEmpty()) {
                    plan.read++;
                    plan.upTo = event.position();
                    for (Output output : outputs.of(event)) {
                        plan.add(output);
                        visitor.accept(output);
                    }
                }
            }
        }
        plan.versions.forEach((stream, version) -> {
            if (version == 0) {
                throw TransformErrors.redesign("stream '%s' has no event".formatted(stream));
            }
        });
    }

    /** An append over shards would be refused only at the very end. */
    private void requireOneShard(Plan plan) {
        if (store instanceof ShardedEventStore shards) {
            Set<String> names = new HashSet<>();
            from.forEach(stream -> names.add(shards.shardOf(stream)));
            plan.successors.forEach(stream -> names.add(shards.shardOf(stream)));
            if (names.size() > 1) {
                throw TransformErrors.redesign(
                        "they and their successors are in the shards %s. Move them into one"
                                .formatted(names));
            }
        }
    }

    /** The successors that are being filled by just this. */
    private Set<StreamName> begun(Plan plan) {
        Set<StreamName> begun = new LinkedHashSet<>();
        for (StreamName stream : plan.successors) {
            if (store.version(stream) > 0) {
                requireOurs(stream, plan);
                begun.add(stream);
            }
        }
        return begun;
    }

    private void requireOurs(StreamName successor, Plan plan) {
        StreamMark mark = null;
        try (Events events = store.read(ReadRequest.stream(successor).toVersion(1))) {
            if (events.hasNext()) {
                mark = StreamMark.of(events.next()).orElse(null);
            }
        }
        if (mark == null || !mark.from().equals(from)) {
            throw TransformErrors.taken(successor);
        }
        if (!plan.successors.containsAll(mark.successors())) {
            throw TransformErrors.begunOtherwise(
                    "they were to become %s, and would become %s now"
                            .formatted(mark.successors(), plan.successors));
        }
    }

    private StreamMark mark(StreamMark.Kind kind, Plan plan) {
        return new StreamMark(kind, from, List.copyOf(plan.successors));
    }

    private NewEvent event(StreamMark mark) {
        return mark.event(outputs.store(), act);
    }

    /** Marks the successors that are not begun. */
    private void begin(Plan plan, Set<StreamName> begun) {
        NewEvent filling = event(mark(StreamMark.Kind.FILLING, plan));
        List<StreamWrite> writes = new ArrayList<>();
        for (StreamName stream : plan.successors) {
            if (!begun.contains(stream)) {
                writes.add(new StreamWrite(stream, ExpectedVersion.noStream(), List.of(filling)));
            }
        }
        if (!writes.isEmpty()) {
            OutputWriter.append(store, new Append(writes, List.of()));
        }
    }

    /** What was copied before is what this rule makes, up to there. */
    private void requireSameSoFar(Set<StreamName> begun) {
        Places places = new Places(store, outputs.store(), true);
        SuccessorCheck copied = new SuccessorCheck(store, outputs);
        visit(
                new Plan(),
                output -> {
                    if (begun.contains(output.stream())
                            && output.key().compareTo(places.of(output.stream()).last()) <= 0) {
                        copied.expect(output);
                    }
                });
        requireEqual(copied, begun, places);
    }

    private static void requireEqual(SuccessorCheck copied, Set<StreamName> begun, Places places) {
        Map<StreamName, Long> versions = new TreeMap<>();
        begun.forEach(stream -> versions.put(stream, places.of(stream).version()));
        List<String> differences = copied.differences(versions);
        if (!differences.isEmpty()) {
            throw TransformErrors.begunOtherwise(differences.getFirst());
        }
    }

    /** Copies what there is; what comes meanwhile, and other streams, are for the last append. */
    private void copyPortions(Set<StreamName> begun) {
        OutputWriter writer = new OutputWriter(store, outputs.store(), true);
        visit(
                new Plan(),
                output -> {
                    if (begun.contains(output.stream())) {
                        writer.add(output);
                    }
                });
        writer.flush();
    }

    private Optional<Redesigned> finish(Set<StreamName> begun) {
        Plan plan = new Plan();
        Plan rest = new Plan();
        Places places = new Places(store, outputs.store(), true);
        Map<StreamName, List<NewEvent>> last = new LinkedHashMap<>();
        begun.forEach(stream -> last.put(stream, new ArrayList<>()));
        SuccessorCheck copied = new SuccessorCheck(store, outputs);
        visit(
                plan,
                output -> {
                    if (output.key().compareTo(places.of(output.stream()).last()) <= 0) {
                        copied.expect(output);
                    } else if (rest.fits()) {
                        rest.add(output);
                        last.computeIfAbsent(output.stream(), name -> new ArrayList<>())
                                .add(output.event());
                    }
                });
        if (!rest.fits()) {
            return Optional.empty();
        }
        requireEqual(copied, begun, places);
        begun.forEach(stream ->
                last.computeIfAbsent(stream, name -> new ArrayList<>())
                        .add(event(mark(StreamMark.Kind.FILLED, plan))));
        List<StreamWrite> writes = new ArrayList<>();
        last.forEach((stream, events) -> {
            long version = places.of(stream).version();
            writes.add(new StreamWrite(stream, ExpectedVersion.exactly(version), events));
        });
        NewEvent seal = event(mark(StreamMark.Kind.SEALED, plan));
        plan.versions.forEach((stream, version) ->
                writes.add(
                        new StreamWrite(stream, ExpectedVersion.exactly(version), List.of(seal))));
        OutputWriter.append(store, new Append(writes, List.of()));
        return Optional.of(new Redesigned(from, List.copyOf(plan.successors), plan.events, false));
    }
}
