package org.leftfold.testkit.schema;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What is committed: every schema version of every event that there ever was. As text it has one
 * line for each field and each sample, ordered by name and version, so that a change of one event
 * changes its lines only:
 *
 * <pre>
 * event customer-moved 2
 * field street: String
 * field rooms: list of record
 * field rooms[].floor: int
 * sample {"street":"street","rooms":[{"floor":1}]}
 * </pre>
 *
 * <p>Immutable.
 */
final class SchemaFile {
    private static final String HEADER =
            """
            # The schemas of all events that were ever committed, with samples that stay readable.
            # Written by SchemaGate, with -Dleftfold.schema=update. Commit it and do not edit it, except
            # to delete the lines of an event that was never stored anywhere.
            format 1
            """;

    private static final Pattern EVENT = Pattern.compile("event (.+) (\\d{1,9})( gone)?");
    private static final Pattern FIELD = Pattern.compile("field (.+?): (.+)");
    private static final Pattern SAMPLE = Pattern.compile("sample (.+)");
    private static final Comparator<Entry> ORDER =
            Comparator.comparing(Entry::event).thenComparingInt(Entry::version);

    private final List<Entry> entries;

    private SchemaFile(Collection<Entry> entries) {
        this.entries = entries.stream().sorted(ORDER).toList();
    }

    static SchemaFile empty() {
        return new SchemaFile(List.of());
    }

    /**
     * Reads the text of a file.
     *
     * @throws IllegalArgumentException if a line is none that was written by this class
     */
    static SchemaFile parse(String text) {
        Map<String, Entry> found = new LinkedHashMap<>();
        Entry entry = null;
        boolean hasFormat = false;
        int number = 0;
        for (String line : text.lines().toList()) {
            number++;
            if (line.isBlank() || line.startsWith("#")) {
                continue;
            }
            if (!hasFormat) {
                hasFormat = line.equals("format 1");
                if (!hasFormat) {
                    throw wrong(number, line, "it has to be 'format 1'");
                }
                continue;
            }
            entry = parse(line, number, entry);
            if (line.startsWith("event ") && found.containsKey(entry.key())) {
                throw wrong(number, line, "the file has it twice");
            }
            found.put(entry.key(), entry);
        }
        return new SchemaFile(found.values());
    }

    private static Entry parse(String line, int number, @Nullable Entry entry) {
        Matcher event = EVENT.matcher(line);
        if (event.matches()) {
            int version = Integer.parseInt(event.group(2));
            boolean gone = event.group(3) != null;
            return new Entry(event.group(1), version, gone, Map.of(), List.of());
        }
        if (entry == null) {
            throw wrong(number, line, "it has to be 'event', a name and a version");
        }
        Map<String, String> fields = new LinkedHashMap<>(entry.fields());
        List<String> samples = new ArrayList<>(entry.samples());
        Matcher field = FIELD.matcher(line);
        Matcher sample = SAMPLE.matcher(line);
        if (field.matches()) {
            fields.put(field.group(1), field.group(2));
        } else if (sample.matches()) {
            samples.add(sample.group(1));
        } else {
            throw wrong(number, line, "it is neither an event, nor a field, nor a sample");
        }
        return new Entry(entry.event(), entry.version(), entry.gone(), fields, samples);
    }

    private static IllegalArgumentException wrong(int number, String line, String why) {
        return new IllegalArgumentException(
                "line %d of the schema file, '%s', cannot be: %s. Take the file from version control."
                        .formatted(number, line, why));
    }

    /** The text of a file. */
    String text() {
        StringBuilder text = new StringBuilder(HEADER);
        for (Entry entry : entries) {
            text.append("\nevent ").append(entry.key()).append(entry.gone() ? " gone\n" : "\n");
            entry.fields()
                    .forEach((path, type) -> text.append("field %s: %s\n".formatted(path, type)));
            entry.samples().forEach(each -> text.append("sample ").append(each).append('\n'));
        }
        return text.toString();
    }

    /** All entries, by name and version. */
    List<Entry> entries() {
        return entries;
    }

    /** The names of all events that there ever were. */
    Set<String> names() {
        Set<String> names = new TreeSet<>();
        entries.forEach(entry -> names.add(entry.event()));
        return names;
    }

    /** The schema versions of one event, oldest first. */
    List<Entry> versions(String event) {
        return entries.stream().filter(entry -> entry.event().equals(event)).toList();
    }

    /** This file with the events of now; nothing that it has is lost. */
    SchemaFile with(Collection<Entry> now) {
        Map<String, Entry> all = new LinkedHashMap<>();
        Set<String> names = new LinkedHashSet<>();
        now.forEach(entry -> names.add(entry.event()));
        entries.forEach(
                entry -> all.put(entry.key(), entry.withGone(!names.contains(entry.event()))));
        for (Entry entry : now) {
            Entry older = all.get(entry.key());
            all.put(entry.key(), older == null ? entry : entry.after(older));
        }
        return new SchemaFile(all.values());
    }
}
