package org.leftfold.cli.store;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;
import java.util.function.Predicate;
import org.leftfold.api.EventStore;
import org.leftfold.api.IncompatibleStoreException;
import org.leftfold.api.StoreAdmin;
import org.leftfold.api.StreamSummary;
import org.leftfold.api.VerificationReport;
import org.leftfold.api.spi.StoreListener;
import org.leftfold.cli.intake.InputException;
import org.leftfold.cli.terminal.Console;
import org.leftfold.jdbc.JdbcEventStore;
import org.leftfold.jdbc.JdbcOptions;
import org.leftfold.jdbc.MariaDbEventStore;
import org.leftfold.jdbc.PostgresEventStore;

/** A store in tables of a database. */
final class DatabasePlace implements StorePlace {
    /** A command writes with one, reads with one or two, and follows with one. */
    private static final int MOST_CONNECTIONS = 6;

    /** So long a person waits for a server that does not answer. */
    private static final int LOGIN_SECONDS = 10;

    private static final String NO_TABLES = "LF-5003";

    private final DatabaseAddress address;
    private final DatabaseLogin login;

    private DatabasePlace(DatabaseAddress address, DatabaseLogin login) {
        this.address = address;
        this.login = login;
    }

    /**
     * The place that an address names.
     *
     * @throws InputException if there can be no store
     */
    static DatabasePlace of(String text, DatabaseLogin login) {
        DatabaseAddress address = DatabaseAddress.parse(text);
        if (address.hasUser() && login.user() != null) {
            throw InputException.because(
                    "%s names a user, and so does an option: leave out one of them"
                            .formatted(address.shown()));
        }
        return new DatabasePlace(address, login);
    }

    @Override
    public String shown() {
        return address.shown();
    }

    @Override
    public Optional<Path> directory() {
        return Optional.empty();
    }

    @Override
    public void requireStore() {
        connect(false, StoreListener.NONE).close();
    }

    @Override
    public OpenStore open(Console console) {
        return connect(true, remarkingTo(console));
    }

    @Override
    public OpenStore openReadOnly(Console console) {
        return openExisting(console);
    }

    @Override
    public OpenStore openExisting(Console console) {
        return connect(false, remarkingTo(console));
    }

    @Override
    public VerificationReport verify(Console console, LongConsumer progress) {
        try (OpenStore store = openReadOnly(console)) {
            return store.admin().verify(progress);
        }
    }

    private StoreListener remarkingTo(Console console) {
        Secrets secrets = Secrets.of(console.environment(), List.of(address.url()));
        return new StoreListener() {
            @Override
            public void noticed(String text) {
                console.err().line("note: " + secrets.mask(text));
            }
        };
    }

    private OpenStore connect(boolean creates, StoreListener listener) {
        JdbcOptions options = options(creates, listener);
        Properties properties = properties();
        tryOut(properties);
        HikariDataSource pool = pool(properties);
        try {
            return new Opened(
                    address.isPostgres()
                            ? PostgresEventStore.open(pool, options)
                            : MariaDbEventStore.open(pool, options),
                    pool);
        } catch (IncompatibleStoreException e) {
            pool.close();
            throw e.code().equals(NO_TABLES) && !creates ? noStore() : e;
        } catch (RuntimeException | Error e) {
            pool.close();
            throw e;
        }
    }

    private JdbcOptions options(boolean creates, StoreListener listener) {
        JdbcOptions options = JdbcOptions.defaults().listener(listener);
        String prefix = login.tablePrefix();
        if (prefix != null) {
            options = options.tablePrefix(prefix);
        }
        if (login.acceptsLoss()) {
            options = options.acceptLossOnCrash();
        }
        return creates ? options : options.withoutCreatingTables();
    }

    private Properties properties() {
        Properties properties = new Properties();
        String user = login.user();
        if (user != null) {
            properties.setProperty("user", user);
        }
        String password = login.password();
        if (password != null && !address.hasPassword()) {
            properties.setProperty("password", password);
        }
        return properties;
    }

    /** Connects once without the pool, which would try again and again and tell less. */
    private void tryOut(Properties properties) {
        DriverManager.setLoginTimeout(LOGIN_SECONDS);
        try (Connection connection = DriverManager.getConnection(address.url(), properties)) {
            connection.getAutoCommit();
        } catch (SQLException e) {
            boolean hasPassword = address.hasPassword() || properties.containsKey("password");
            throw new LoginProblem(address, login.user(), hasPassword).explain(e);
        }
    }

    private HikariDataSource pool(Properties properties) {
        HikariConfig config = new HikariConfig();
        config.setPoolName("leftfold");
        config.setJdbcUrl(address.url());
        config.setDataSourceProperties(properties);
        config.setMaximumPoolSize(MOST_CONNECTIONS);
        config.setMinimumIdle(0);
        config.setInitializationFailTimeout(-1); // it was tried out
        config.setConnectionTimeout(TimeUnit.SECONDS.toMillis(LOGIN_SECONDS));
        return new HikariDataSource(config);
    }

    private InputException noStore() {
        String prefix = login.tablePrefix() == null ? "leftfold_" : login.tablePrefix();
        return InputException.because(
                ("there is no store in %s: it has no tables '%s...'. Look at the address and at"
                                + " --table-prefix, or make a store there: leftfold import --store %s"
                                + " FILE")
                        .formatted(shown(), prefix, shown()));
    }

    private record Opened(JdbcEventStore store, HikariDataSource pool) implements OpenStore {
        @Override
        public EventStore events() {
            return store;
        }

        @Override
        public StoreAdmin admin() {
            return store.admin();
        }

        @Override
        public void streams(String prefix, Predicate<StreamSummary> visitor) {
            store.streams(prefix, visitor);
        }

        @Override
        public void close() {
            try (pool) {
                store.close();
            }
        }
    }
}
