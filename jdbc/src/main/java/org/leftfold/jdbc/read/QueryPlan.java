package org.leftfold.jdbc.read;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.leftfold.api.Query;
import org.leftfold.api.QueryItem;
import org.leftfold.api.StreamName;
import org.leftfold.api.Tag;
import org.leftfold.jdbc.event.KindBlocks;
import org.leftfold.jdbc.event.Kinds;
import org.leftfold.jdbc.event.TagKeys;
import org.leftfold.jdbc.sql.Database;
import org.leftfold.jdbc.sql.Dialect;
import org.leftfold.jdbc.sql.Sql;

/**
 * How the positions that match a query are found. The plan is ours, not the database's: of several
 * tags the rarest leads and the others are looked up for each of its positions, kinds and streams
 * are walked along their own index. So it depends on no statistics, which a young table has not.
 *
 * <p>What it finds is a superset: two tags may share a key. Whoever uses it compares the event.
 */
public final class QueryPlan {
    /** A range of positions that is read through rather than searched. */
    private static final long SHORT_RANGE = 512;

    /** More pairs of category and type than these are not walked one by one. */
    private static final int MAX_BRANCHES = 48;

    /** Nor are more kinds, which a pair has one of for each schema version. */
    private static final int MAX_KINDS = 512;

    /** A tag with so many events counts as frequent. */
    private static final int FREQUENT = 1024;

    private final List<Branch> branches = new ArrayList<>();

    private QueryPlan() {}

    /**
     * A range of positions.
     *
     * @param after only above this
     * @param to only up to this
     * @param backward whether the last come first
     * @param limit at most so many
     */
    public record Range(long after, long to, boolean backward, int limit) {
        boolean isShort() {
            return to - after <= SHORT_RANGE;
        }

        String direction() {
            return backward ? " desc" : "";
        }

        /** The rest of a walk along the positions that one key has. */
        Sql along(Sql sql, String position) {
            return ends(sql, position).add(" order by " + position + direction() + limited());
        }

        /**
         * The rest of a walk along all positions; what lies behind its end has to be cut off. With
         * both ends given and no statistics, PostgreSQL would fetch and sort everything between.
         */
        Sql openEnded(Sql sql, String position) {
            if (isShort()) {
                return along(sql, position);
            }
            if (backward) {
                sql = to < Long.MAX_VALUE ? sql.add(" and " + position + " <= ?", to) : sql;
            } else {
                sql = after > 0 ? sql.add(" and " + position + " > ?", after) : sql;
            }
            return sql.add(" order by " + position + direction() + limited());
        }

        /** Whether a position is in it. */
        boolean covers(long position) {
            return position > after && position <= to;
        }

        /** The rest of a walk along something that rises with the positions. */
        Sql beside(Sql sql, String position, String order) {
            return ends(sql, position + " + 0") // keeps it off the index of positions
                    .add(" order by " + order + direction() + limited());
        }

        private Sql ends(Sql sql, String position) {
            if (after > 0) {
                sql.add(" and " + position + " > ?", after);
            }
            return to < Long.MAX_VALUE ? sql.add(" and " + position + " <= ?", to) : sql;
        }

        /** As text, not as a parameter: the database must know it when it makes its plan. */
        String limited() {
            return " limit " + limit;
        }
    }

    /** One walk along one index. */
    private interface Branch {
        /** Null where it has nothing of the range. */
        @Nullable Sql sql(Range range);
    }

    /** The plan of a query. Kinds that come later do not count. */
    public static QueryPlan of(Connection connection, Database database, Kinds kinds, Query query)
            throws SQLException {
        QueryPlan plan = new QueryPlan();
        if (query.isEverything()) {
            plan.branches.add(range ->
                    range.openEnded(
                            new Sql().add("select position from {events} where 1 = 1"),
                            "position"));
            return plan;
        }
        for (QueryItem item : query.items()) {
            plan.add(connection, database, kinds, item);
        }
        return plan;
    }

    private void add(Connection connection, Database database, Kinds kinds, QueryItem item)
            throws SQLException {
        boolean anyKind = item.types().isEmpty() && item.categories().isEmpty();
        List<Kinds.Matching> matching = anyKind ? List.of() : kinds.matching(connection, item);
        List<Integer> wanted = matching.stream().map(Kinds.Matching::number).toList();
        if (!anyKind && wanted.isEmpty()) {
            return; // nothing of the kind was ever stored
        }
        List<Long> streams = streamIds(connection, database, item.streams());
        if (!item.streams().isEmpty() && streams.isEmpty()) {
            return;
        }
        if (!item.tags().isEmpty()) {
            addTags(byRarity(connection, database, item.tags()), wanted, streams);
        } else if (!streams.isEmpty()) {
            streams.forEach(stream -> branches.add(range -> ofStream(stream, wanted, range)));
        } else {
            addKinds(
                    wanted,
                    new TreeSet<>(matching.stream().map(Kinds.Matching::under).toList()),
                    database.dialect());
        }
    }

    /** Kinds, and the first ones of their pairs of category and type. */
    private void addKinds(List<Integer> kinds, Set<Integer> pairs, Dialect dialect) {
        if (pairs.size() > MAX_BRANCHES || kinds.size() > MAX_KINDS) {
            branches.add(range -> filtered(kinds, range));
        } else if (dialect.filesKindsInBlocks()) {
            branches.add(range -> behindBlocks(kinds, range));
            pairs.forEach(pair -> branches.add(range -> inBlocks(pair, range)));
        } else {
            kinds.forEach(kind -> branches.add(range -> ofKind(kind, range)));
        }
    }

