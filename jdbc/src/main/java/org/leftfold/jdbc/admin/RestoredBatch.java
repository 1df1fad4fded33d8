package org.leftfold.jdbc.admin;

import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.leftfold.api.Backup;

/**
 * Entries of a backup that are taken over together. When the answer to the commit was lost and they
 * come again, they are not taken twice. For one thread.
 */
final class RestoredBatch {
    private final List<Backup.Entry> entries;
    private @Nullable Reached began;

    RestoredBatch(List<Backup.Entry> entries) {
        this.entries = entries;
    }

    /**
     * How far a store has come.
     *
     * @param head position of its last event
     * @param actId number of its last act
     */
    record Reached(long head, long actId) {
        /** Where it is when it has taken some entries more. */
        private Reached with(List<Backup.Entry> entries) {
            long places = entries.stream().filter(Backup.Place.class::isInstance).count();
            return new Reached(head + places, actId + entries.size() - places);
        }
    }

    /** Takes the entries over, in the transaction of a restoration; gives the head behind them. */
    long take(Restoration restoration) throws SQLException {
        Reached now = restoration.reached();
        if (began == null) {
            began = now;
        } else if (now.equals(began.with(entries))) {
            return now.head(); // an attempt before was committed
        }
        return restoration.take(entries);
    }
}
