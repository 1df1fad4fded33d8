package org.leftfold.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import javax.sql.DataSource;
import org.leftfold.api.spi.ViewStore;
import org.leftfold.jdbc.schema.ViewMigrations;
import org.leftfold.jdbc.sql.AnyDatabase;
import org.leftfold.jdbc.sql.AnyDialect;
import org.leftfold.jdbc.sql.H2Dialect;
import org.leftfold.jdbc.sql.MariaDbDialect;
import org.leftfold.jdbc.sql.PostgresDialect;
import org.leftfold.jdbc.sql.SqlErrors;
import org.leftfold.jdbc.viewstore.ViewTransactions;

/**
 * Views in a database: their rows, how far each is and what it could not apply, in one transaction.
 * The database needs not be that of the events. Any number of processes may have it open. Safe for
 * any thread; it holds nothing that would have to be closed.
 *
 * <p>A transaction runs at READ COMMITTED on one connection, which its work gets by {@code
 * unwrap(Connection.class)} to change tables of its own; that one refuses to commit, to roll back
 * as a whole and to be closed. An {@link SQLException} of the work goes to the caller as it is,
 * unless it says that the connection or the transaction is lost, or that a lock was not to be had:
 * that is the store's own failure, LF-3009 or LF-3013.
 *
 * <p>A commit is as durable as the database makes it. Where it is set to lose the last commits in a
 * crash, it loses them whole, progress included, and the events are applied again.
 */
public final class JdbcViewStore implements ViewStore {
    /** So long the opening waits for a database that does not answer, or for others who open it. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final ViewTransactions transactions;

    private JdbcViewStore(ViewTransactions transactions) {
        this.transactions = transactions;
    }

    /**
     * Opens a view store with {@link JdbcViewOptions#defaults()}; see {@link #open(DataSource,
     * JdbcViewOptions)}.
     */
    public static JdbcViewStore open(DataSource source) {
        return open(source, JdbcViewOptions.defaults());
    }

    /**
     * Opens the views in a database, making its tables if they are missing: PostgreSQL from 13 on,
     * MariaDB from 10.6 on, MySQL from 8.0 on, or H2 from 2.0 on.
     *
     * @param source gives connections, best from a pool, one for each transaction at a time; it
     *     stays the caller's
     * @throws org.leftfold.api.InvalidRequestException if it is another kind of database (LF-1305)
     * @throws org.leftfold.api.StoreUnavailableException if the database does not answer (LF-3009)
     *     or the role lacks rights (LF-3011)
     * @throws org.leftfold.api.IncompatibleStoreException if the tables are missing and may not be
     *     made (LF-5003), or are of another version (LF-5001)
     */
    public static JdbcViewStore open(DataSource source, JdbcViewOptions options) {
        AnyDatabase database =
                new AnyDatabase(source, dialect(source, options), options.tables(), PATIENCE);
        ViewMigrations.open(database, options.createsTables());
        return new JdbcViewStore(new ViewTransactions(database, options.timeout()));
    }

    private static AnyDialect dialect(DataSource source, JdbcViewOptions options) {
        String product;
        try (Connection connection = source.getConnection()) {
            product = connection.getMetaData().getDatabaseProductName();
        } catch (SQLException e) {
            throw SqlErrors.unreachable("'%s*'".formatted(options.tables().prefix()), e);
        }
        return switch (product) {
            case "PostgreSQL" -> new PostgresDialect();
            case "MariaDB", "MySQL" -> new MariaDbDialect();
            case "H2" -> new H2Dialect();
            default -> throw SqlErrors.noHomeOfViews(product);
        };
    }

    @Override
    public <T, X extends Exception> T inTransaction(Work<T, X> work) throws X {
        return transactions.run(work);
    }
}
