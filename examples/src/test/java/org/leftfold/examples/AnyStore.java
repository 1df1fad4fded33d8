package org.leftfold.examples;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.leftfold.api.AuditPolicy;
import org.leftfold.api.EventStore;
import org.leftfold.api.InMemoryEventStore;
import org.leftfold.api.spi.InMemorySnapshotStore;
import org.leftfold.api.spi.InMemoryViewStore;
import org.leftfold.api.spi.SnapshotStore;
import org.leftfold.api.spi.ViewStore;
import org.leftfold.engine.EmbeddedEventStore;
import org.leftfold.engine.EmbeddedOptions;
import org.leftfold.jdbc.JdbcEventStore;
import org.leftfold.jdbc.JdbcOptions;
import org.leftfold.jdbc.JdbcViewOptions;
import org.leftfold.jdbc.JdbcViewStore;
import org.leftfold.jdbc.MariaDbEventStore;
import org.leftfold.jdbc.PostgresEventStore;
import org.leftfold.servers.Database;
import org.leftfold.servers.MariaDbServer;
import org.leftfold.servers.PostgresServer;
import org.leftfold.servers.ServerUnavailableException;

/**
 * New, empty stores of the kind that the system property {@code leftfold.examples.store} names:
 * {@code memory}, {@code embedded}, {@code postgres} or {@code mariadb}. The build runs the
 * examples once on each of them. A test is skipped, with its reason, where its server cannot run.
 */
public final class AnyStore {
    private enum Kind {
        MEMORY,
        EMBEDDED,
        POSTGRES,
        MARIADB
    }

    /** Somewhere a store is closed and opened again. */
    @FunctionalInterface
    public interface Place {
        /** Opens the store that is there; the first time, an empty one. */
        EventStore open();
    }

    private static final Kind KIND =
            Kind.valueOf(
                    System.getProperty("leftfold.examples.store", "memory")
                            .toUpperCase(Locale.ROOT));

    /** Fewer than there are writers in some tests, as everywhere. */
    private static final int CONNECTIONS = 10;

    private static final AtomicLong STORES = new AtomicLong();

    private AnyStore() {}

    /** A store. */
    public static EventStore open() {
        return KIND == Kind.MEMORY ? InMemoryEventStore.open() : place().open();
    }

    /** A store that takes the time of its events from this clock. */
    public static EventStore open(InstantSource clock) {
        return switch (KIND) {
            case MEMORY -> InMemoryEventStore.open(clock, AuditPolicy.none());
            case EMBEDDED ->
                    EmbeddedEventStore.open(
                            Folders.next(), EmbeddedOptions.defaults().clock(clock));
            case POSTGRES, MARIADB -> openOnServer(ownTables().clock(clock));
        };
    }

    /** A place of a store; on disk when the stores of this run are in memory. */
    public static Place place() {
        return switch (KIND) {
            case MEMORY, EMBEDDED -> {
                Path folder = Folders.next();
                yield () -> EmbeddedEventStore.open(folder);
            }
            case POSTGRES, MARIADB -> {
                JdbcOptions options = ownTables();
                yield () -> openOnServer(options);
            }
        };
    }

    /** Snapshots beside the events of a store. */
    public static SnapshotStore snapshots(EventStore store) {
        return switch (store) {
            case EmbeddedEventStore embedded -> embedded.snapshots();
            case JdbcEventStore jdbc -> jdbc.snapshots();
            default -> new InMemorySnapshotStore();
        };
    }

    /** A new, empty store of views: in the database of this run, or else in memory. */
    public static ViewStore views() {
        return switch (KIND) {
            case MEMORY, EMBEDDED -> new InMemoryViewStore();
            case POSTGRES, MARIADB -> viewsOnServer();
        };
    }

    private static ViewStore viewsOnServer() {
        try {
            String prefix = "v" + STORES.incrementAndGet() + "_";
            return JdbcViewStore.open(
                    Pool.of(KIND), JdbcViewOptions.defaults().tablePrefix(prefix));
        } catch (ServerUnavailableException e) {
            return Assumptions.abort("skipped: " + e.getMessage());
        }
    }

    /** Runs a statement in the database of this run, such as one that makes a table. */
    public static void execute(String sql) throws SQLException {
        try (Connection connection = Pool.of(KIND).getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** Whether the stores of this run keep nothing. */
    public static boolean isInMemory() {
        return KIND == Kind.MEMORY;
    }

    /** Whether the stores of this run are in a database. */
    public static boolean isOnServer() {
        return KIND == Kind.POSTGRES || KIND == Kind.MARIADB;
    }

    /** How much of something; a store that waits for a disk or a server does less in its time. */
    public static int count(int inMemory, int onDisk, int onServer) {
        return switch (KIND) {
            case MEMORY -> inMemory;
            case EMBEDDED -> onDisk;
            case POSTGRES, MARIADB -> onServer;
        };
    }

    private static JdbcOptions ownTables() {
        return JdbcOptions.defaults().tablePrefix("t" + STORES.incrementAndGet() + "_");
    }

    private static JdbcEventStore openOnServer(JdbcOptions options) {
        try {
            HikariDataSource pool = Pool.of(KIND);
            return KIND == Kind.POSTGRES
                    ? PostgresEventStore.open(pool, options)
                    : MariaDbEventStore.open(pool, options);
        } catch (ServerUnavailableException e) {
            return Assumptions.abort("skipped: " + e.getMessage());
        }
    }

    /** The connections to the one server of this run. */
    private static final class Pool {
        private static HikariDataSource pool; // guarded by the class

        static synchronized HikariDataSource of(Kind kind) {
            if (pool == null) {
                Database database =
                        (kind == Kind.POSTGRES ? PostgresServer.shared() : MariaDbServer.shared())
                                .newDatabase();
                HikariConfig config = new HikariConfig();
                config.setJdbcUrl(database.jdbcUrl());
                config.setUsername(database.user());
                config.setPassword(database.password());
                config.setMaximumPoolSize(CONNECTIONS);
                config.setMinimumIdle(0);
                pool = new HikariDataSource(config);
            }
            return pool;
        }
    }

    /** Empty folders, which are deleted when this JVM ends. */
    private static final class Folders {
        private static final Path ROOT = temporary();

        static Path next() {
            return ROOT.resolve("store" + STORES.incrementAndGet());
        }

        private static Path temporary() {
            try {
                Path root = Files.createTempDirectory("leftfold-examples-");
                Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(root)));
                return root;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private static void delete(Path root) {
            try (Stream<Path> files = Files.walk(root)) {
                List<Path> deepestFirst = files.sorted(Comparator.reverseOrder()).toList();
                for (Path file : deepestFirst) {
                    Files.delete(file);
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
