package org.leftfold.jdbc.append;

import java.sql.Connection;
import java.sql.SQLException;
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
import org.leftfold.api.AppendResult;
import org.leftfold.api.EventId;
import org.leftfold.api.LeftfoldException;
import org.leftfold.api.NewEvent;
import org.leftfold.api.StreamName;
import org.leftfold.api.StreamWrite;
import org.leftfold.api.spi.AppendRules;
import org.leftfold.jdbc.event.EventTexts;
import org.leftfold.jdbc.event.Kinds;
import org.leftfold.jdbc.event.Rows;
import org.leftfold.jdbc.event.TagKeys;
import org.leftfold.jdbc.sql.Database;
import org.leftfold.jdbc.sql.Dialect;
import org.leftfold.jdbc.sql.DirectGroup;
import org.leftfold.jdbc.sql.LogEnd;
import org.leftfold.jdbc.sql.Tail;

/**
 * A group of appends in one transaction: takes the append lock, looks up what the group needs,
 * decides on one append after the other, and inserts what was accepted. The transaction is the
 * caller's, who commits it or rolls it back.
 *
 * <p>Because the lock comes first and is held to the end, what this looks up is what stands when
 * the group is committed, positions are dense, and their order is that of the commits.
 */
public final class GroupAppend {
    private final Connection connection;
    private final Database database;
    private final Kinds kinds;
    private final Tail tail;
    private final long recordedAt;
    private final List<Append> appends;
    private final GroupStreams streams;
    private final KnownIds ids;

    /** What SQL calls a transaction of which nobody knows how it ended. */
    private static final String RESOLUTION_UNKNOWN = "08007";

    private final ConditionSearch search;

    private final List<Accepted> accepted = new ArrayList<>();
    private final Map<Key, Accepted> acceptedById = new HashMap<>();
    private final Set<Long> acceptedTags = new HashSet<>();
    private long head;
    private int acceptedAppends;

    private GroupAppend(
            Connection connection,
            Rows rows,
            List<Append> appends,
            Tail tail,
            long recordedAt,
            GroupStreams streams) {
        this.connection = connection;
        this.database = rows.database();
        this.kinds = rows.kinds();
        this.appends = appends;
        this.tail = tail;
        this.head = tail.head();
        this.recordedAt = recordedAt;
        this.streams = streams;
        this.ids = new KnownIds(connection, rows);
        this.search = new ConditionSearch(connection, rows);
    }

    private record Key(StreamName stream, EventId id) {}

    private record Accepted(
            GroupStreams.Place stream,
            long version,
            long position,
            int appendRest,
            NewEvent event) {}

    /**
     * Decides on appends and inserts those that are accepted, in the transaction of a connection,
     * which must not have auto commit.
     *
     * @return what becomes of each append if the transaction is committed
     */
    public static List<Outcome> in(
            Connection connection, Rows rows, AppendSettings settings, List<Append> appends)
            throws SQLException {
        return in(connection, rows, settings, appends, new KnownStreams());
    }

    /**
     * The same for a writer that remembers where streams are.
     *
     * @param known of which nothing holds any more if the transaction is not committed
     */
    static List<Outcome> in(
            Connection connection,
            Rows rows,
            AppendSettings settings,
            List<Append> appends,
            KnownStreams known)
            throws SQLException {
        Database database = rows.database();
        Dialect dialect = database.dialect();
        dialect.lock(connection, database.tables());
        Tail tail = dialect.tail(connection, database.tables(), settings.trusting());
        known.keepIfAt(tail.end());
        Long clock = settings.clockMicros();
        long now = clock == null ? tail.databaseMicros() : clock;
        GroupAppend group =
                new GroupAppend(
                        connection,
                        rows,
                        appends,
                        tail,
                        Math.max(now, tail.lastRecordedAt()),
                        new GroupStreams(
                                connection, database, names(appends), known, tail.lastStreamId()));
        group.ids.lookUp(group.askedFor());
        group.search.lookAt(conditions(appends));
        List<Outcome> outcomes = group.decideAll();
        group.insert();
        group.streams.tell(known);
        known.endAt(group.end());
        return outcomes;
    }

    /** Where the log ends with what was accepted. */
    private LogEnd end() {
        if (accepted.isEmpty()) {
            return tail.end();
        }
        UUID id = accepted.getLast().event().id().value();
        return new LogEnd(
                head, id.getMostSignificantBits(), id.getLeastSignificantBits(), recordedAt);
    }

