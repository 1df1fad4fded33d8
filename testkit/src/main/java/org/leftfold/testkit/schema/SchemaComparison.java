package org.leftfold.testkit.schema;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.leftfold.api.EventId;
import org.leftfold.api.EventType;
import org.leftfold.api.Metadata;
import org.leftfold.api.Payload;
import org.leftfold.api.RecordedEvent;
import org.leftfold.api.StreamName;
import org.leftfold.framework.codec.DomainEvent;
import org.leftfold.framework.codec.EventCodec;
import org.leftfold.framework.codec.UnreadableEventException;
import org.leftfold.testkit.schema.SchemaChange.Kind;

/** Compares what is committed with the events of now. Used by one thread. */
final class SchemaComparison<E> {
    private static final StreamName STREAM = StreamName.of("committed", "sample");

    private final EventCodec<E> codec;
    private final SchemaFile committed;
    private final Map<String, Entry> now = new LinkedHashMap<>();
    private final List<SchemaChange> changes = new ArrayList<>();

    private SchemaComparison(EventCodec<E> codec, SchemaFile committed, List<Entry> now) {
        this.codec = codec;
        this.committed = committed;
        now.forEach(entry -> this.now.put(entry.event(), entry));
    }

    static <E> List<SchemaChange> of(EventCodec<E> codec, SchemaFile committed, List<Entry> now) {
        SchemaComparison<E> comparison = new SchemaComparison<>(codec, committed, now);
        comparison.compare();
        return comparison.changes;
    }

    private void compare() {
        for (String event : committed.names()) {
            List<Entry> versions = committed.versions(event);
            Entry current = now.get(event);
            if (current == null) {
                compareGone(versions);
            } else {
                compare(versions, current);
            }
        }
        for (Entry entry : now.values()) {
            if (committed.versions(entry.event()).isEmpty()) {
                add(Kind.COMPATIBLE, entry, "it is a new event", SchemaGate.RECORD_IT);
            }
        }
    }

    private void compare(List<Entry> versions, Entry current) {
        Entry last = versions.getLast();
        if (last.gone() && current.version() <= last.version()) {
            add(
                    Kind.BREAKING,
                    last,
                    "the name was given up, and %s uses it again for version %d"
                            .formatted(className(current), current.version()),
                    "give %s another name, or version %d and say how older ones are read"
                            .formatted(className(current), last.version() + 1));
            return;
        }
        if (current.version() < last.version()) {
            add(
                    Kind.BREAKING,
                    last,
                    "%s is written in version %d again, and version %d may be stored"
                            .formatted(className(current), current.version(), last.version()),
                    "raise it to @EventName(value = \"%s\", version = %d), or more"
                            .formatted(last.event(), last.version()));
            return;
        }
        if (current.version() > last.version()) {
            add(Kind.COMPATIBLE, current, "it is a new version of the event", SchemaGate.RECORD_IT);
        }
        for (Entry entry : versions) {
            if (entry.version() == current.version()) {
                compareSame(entry, current);
            } else {
                checkUpcast(entry);
            }
        }
    }

    /** An event whose version stayed what it was, so its format has to be the same, too. */
    private void compareSame(Entry before, Entry current) {
        List<SchemaChange> fields = FieldComparison.of(before, current, className(current));
        changes.addAll(fields);
        if (fields.stream().anyMatch(change -> change.kind() != Kind.COMPATIBLE)) {
            return; // the samples would say it once more
        }
        for (String sample : before.samples()) {
            UnreadableEventException unreadable = replay(before, sample, fields.isEmpty());
            if (unreadable != null) {
                add(
                        fields.isEmpty() ? Kind.BREAKING : Kind.NEEDS_UPCASTER,
                        before,
                        "its committed sample cannot be read any more, and the version is the same: "
                                + why(unreadable),
                        "accept what is stored, or raise @EventName(value = \"%s\", version = %d) of %s and add upcast(\"%s\", %d, json -> ...)"
                                .formatted(
                                        before.event(),
                                        before.version() + 1,
                                        className(current),
                                        before.event(),
                                        before.version()));
                return;
            }
        }
    }

