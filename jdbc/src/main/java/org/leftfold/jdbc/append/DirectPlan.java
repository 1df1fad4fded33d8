package org.leftfold.jdbc.append;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.leftfold.api.Append;
import org.leftfold.api.AppendCondition;
import org.leftfold.api.EventId;
import org.leftfold.api.ExpectedVersion;
import org.leftfold.api.NewEvent;
import org.leftfold.api.QueryItem;
import org.leftfold.api.StreamName;
import org.leftfold.api.StreamWrite;
import org.leftfold.jdbc.event.EventTexts;
import org.leftfold.jdbc.event.Kinds;
import org.leftfold.jdbc.event.TagKeys;
import org.leftfold.jdbc.sql.DirectGroup;

/**
 * Foresees what becomes of a group if every stream is where its first append expects it: these
 * appends are stored, those others contradict them and are refused. The database then has only one
 * question to answer, whether it is so. Of conditions it is foreseen that each of their items asks
 * for a tag that no event has, which is so for most. Conditions without tags, and what expects a
 * stream to exist somehow, are not foreseen: for them the long way decides.
 */
final class DirectPlan {
    /** More tags than these are asked for in parts, on the long way. */
    private static final int MOST_ABSENT_TAGS = 2048;

    private final DirectGroup group = new DirectGroup();
    private final Map<StreamName, Written> streams = new HashMap<>();
    private final Map<Kinds.Kind, Integer> kinds = new HashMap<>();
    private final Set<Id> ids = new HashSet<>();
    private final Set<Long> tagKeys = new HashSet<>();
    private final Kinds known;
    private final List<StreamWrite> contradicting = new ArrayList<>();
    private int accepted;

    private DirectPlan(Kinds known) {
        this.known = known;
    }

    private record Id(StreamName stream, EventId id) {}

    /** What the group does to a stream. */
    private static final class Written {
        private final int number;
        private long events;

        Written(int number) {
            this.number = number;
        }
    }

    /** The plan of a group, or null if the long way has to decide. */
    static @Nullable DirectPlan of(List<Append> appends, Kinds known) {
        DirectPlan plan = new DirectPlan(known);
        for (Append append : appends) {
            if (!plan.foresee(append)) {
                return null;
            }
        }
        return plan.group.isEmpty()
                        || plan.refusesUnseen()
                        || plan.group.absentTags() > MOST_ABSENT_TAGS
                ? null
                : plan;
    }

    /** Whether it has to say where a stream is that the database is not asked for. */
    private boolean refusesUnseen() {
        return contradicting.stream().anyMatch(write -> !streams.containsKey(write.stream()));
    }

    /** What the database is asked for. */
    DirectGroup group() {
        return group;
    }

    /** The writes of appends that are refused if all is as foreseen, or that were made before. */
    List<StreamWrite> contradicting() {
        return contradicting;
    }

    /** The kinds of the events. */
    Set<Kinds.Kind> kinds() {
        return kinds.keySet();
    }

    /** How many appends are stored if all is as foreseen. */
    int accepted() {
        return accepted;
    }

    private boolean foresee(Append append) {
        List<Long> required = new ArrayList<>();
        for (StreamWrite write : append.writes()) {
            switch (fit(write)) {
                case UNKNOWN -> {
                    return false;
                }
                case CONTRADICTS -> {
                    contradicting.addAll(append.writes());
                    return true; // it is refused, or it was made before
                }
                case FITS -> required.add(requiredBy(write));
            }
        }
        for (AppendCondition condition : append.conditions()) {
            if (!rulesOut(condition)) {
                return false;
            }
        }
        int rest = append.eventCount();
        for (int i = 0; i < required.size(); i++) {
            StreamWrite write = append.writes().get(i);
            rest -= write.events().size();
            add(write, required.get(i), rest);
        }
        accepted++;
        return true;
    }

    /** Whether nothing breaks a condition, if the database has not the tags that it asks for. */
    private boolean rulesOut(AppendCondition condition) {
        if (TagKeys.mayMatch(condition.query(), tagKeys)) {
            return false; // it has no tags, or what the group has stored before may match
        }
        for (QueryItem item : condition.query().items()) {
            group.requireAbsent(TagKeys.of(item.tags()), condition.afterPosition());
        }
        return true;
    }

    private enum Fit {
        FITS,
        CONTRADICTS,
        UNKNOWN
    }

    private Fit fit(StreamWrite write) {
        if (write.expected() instanceof ExpectedVersion.StreamExists) {
            return Fit.UNKNOWN;
        }
        if (write.expected() instanceof ExpectedVersion.Any) {
            boolean known =
                    write.events().stream()
                            .anyMatch(event -> ids.contains(new Id(write.stream(), event.id())));
            return known ? Fit.UNKNOWN : Fit.FITS;
        }
        long wanted = requiredBy(write);
        Written before = streams.get(write.stream());
        long known = before == null ? -1 : group.required(before.number);
        return wanted < 0 || (known >= 0 && known != wanted) ? Fit.CONTRADICTS : Fit.FITS;
    }

    /** What the stream must be at before the group for a write to fit; -1 for anything. */
    private long requiredBy(StreamWrite write) {
        Written before = streams.get(write.stream());
        long events = before == null ? 0 : before.events;
        return switch (write.expected()) {
            case ExpectedVersion.Exactly exactly -> exactly.version() - events;
            case ExpectedVersion.NoStream noStream -> -events;
            case ExpectedVersion.StreamExists exists -> -1;
            case ExpectedVersion.Any any -> -1;
        };
    }

    /** Adds a write, behind which the append has so many events more. */
    private void add(StreamWrite write, long required, int appendRest) {
        Written stream =
                streams.computeIfAbsent(
                        write.stream(), name -> new Written(group.addStream(name.value(), -1)));
        if (required >= 0) {
            group.require(stream.number, required);
        }
        boolean mustBeNew = write.expected() instanceof ExpectedVersion.Any;
        int rest = appendRest + write.events().size();
        for (NewEvent event : write.events()) {
            UUID id = event.id().value();
            long high = id.getMostSignificantBits();
            long low = id.getLeastSignificantBits();
            ids.add(new Id(write.stream(), event.id()));
            if (mustBeNew) {
                group.addNewId(stream.number, high, low);
            }
            stream.events++;
            rest--;
            int number =
                    group.addEvent(
                            new DirectGroup.Row(
                                    stream.number,
                                    stream.events,
                                    kind(write.stream(), event),
                                    high,
                                    low,
                                    rest,
                                    new DirectGroup.Contents(
                                            EventTexts.ofMetadata(event.metadata()),
                                            EventTexts.ofTags(event.tags()),
                                            event.payload())));
            Set<Long> keys = TagKeys.of(event.tags());
            keys.forEach(key -> group.addTag(key, number));
            tagKeys.addAll(keys);
        }
    }

    private int kind(StreamName stream, NewEvent event) {
        return kinds.computeIfAbsent(
                new Kinds.Kind(stream.category(), event.type(), event.schemaVersion()),
                kind ->
                        group.addKind(
                                kind.category(),
                                kind.type().value(),
                                kind.schemaVersion(),
                                known.remembered(kind)));
    }
}
