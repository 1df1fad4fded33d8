package org.leftfold.jdbc.sql;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import javax.sql.DataSource;

/** A database with the tables of one store. Safe for any thread. */
public final class Database extends AnyDatabase {
    private final Dialect dialect;

    /**
     * A database.
     *
     * @param patience how long a call that can be repeated waits for a database that does not
     *     answer
     */
    public Database(DataSource source, Dialect dialect, Tables tables, Duration patience) {
        super(source, dialect, tables, patience);
        this.dialect = dialect;
    }

    @Override
    public Dialect dialect() {
        return dialect;
    }

    @Override
    List<String> prepare(Connection connection) throws SQLException {
        return dialect.prepareForAppends(connection);
    }
}