    /**
     * Stores a group in one step, if the database can and everything is as foreseen.
     *
     * @param connection with no transaction begun
     * @param known of which nothing holds any more if this fails
     * @return what became of each append, or null if nothing was changed
     */
    static @Nullable List<Outcome> directly(
            Connection connection,
            Rows rows,
            AppendSettings settings,
            List<Append> appends,
            KnownStreams known)
            throws SQLException {
        DirectPlan plan = DirectPlan.of(appends, rows.kinds());
        if (plan == null) {
            return null;
        }
        known.tell(plan.group());
        Database database = rows.database();
        DirectGroup.Stored stored =
                database.dialect()
                        .append(
                                connection,
                                database.tables(),
                                plan.group(),
                                settings.clockMicros(),
                                settings.trusting());
        if (stored == null) {
            return null;
        }
        known.learn(plan.group(), stored);
        try {
            return outcomesOf(plan, stored, connection, rows, appends);
        } catch (SQLException e) {
            throw new SQLException("after the group was stored", RESOLUTION_UNKNOWN, e);
        }
    }

    /** The outcomes of a group that is committed. */
    private static List<Outcome> outcomesOf(
            DirectPlan plan,
            DirectGroup.Stored stored,
            Connection connection,
            Rows rows,
            List<Append> appends)
            throws SQLException {
        for (Kinds.Kind kind : plan.kinds()) {
            // asks only what is not remembered yet, all of which is committed by now
            rows.kinds().number(connection, kind, Integer.MAX_VALUE);
        }
        GroupAppend group =
                new GroupAppend(
                        connection,
                        rows,
                        appends,
                        new Tail(new LogEnd(stored.head(), 0, 0, 0), 0, 0, 0, 0),
                        0,
                        new GroupStreams(plan.group().names(), stored.versions()));
        group.ids.lookUp(plan.contradicting());
        group.ids.nothingElse();
        group.search.ruleOut(conditions(appends)); // those of refused appends are not asked for
        List<Outcome> outcomes = group.decideAll();
        if (group.acceptedAppends != plan.accepted()) {
            throw new IllegalStateException(
                    "%d appends were stored, and %d should have been"
                            .formatted(plan.accepted(), group.acceptedAppends));
        }
        return outcomes;
    }

    private List<Outcome> decideAll() throws SQLException {
        List<Outcome> outcomes = new ArrayList<>(appends.size());
        for (Append append : appends) {
            outcomes.add(decide(append));
        }
        return outcomes;
    }

    private static List<AppendCondition> conditions(List<Append> appends) {
        return appends.stream().flatMap(append -> append.conditions().stream()).toList();
    }

    private static Set<StreamName> names(List<Append> appends) {
        Set<StreamName> names = new HashSet<>();
        for (Append append : appends) {
            append.writes().forEach(write -> names.add(write.stream()));
        }
        return names;
    }

    /** The writes whose ids have to be looked up in any case. */
    private List<StreamWrite> askedFor() {
        List<StreamWrite> asked = new ArrayList<>();
        for (Append append : appends) {
            for (StreamWrite write : append.writes()) {
                long version = streams.version(write.stream());
                if (version > 0 && AppendRules.mayBeRepeated(write.expected(), version)) {
                    asked.add(write);
                }
            }
        }
        return asked;
    }

    private Outcome decide(Append append) throws SQLException {
        try {
            AppendResult repeated = AppendRules.decide(append, new Facts(append));
            return new Outcome.Stored(repeated == null ? accept(append) : repeated);
        } catch (LeftfoldException refusal) {
            return new Outcome.Refused(refusal);
        } catch (Facts.Failed failed) {
            throw failed.error;
        }
    }

    private AppendResult accept(Append append) {
        acceptedAppends++;
        int rest = append.eventCount();
        List<AppendResult.Written> written = new ArrayList<>();
        for (StreamWrite write : append.writes()) {
            GroupStreams.Place place = streams.toWrite(write.stream());
            long firstVersion = place.version() + 1;
            long firstPosition = head + 1;
            for (NewEvent event : write.events()) {
                Accepted one = new Accepted(place, place.next(), ++head, --rest, event);
                accepted.add(one);
                acceptedById.putIfAbsent(new Key(write.stream(), event.id()), one);
                acceptedTags.addAll(TagKeys.of(event.tags()));
            }
            written.add(
                    new AppendResult.Written(
                            write.stream(), firstVersion, place.version(), firstPosition, head));
        }
        return new AppendResult(written, false);
    }