    /** What is not filed yet, which the same statement says, for it may be filed meanwhile. */
    private static Sql behindBlocks(List<Integer> kinds, Range range) {
        Sql sql = new Sql().add("select position from {events} where kind_id in ").addList(kinds);
        if (range.isShort()) {
            return range.along(sql, "position");
        }
        return sql.add(
                        " and position > greatest(?, (" + KindBlocks.FILED_POSITIONS + "))",
                        range.after())
                .add(" and position <= ?", range.to())
                .add(" order by position" + range.direction() + range.limited());
    }

    /** Positions rise from block to block, and within one. */
    private static @Nullable Sql inBlocks(int kind, Range range) {
        if (range.isShort()) {
            return null;
        }
        long all = KindBlocks.POSITIONS;
        String position = "b.block * %d::bigint + u.place + 1".formatted(all);
        Sql sql =
                new Sql()
                        .add("select " + position + " as position from {kind_blocks} b")
                        .add(" cross join lateral unnest(b.positions) u(place)")
                        .add(" where b.kind_id = ?", kind);
        if (range.after() > 0) {
            sql.add(" and b.block >= ?", range.after() / all)
                    .add(" and " + position + " > ?", range.after());
        }
        if (range.to() < Long.MAX_VALUE) {
            sql.add(" and b.block <= ?", range.to() / all)
                    .add(" and " + position + " <= ?", range.to());
        }
        String direction = range.direction();
        return sql.add(" order by b.block" + direction + ", u.place" + direction + range.limited());
    }

    private static Sql ofKind(int kind, Range range) {
        return range.along(
                new Sql().add("select position from {events} where kind_id = ?", kind), "position");
    }

    private static Sql filtered(List<Integer> kinds, Range range) {
        return range.openEnded(
                new Sql().add("select position from {events} where kind_id in ").addList(kinds),
                "position");
    }

    /** Versions and positions of a stream rise together, and versions have the index. */
    private static Sql ofStream(long stream, List<Integer> kinds, Range range) {
        Sql sql = new Sql();
        String column = range.isShort() ? "stream_id + 0" : "stream_id"; // keeps it off that index
        sql.add("select position from {events} where " + column + " = ?", stream);
        if (!kinds.isEmpty()) {
            sql.add(" and kind_id in ").addList(kinds);
        }
        return range.isShort()
                ? range.along(sql, "position")
                : range.beside(sql, "position", "version");
    }

    private void addTags(List<Long> tags, List<Integer> kinds, List<Long> streams) {
        branches.add(range -> {
            Sql sql =
                    new Sql()
                            .add(
                                    "select t.position from {tags} t where t.tag_key = ?",
                                    tags.getFirst());
            for (long other : tags.subList(1, tags.size())) {
                sql.add(
                        " and (select o.position from {tags} o where o.tag_key = ?"
                                + " and o.position = t.position) is not null",
                        other);
            }
            if (!kinds.isEmpty()) {
                sql.add(
                                " and (select e.kind_id from {events} e"
                                        + " where e.position = t.position) in ")
                        .addList(kinds);
            }
            if (!streams.isEmpty()) {
                sql.add(
                                " and (select e.stream_id from {events} e"
                                        + " where e.position = t.position) in ")
                        .addList(streams);
            }
            return range.along(sql, "t.position");
        });
    }

    private static List<Long> byRarity(Connection connection, Database database, Set<Tag> tags)
            throws SQLException {
        if (tags.size() == 1) {
            return List.of(TagKeys.of(tags.iterator().next()));
        }
        TreeMap<Long, Long> counts = new TreeMap<>(); // in a fixed order where counts are equal
        for (Tag tag : tags) {
            long key = TagKeys.of(tag);
            Sql count =
                    new Sql()
                            .add(
                                    "select count(*) from (select 1 from {tags} where tag_key = ?"
                                            + " limit "
                                            + FREQUENT
                                            + ") counted",
                                    key);
            try (PreparedStatement statement = count.prepare(connection, database);
                    ResultSet row = statement.executeQuery()) {
                row.next();
                counts.put(key, row.getLong(1));
            }
        }
        List<Long> keys = new ArrayList<>(counts.keySet());
        keys.sort(Comparator.comparing(counts::get));
        return keys;
    }

    private static List<Long> streamIds(
            Connection connection, Database database, Set<StreamName> streams) throws SQLException {
        if (streams.isEmpty()) {
            return List.of();
        }
        List<Long> ids = new ArrayList<>();
        Sql sql =
                new Sql()
                        .add("select stream_id from {streams} where name in ")
                        .addList(streams.stream().map(StreamName::value).toList());
        try (PreparedStatement statement = sql.prepare(connection, database);
                ResultSet rows = statement.executeQuery()) {
            while (rows.next()) {
                ids.add(rows.getLong(1));
            }
        }
        return ids;
    }

    /** Whether nothing can match. */
    public boolean isEmpty() {
        return branches.isEmpty();
    }

    /** A statement that gives the matching positions of a range, in order, each once. */
    public Sql positions(Range range) {
        List<Sql> walks = new ArrayList<>();
        for (Branch branch : branches) {
            Sql walk = branch.sql(range);
            if (walk != null) {
                walks.add(walk);
            }
        }
        if (walks.size() == 1) {
            return walks.getFirst();
        }
        Sql sql = new Sql().add("select position from (");
        for (int i = 0; i < walks.size(); i++) {
            sql.add(i == 0 ? "(" : " union (").add(walks.get(i)).add(")");
        }
        return sql.add(") candidates order by position" + range.direction() + range.limited());
    }
}
