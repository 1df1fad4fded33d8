package org.leftfold.jdbc.sql;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.leftfold.api.Payload;

/**
 * A group of appends as a database can store it in one step, if every stream is as expected.
 * Numbers of streams, kinds and events count from 1, as arrays do there. For one thread.
 */
public final class DirectGroup {
    final List<String> names = new ArrayList<>();
    final List<Long> required = new ArrayList<>();
    final List<NewId> newIds = new ArrayList<>();
    final List<@Nullable Integer> kindIds = new ArrayList<>();
    final List<String> categories = new ArrayList<>();
    final List<String> types = new ArrayList<>();
    final List<Integer> schemaVersions = new ArrayList<>();
    final List<Row> rows = new ArrayList<>();
    final List<TagOf> tags = new ArrayList<>();
    final List<Absent> absent = new ArrayList<>();
    final List<@Nullable Long> knownIds = new ArrayList<>();
    final List<@Nullable Long> knownVersions = new ArrayList<>();
    @Nullable LogEnd assumedEnd;
    private boolean isEndLikely;
    private int absentSets;

    /** An empty group. */
    public DirectGroup() {}

    /**
     * Adds a stream and gives its number.
     *
     * @param version what it must be at; -1 where that does not matter
     */
    public int addStream(String name, long version) {
        names.add(name);
        required.add(version);
        knownIds.add(null);
        knownVersions.add(null);
        return names.size();
    }

    /** Says with which event the log ended when what is assumed of streams was so. */
    public void assumeEnd(LogEnd end) {
        assumedEnd = end;
    }

    /** Says that the log probably still ends so. */
    public void trustEnd() {
        isEndLikely = true;
    }

    /**
     * The end of the log if that is the only question left: the writer seems to be alone, it knows
     * all streams and kinds, and they are as they must be. Else null.
     */
    @Nullable LogEnd onlyQuestion() {
        boolean isKnown =
                isEndLikely
                        && newIds.isEmpty()
                        && absent.isEmpty()
                        && !kindIds.contains(null)
                        && !knownIds.contains(null);
        for (int i = 0; isKnown && i < required.size(); i++) {
            isKnown = required.get(i) < 0 || required.get(i).equals(knownVersions.get(i));
        }
        return isKnown ? assumedEnd : null;
    }

    /** Says which number a stream has, and which version, if the log still ends so. */
    public void assume(int stream, long id, long version) {
        knownIds.set(stream - 1, id);
        knownVersions.set(stream - 1, version);
    }

    /** Says what a stream must be at. */
    public void require(int stream, long version) {
        required.set(stream - 1, version);
    }

    /** What a stream must be at; -1 where that does not matter. */
    public long required(int stream) {
        return required.get(stream - 1);
    }

    /**
     * Adds a kind and gives its number.
     *
     * @param id its number in the database, null if that is not known here
     */
    public int addKind(String category, String type, int schemaVersion, @Nullable Integer id) {
        kindIds.add(id);
        categories.add(category);
        types.add(type);
        schemaVersions.add(schemaVersion);
        return types.size();
    }

    /** An id that must not be in a stream. */
    public void addNewId(int stream, long high, long low) {
        newIds.add(new NewId(stream, high, low));
    }

    /** Adds an event and gives its number. */
    public int addEvent(Row row) {
        rows.add(row);
        return rows.size();
    }

    /** Adds a tag of an event. */
    public void addTag(long key, int event) {
        tags.add(new TagOf(key, event));
    }

    /** Says that one of these tags must be in no event behind a position. */
    public void requireAbsent(Set<Long> keys, long after) {
        absentSets++;
        keys.forEach(key -> absent.add(new Absent(absentSets, key, after)));
    }

    /** How many tags have to be looked for. */
    public int absentTags() {
        return absent.size();
    }

    /** Whether there is nothing to store. */
    public boolean isEmpty() {
        return rows.isEmpty();
    }

    /** Whether it is one event of a kind that is known, and no tag has to be absent. */
    boolean isOneOfKnownKind() {
        return rows.size() == 1
                && names.size() == 1
                && kindIds.getFirst() != null
                && absent.isEmpty();
    }

    /** What is stored if {@link #onlyQuestion} is answered so; times of recording are 0. */
    List<Dialect.EventRow> knownRows() {
        List<Dialect.EventRow> known = new ArrayList<>(rows.size());
        long position = known(assumedEnd).position();
        for (Row row : rows) {
            Contents contents = row.contents();
            known.add(
                    new Dialect.EventRow(
                            ++position,
                            known(knownIds.get(row.stream() - 1)),
                            known(knownVersions.get(row.stream() - 1)) + row.offset(),
                            row.idHigh(),
                            row.idLow(),
                            0,
                            known(kindIds.get(row.kind() - 1)),
                            row.appendRest(),
                            contents.metadata(),
                            contents.tags(),
                            contents.payload()));
        }
        return known;
    }

    private static <T> T known(@Nullable T value) {
        return Objects.requireNonNull(value, "onlyQuestion() was asked before");
    }

    /** What came of it if {@link #onlyQuestion} was answered so. */
    Stored storedAsKnown(long recordedAt) {
        return new Stored(
                known(assumedEnd).position(),
                List.copyOf(knownIds),
                List.copyOf(knownVersions),
                true,
                recordedAt);
    }

    /** How many events the group has for each stream. */
    public List<Long> eventsOfStreams() {
        List<Long> events = new ArrayList<>(Collections.nCopies(names.size(), 0L));
        for (Row row : rows) { // the offset of the last one counts them
            events.set(row.stream() - 1, row.offset());
        }
        return events;
    }

    /** Where the log ends with the group, which is not empty, if it was stored so. */
    public LogEnd endBehind(long head, long recordedAt) {
        Row last = rows.getLast();
        return new LogEnd(head + rows.size(), last.idHigh(), last.idLow(), recordedAt);
    }

    /** The names of the streams, in the order of their numbers. */
    public List<String> names() {
        return names;
    }

    /**
     * An event.
     *
     * @param stream number of its stream
     * @param offset its version, counted from what the stream is at
     * @param kind number of its kind
     * @param appendRest how many events of the same append stand behind it
     */
    public record Row(
            int stream,
            long offset,
            int kind,
            long idHigh,
            long idLow,
            int appendRest,
            Contents contents) {}

    /** What an event holds. */
    public record Contents(@Nullable String metadata, @Nullable String tags, Payload payload) {}

    record NewId(int stream, long high, long low) {}

    record TagOf(long key, int event) {}

    record Absent(int number, long key, long after) {}

    /**
     * What came of it.
     *
     * @param head position of the last event before the group
     * @param ids numbers of the streams
     * @param versions of the streams before the group
     * @param isAsAssumed whether the log ended as was assumed
     * @param recordedAt when it was stored, in microseconds since 1970
     */
    public record Stored(
            long head, List<Long> ids, List<Long> versions, boolean isAsAssumed, long recordedAt) {}
}