    private void checkUpcast(Entry before) {
        for (String sample : before.samples()) {
            UnreadableEventException unreadable = replay(before, sample, false);
            if (unreadable != null) {
                add(
                        Kind.BREAKING,
                        before,
                        "its committed sample cannot be read any more: " + why(unreadable),
                        "mend what is said about it in the EventSchema: upcast(\"%s\", %d, json -> ...)"
                                .formatted(before.event(), before.version()));
                return;
            }
        }
    }

    /** An event whose name no class has any more. */
    private void compareGone(List<Entry> versions) {
        for (Entry entry : versions) {
            for (String sample : entry.samples()) {
                UnreadableEventException unreadable = replay(entry, sample, false);
                if (unreadable != null) {
                    add(
                            Kind.BREAKING,
                            entry,
                            "the event was removed, and those that are stored cannot be read: "
                                    + why(unreadable),
                            adviceForGone(entry));
                    return;
                }
            }
        }
        Entry last = versions.getLast();
        if (!last.gone()) {
            add(
                    Kind.COMPATIBLE,
                    last,
                    "the event is gone; what is stored is read as %s".formatted(meaning(last)),
                    SchemaGate.RECORD_IT);
        }
    }

    private String adviceForGone(Entry gone) {
        List<String> alike =
                now.values().stream()
                        .filter(each ->
                                committed.versions(each.event()).isEmpty()
                                        && each.fields().equals(gone.fields()))
                        .map(Entry::event)
                        .toList();
        String other = alike.size() == 1 ? alike.getFirst() : "...";
        return "add renamed(\"%s\", \"%s\"), or upcast(\"%s\", %d, Upcast.into(...)), or dropped(\"%s\")"
                .formatted(gone.event(), other, gone.event(), gone.version(), gone.event());
    }

    private String meaning(Entry entry) {
        Set<String> names =
                entry.samples().stream()
                        .flatMap(sample -> codec.decode(stored(entry, sample)).stream())
                        .map(each -> each.event().getClass().getSimpleName())
                        .collect(Collectors.toCollection(java.util.LinkedHashSet::new));
        return names.isEmpty() ? "nothing" : String.join(", ", names);
    }

    /**
     * Reads a sample as if it were stored.
     *
     * @param isUnchanged whether it is also to be written as it was
     * @return why it cannot be read; null if it can
     */
    private @Nullable UnreadableEventException replay(
            Entry entry, String sample, boolean isUnchanged) {
        RecordedEvent stored = stored(entry, sample);
        try {
            List<DomainEvent<E>> events = codec.decode(stored);
            if (isUnchanged && sample.equals(entry.samples().getLast())) {
                checkWritten(entry, stored.payload(), codec.payloadOf(events.getFirst().event()));
            }
            return null;
        } catch (UnreadableEventException e) {
            return e;
        }
    }

    private void checkWritten(Entry entry, Payload before, Payload written) {
        if (!codec.format().tree(before).equals(codec.format().tree(written))) {
            add(
                    Kind.BREAKING,
                    entry,
                    "its fields are the same, but it is written in another format: %s was committed, %s is written"
                            .formatted(SampleText.of(before), SampleText.of(written)),
                    "write it as before, or raise @EventName(value = \"%s\", version = %d) of %s and add upcast(\"%s\", %d, json -> ...)"
                            .formatted(
                                    entry.event(),
                                    entry.version() + 1,
                                    className(entry),
                                    entry.event(),
                                    entry.version()));
        }
    }

    private static RecordedEvent stored(Entry entry, String sample) {
        return new RecordedEvent(
                1,
                STREAM,
                1,
                EventId.next(),
                new EventType(entry.event()),
                entry.version(),
                Instant.EPOCH,
                SampleText.payload(sample),
                Metadata.none(),
                Set.of());
    }

    private String className(Entry entry) {
        return codec.schema().eventClass(entry.event()).getSimpleName();
    }

    /** Why it cannot be read; samples hold nothing personal, so the cause may speak. */
    private static String why(UnreadableEventException e) {
        Throwable cause = e.getCause();
        if (cause != null) {
            String text = String.valueOf(cause.getMessage());
            return cause.getClass().getSimpleName() + " " + text.lines().findFirst().orElse("");
        }
        String text = String.valueOf(e.getMessage());
        return text.substring(text.indexOf("cannot be read: ") + "cannot be read: ".length());
    }

    private void add(Kind kind, Entry entry, String what, String advice) {
        changes.add(new SchemaChange(kind, entry.event(), entry.version(), what, advice));
    }
}
