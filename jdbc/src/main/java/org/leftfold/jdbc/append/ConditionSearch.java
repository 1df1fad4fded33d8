package org.leftfold.jdbc.append;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.leftfold.api.AppendCondition;
import org.leftfold.api.QueryItem;
import org.leftfold.api.Tag;
import org.leftfold.jdbc.event.Rows;
import org.leftfold.jdbc.event.StoredRow;
import org.leftfold.jdbc.event.TagKeys;
import org.leftfold.jdbc.read.Pages;
import org.leftfold.jdbc.read.QueryPlan;
import org.leftfold.jdbc.sql.Dialect;

/** Looks for committed events that break a condition. For one transaction. */
final class ConditionSearch {
    private static final int PAGE = 16;
    private static final int MOST_AT_ONCE = 256;

    private final Connection connection;
    private final Rows rows;
    private final Pages pages;
    private final Set<Dialect.TagAfter> lookedAt = new HashSet<>();
    private final Set<Dialect.TagAfter> tagged = new HashSet<>();

    ConditionSearch(Connection connection, Rows rows) {
        this.connection = connection;
        this.rows = rows;
        this.pages = new Pages(rows);
    }

    /**
     * Asks for the tags of many conditions at once: most conditions are about a tag that no event
     * behind their position has, and need no search of their own.
     */
    void lookAt(List<AppendCondition> conditions) throws SQLException {
        Set<Dialect.TagAfter> asked = new LinkedHashSet<>();
        for (AppendCondition condition : conditions) {
            for (QueryItem item : condition.query().items()) {
                item.tags().forEach(tag -> asked.add(behind(condition, tag)));
            }
        }
        List<Dialect.TagAfter> all = new ArrayList<>(asked);
        for (int from = 0; from < all.size(); from += MOST_AT_ONCE) {
            List<Dialect.TagAfter> some =
                    all.subList(from, Math.min(all.size(), from + MOST_AT_ONCE));
            tagged.addAll(
                    rows.database()
                            .dialect()
                            .firstTagged(connection, rows.database().tables(), some)
                            .keySet());
        }
        lookedAt.addAll(asked);
    }

    /** Says that each item of these conditions asks for a tag that no committed event has. */
    void ruleOut(List<AppendCondition> conditions) {
        for (AppendCondition condition : conditions) {
            for (QueryItem item : condition.query().items()) {
                item.tags().forEach(tag -> lookedAt.add(behind(condition, tag)));
            }
        }
    }

    private static Dialect.TagAfter behind(AppendCondition condition, Tag tag) {
        return new Dialect.TagAfter(TagKeys.of(tag), condition.afterPosition());
    }

    /** Whether each item asks for a tag that no event behind the position has. */
    private boolean isRuledOut(AppendCondition condition) {
        return !condition.query().items().isEmpty()
                && condition.query().items().stream()
                        .allMatch(item ->
                                item.tags().stream()
                                        .map(tag -> behind(condition, tag))
                                        .anyMatch(one ->
                                                lookedAt.contains(one) && !tagged.contains(one)));
    }

    /** Position of the first readable event up to {@code head} that breaks a condition, or 0. */
    long firstMatch(AppendCondition condition, long head) throws SQLException {
        long after = condition.afterPosition();
        if (after >= head || isRuledOut(condition)) {
            return 0;
        }
        QueryPlan plan = QueryPlan.of(connection, rows.database(), rows.kinds(), condition.query());
        while (true) {
            Pages.Page page =
                    pages.ofPlan(connection, plan, new QueryPlan.Range(after, head, false, PAGE));
            for (StoredRow row : page.rows()) {
                if (row.isReadable()
                        && condition.query().matches(row.stream(), row.type(), row.tags())) {
                    return row.position();
                }
                after = row.position();
            }
            if (!page.isFull()) {
                return 0;
            }
        }
    }
}
