package org.leftfold.testkit.schema;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.leftfold.framework.codec.EventCodec;
import org.leftfold.framework.codec.EventSchema;
import org.leftfold.framework.codec.JsonFormat;
import org.leftfold.io.DataFile;
import org.leftfold.io.Directory;
import org.leftfold.io.Machine;
import org.leftfold.testkit.schema.SchemaChange.Kind;

/**
 * Keeps stored events readable: compares the events of now with a file that is committed beside the
 * test, and reads a sample of every event and schema version that was ever committed.
 *
 * <pre>{@code
 * @Test
 * void stored_customer_events_stay_readable() {
 *     SchemaGate.of(CustomerEvents.SCHEMA).check(Path.of("src/test/resources/customer.events"));
 * }
 * }</pre>
 *
 * <p>The first run writes the file. Later runs fail at every change, and say of each what it is and
 * what to write; compatible ones only want to be recorded, by {@link #update} or a run with {@code
 * -Dleftfold.schema=update}. Used by one thread.
 */
public final class SchemaGate<E> {
    /** The system property that, set to {@code update}, makes {@link #check} an {@link #update}. */
    public static final String PROPERTY = "leftfold.schema";

    static final String RECORD_IT = "nothing; record it";

    private final EventCodec<E> codec;
    private final Map<Class<?>, Object> samples = new LinkedHashMap<>();

    private SchemaGate(EventCodec<E> codec) {
        this.codec = codec;
    }

    /** For events that are stored as JSON. */
    public static <E> SchemaGate<E> of(EventSchema<E> schema) {
        return of(EventCodec.inPlain(schema, new JsonFormat()));
    }

    /** For events in a format of their own. */
    public static <E> SchemaGate<E> of(EventCodec<E> codec) {
        return new SchemaGate<>(codec);
    }

    /**
     * A value for samples, used wherever its class is: an event, or a part of one, that the gate
     * cannot make up because its constructor refuses arbitrary values.
     */
    public SchemaGate<E> sample(Object value) {
        samples.put(value.getClass(), value);
        return this;
    }

    /**
     * Compares; writes the file if there is none yet.
     *
     * @param file what is committed, such as {@code src/test/resources/customer.events}
     * @throws AssertionError if something differs, in whatever way, or the file was written just
     *     now
     * @throws IllegalArgumentException if the file is none that a gate wrote, or no sample of an
     *     event can be made
     */
    public void check(Path file) {
        if ("update".equals(System.getProperty(PROPERTY))) {
            update(file);
            return;
        }
        Optional<String> text = read(file);
        if (text.isEmpty()) {
            write(file, SchemaFile.empty().with(now()).text());
            throw new AssertionError(
                    "%s did not exist and was written just now. Look at it, commit it, and run this again."
                            .formatted(file));
        }
        List<SchemaChange> changes = compare(text.get());
        if (!changes.isEmpty()) {
            throw failure(file.toString(), changes);
        }
    }

    /**
     * Brings the file up to date, or writes it.
     *
     * @return what was recorded
     * @throws AssertionError if a change is not compatible; the file is as it was
     * @throws IllegalArgumentException as with {@link #check}
     */
    public List<SchemaChange> update(Path file) {
        String text = read(file).orElseGet(() -> SchemaFile.empty().text());
        List<SchemaChange> changes = compare(text);
        if (changes.stream().anyMatch(change -> change.kind() != Kind.COMPATIBLE)) {
            throw failure(file.toString(), changes);
        }
        String updated = SchemaFile.parse(text).with(now()).text();
        if (!updated.equals(text)) {
            write(file, updated);
        }
        return changes;
    }

    /**
     * What differs from the text of a file; nothing is read or written.
     *
     * @throws IllegalArgumentException as with {@link #check}
     */
    public List<SchemaChange> compare(String committed) {
        return SchemaComparison.of(codec, SchemaFile.parse(committed), now());
    }

    private List<Entry> now() {
        SampleValues values = new SampleValues(samples);
        EventSchema<E> schema = codec.schema();
        List<Entry> entries = new ArrayList<>();
        for (String name : schema.names()) {
            Class<? extends E> type = schema.eventClass(name);
            String sample = SampleText.of(codec.payloadOf(values.of(type)));
            entries.add(
                    new Entry(
                            name,
                            schema.currentVersion(name),
                            false,
                            FieldTypes.of(type),
                            List.of(sample)));
        }
        return entries;
    }

    private AssertionError failure(String file, List<SchemaChange> changes) {
        StringBuilder text = new StringBuilder();
        text.append("%s are not as committed in %s:".formatted(codec.schema(), file));
        changes.stream()
                .sorted((a, b) -> b.kind().compareTo(a.kind()))
                .forEach(change -> text.append("%n  - %s".formatted(change)));
        boolean isCompatible = changes.stream().allMatch(each -> each.kind() == Kind.COMPATIBLE);
        text.append(
                isCompatible
                        ? "%nAll of it is compatible: run this with -D%s=update, and commit the file."
                                .formatted(PROPERTY)
                        : "%nThe file stays as it was. Delete the lines of an event from it only if that was never stored."
                                .formatted());
        return new AssertionError(text.toString());
    }

    private static Optional<String> read(Path file) {
        try {
            Directory directory = directory(file);
            if (!directory.exists(name(file))) {
                return Optional.empty();
            }
            try (DataFile data = directory.open(name(file), Directory.Access.READ)) {
                ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(data.size()));
                data.read(0, bytes);
                return Optional.of(StandardCharsets.UTF_8.decode(bytes.flip()).toString());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(file + " cannot be read", e);
        }
    }

    /** Writes it beside and puts it in its place, so that there is never half a file. */
    private static void write(Path file, String text) {
        String part = name(file) + ".part";
        try {
            Directory directory = directory(file);
            directory.createIfMissing();
            directory.delete(part);
            try (DataFile data = directory.create(part)) {
                data.write(0, StandardCharsets.UTF_8.encode(text));
            }
            directory.rename(part, name(file));
        } catch (IOException e) {
            throw new UncheckedIOException(file + " cannot be written", e);
        }
    }

    private static Directory directory(Path file) {
        return Machine.system(Objects.requireNonNull(file.toAbsolutePath().getParent()))
                .directory();
    }

    private static String name(Path file) {
        return Objects.requireNonNull(file.getFileName()).toString();
    }
}