    private void insert() throws SQLException {
        if (accepted.isEmpty()) {
            return;
        }
        streams.insertNew(connection, database);
        Map<Kinds.Kind, Integer> numbers = kinds();
        List<Dialect.EventRow> rows = new ArrayList<>(accepted.size());
        List<Dialect.TagRow> tags = new ArrayList<>();
        for (Accepted one : accepted) {
            rows.add(row(one, numbers));
            for (long key : TagKeys.of(one.event().tags())) {
                tags.add(new Dialect.TagRow(key, one.position()));
            }
        }
        database.dialect().insertEvents(connection, database.tables(), rows);
        if (!tags.isEmpty()) {
            database.dialect().insertTags(connection, database.tables(), tags);
        }
    }

    private Dialect.EventRow row(Accepted one, Map<Kinds.Kind, Integer> numbers) {
        NewEvent event = one.event();
        UUID id = event.id().value();
        Integer kind = numbers.get(kindOf(one));
        if (kind == null) {
            throw new IllegalStateException("every kind of the group was looked up");
        }
        return new Dialect.EventRow(
                one.position(),
                one.stream().id(),
                one.version(),
                id.getMostSignificantBits(),
                id.getLeastSignificantBits(),
                recordedAt,
                kind,
                one.appendRest(),
                EventTexts.ofMetadata(event.metadata()),
                EventTexts.ofTags(event.tags()),
                event.payload());
    }

    private static Kinds.Kind kindOf(Accepted one) {
        NewEvent event = one.event();
        return new Kinds.Kind(one.stream().name().category(), event.type(), event.schemaVersion());
    }

    /** The numbers of the kinds of the group; those that are new are inserted. */
    private Map<Kinds.Kind, Integer> kinds() throws SQLException {
        Map<Kinds.Kind, Integer> numbers = new HashMap<>();
        int last = tail.lastKindId();
        for (Accepted one : accepted) {
            Kinds.Kind kind = kindOf(one);
            if (numbers.containsKey(kind)) {
                continue;
            }
            Integer number = kinds.number(connection, kind, tail.lastKindId());
            if (number == null) {
                number = kinds.insert(connection, kind, last);
                last = number;
            }
            numbers.put(kind, number);
        }
        return numbers;
    }

    /** What the database and the group say about one append. */
    private final class Facts implements AppendRules.Facts {
        private final Append append;

        Facts(Append append) {
            this.append = append;
        }

        /** Carries an error of the database through the rules. */
        private static final class Failed extends IllegalStateException {
            private static final long serialVersionUID = 1L;
            private final SQLException error;

            Failed(SQLException error) {
                super(error);
                this.error = error;
            }
        }

        @Override
        public long head() {
            return head;
        }

        @Override
        public long version(int write) {
            return streams.version(append.writes().get(write).stream());
        }

        @Override
        public AppendRules.@Nullable Known find(int number, int index) {
            StreamWrite write = append.writes().get(number);
            NewEvent event = write.events().get(index);
            AppendRules.Known committed = committed(write, event);
            if (committed != null) {
                return committed;
            }
            Accepted own = acceptedById.get(new Key(write.stream(), event.id()));
            return own == null
                    ? null
                    : new AppendRules.Known(
                            own.version(), own.position(), own.event().equals(event));
        }

        private AppendRules.@Nullable Known committed(StreamWrite write, NewEvent event) {
            if (!streams.isStored(write.stream())) {
                return null;
            }
            try {
                AppendRules.Known found = ids.find(write, event);
                // what this group itself has stored meanwhile was not there when it was decided
                return found == null || found.position() > tail.head() ? null : found;
            } catch (SQLException e) {
                throw new Failed(e);
            }
        }

        @Override
        public long firstMatch(int number) {
            AppendCondition condition = append.conditions().get(number);
            long found;
            try {
                found = search.firstMatch(condition, tail.head());
            } catch (SQLException e) {
                throw new Failed(e);
            }
            return found > 0 ? found : firstAccepted(condition);
        }

        private long firstAccepted(AppendCondition condition) {
            if (!TagKeys.mayMatch(condition.query(), acceptedTags)) {
                return 0;
            }
            for (Accepted one : accepted) {
                if (one.position() > condition.afterPosition()
                        && condition
                                .query()
                                .matches(
                                        one.stream().name(),
                                        one.event().type(),
                                        one.event().tags())) {
                    return one.position();
                }
            }
            return 0;
        }
    }
}
