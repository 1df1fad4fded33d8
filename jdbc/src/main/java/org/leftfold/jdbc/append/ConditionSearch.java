package org.leftfold.jdbc.append;

import java.sql.Connection;
import java.sql.SQLException;
import org.leftfold.api.AppendCondition;
import org.leftfold.jdbc.event.Rows;
import org.leftfold.jdbc.event.StoredRow;
import org.leftfold.jdbc.read.Pages;
import org.leftfold.jdbc.read.QueryPlan;

/** Looks for committed events that break a condition. For one transaction. */
final class ConditionSearch {
    private static final int PAGE = 16;

    private final Connection connection;
    private final Rows rows;
    private final Pages pages;

    ConditionSearch(Connection connection, Rows rows) {
        this.connection = connection;
        this.rows = rows;
        this.pages = new Pages(rows);
    }

    /** Position of the first readable event up to {@code head} that breaks a condition, or 0. */
    long firstMatch(AppendCondition condition, long head) throws SQLException {
        long after = condition.afterPosition();
        if (after >= head) {
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
