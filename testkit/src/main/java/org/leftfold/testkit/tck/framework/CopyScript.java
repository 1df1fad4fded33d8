package org.leftfold.testkit.tck.framework;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import org.leftfold.api.Append;
import org.leftfold.api.EventId;
import org.leftfold.api.EventStore;
import org.leftfold.api.Events;
import org.leftfold.api.ExpectedVersion;
import org.leftfold.api.NewEvent;
import org.leftfold.api.Payload;
import org.leftfold.api.ReadRequest;
import org.leftfold.api.RecordedEvent;
import org.leftfold.api.StreamName;
import org.leftfold.api.Tag;
import org.leftfold.framework.transform.Draft;
import org.leftfold.framework.transform.Provenance;
import org.leftfold.framework.transform.Transformation;

/**
 * A random source, a random transformation, and a plain list of what has to come of them. Two
 * scripts with different seeds share no stream.
 */
final class CopyScript implements Transformation {
    private static final int STREAMS = 5;

    private final long seed;
    private final SplittableRandom random;

    CopyScript(long seed) {
        this.seed = seed;
        this.random = new SplittableRandom(seed);
    }

    /** Appends random events; in a sharded store to one stream at a time. */
    void fill(EventStore source, int appends) {
        for (int i = 0; i < appends; i++) {
            Append append = null;
            int first = random.nextInt(STREAMS);
            int streams = isSharded(source) ? 1 : 1 + random.nextInt(3);
            for (int j = 0; j < streams; j++) {
                StreamName stream = name("from", (first + j) % STREAMS);
                List<NewEvent> events = events(1 + random.nextInt(4));
                append =
                        append == null
                                ? Append.to(stream, ExpectedVersion.any(), events)
                                : append.andTo(stream, ExpectedVersion.any(), events);
            }
            if (append != null) {
                source.append(append);
            }
        }
    }

    private List<NewEvent> events(int count) {
        List<NewEvent> events = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            NewEvent event =
                    NewEvent.ofJson("T" + random.nextInt(3), "{\"n\":" + random.nextInt() + "}")
                            .withSchemaVersion(1 + random.nextInt(3));
            event = random.nextBoolean() ? event : event.withTags("n:" + i, "all:of them");
            events.add(random.nextBoolean() ? event : event.withMetadata("actor", "a" + i));
        }
        return events;
    }

    private StreamName name(String category, int number) {
        return StreamName.of(category + seed, String.valueOf(number));
    }

    @Override
    public List<Draft> apply(RecordedEvent stored) {
        SplittableRandom chance = new SplittableRandom(seed * 1_000_003 + stored.position());
        int count = Math.max(0, chance.nextInt(6) - 1);
        List<Draft> drafts = new ArrayList<>();
        for (int part = 1; part <= Math.max(count - 1, Math.min(count, 1)); part++) {
            Draft draft = Draft.of(stored);
            if (chance.nextBoolean()) {
                draft = draft.into(name("to", chance.nextInt(STREAMS)));
            }
            if (chance.nextBoolean()) {
                String json = "{\"of\":" + stored.position() + ",\"part\":" + part + "}";
                draft = draft.as("U" + chance.nextInt(3), 2, Payload.ofText(json));
            }
            drafts.add(draft);
        }
        return drafts;
    }

    static boolean isSharded(EventStore store) {
        return store.checkpoint().toString().startsWith("lfv1:");
    }

    /** What has to come of a source, one line for each event, in order. */
    List<String> expected(EventStore source, UUID identity) {
        List<String> lines = new ArrayList<>();
        try (Events events = source.read(ReadRequest.all())) {
            for (RecordedEvent stored : events) {
                List<Draft> drafts = apply(stored);
                for (int i = 0; i < drafts.size(); i++) {
                    Draft draft = drafts.get(i);
                    boolean keeps = drafts.size() == 1 && draft.stream().equals(stored.stream());
                    String place = stored.position() + "/" + (i + 1);
                    EventId id = keeps ? stored.id() : EventId.fromName(identity, place);
                    Provenance from =
                            new Provenance(
                                    identity,
                                    stored.position(),
                                    i + 1,
                                    drafts.size(),
                                    stored.version(),
                                    stored.id(),
                                    stored.recordedAt(),
                                    stored.stream());
                    lines.add(line(draft.stream(), draft.event().withId(id), from));
                }
            }
        }
        return lines;
    }

    /** What was copied from there, in the order of the store. */
    static List<String> copied(EventStore target, UUID identity) {
        List<String> lines = new ArrayList<>();
        try (Events events = target.read(ReadRequest.all())) {
            for (RecordedEvent event : events) {
                Optional<Provenance> from = Provenance.of(event);
                if (from.isPresent() && from.get().store().equals(identity)) {
                    lines.add(line(event.stream(), event.toNewEvent(), from.get()));
                }
            }
        }
        return lines;
    }

    private static String line(StreamName stream, NewEvent event, Provenance from) {
        Map<String, String> metadata = new TreeMap<>(event.metadata().asMap());
        metadata.remove(Provenance.KEY);
        return "%s: %s %s %d %s %s %s, %s"
                .formatted(
                        stream,
                        event.id(),
                        event.type(),
                        event.schemaVersion(),
                        event.payload().asText(),
                        metadata,
                        new TreeSet<Tag>(event.tags()),
                        from);
    }

    /** The same lines, stream for stream: what a sharded store keeps of an order. */
    static List<String> byStream(List<String> lines) {
        Map<String, List<String>> streams = new TreeMap<>();
        for (String line : lines) {
            streams.computeIfAbsent(line.substring(0, line.indexOf(':')), name -> new ArrayList<>())
                    .add(line);
        }
        return streams.values().stream().flatMap(List::stream).toList();
    }
}
