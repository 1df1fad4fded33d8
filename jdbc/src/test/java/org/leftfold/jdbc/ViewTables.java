package org.leftfold.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.atomic.AtomicLong;
import javax.sql.DataSource;
import org.leftfold.api.spi.ViewStore;
import org.leftfold.jdbc.sql.Tables;
import org.leftfold.testkit.tck.spi.SpiTckStore;

/** Tables of view stores in the databases that all tests share. Safe for any thread. */
final class ViewTables {
    private static final List<String> TABLES =
            List.of("view_rows", "view_progress", "view_parked", "view_headers");
    private static final AtomicLong STORES = new AtomicLong();
    private static final Map<Kind, Deque<JdbcViewOptions>> EMPTIED = new EnumMap<>(Kind.class);

    static {
        for (Kind kind : Kind.values()) {
            EMPTIED.put(kind, new ConcurrentLinkedDeque<>());
        }
    }

    private ViewTables() {}

    /** Options for a view store of its own in a database that others use too. */
    static JdbcViewOptions own() {
        return JdbcViewOptions.defaults().tablePrefix("v" + STORES.incrementAndGet() + "_");
    }

    /** An empty view store on a server, whose tables are borrowed: to make them takes long. */
    static SpiTckStore<ViewStore> open(Kind kind) {
        JdbcViewOptions known = EMPTIED.get(kind).poll();
        JdbcViewOptions options = known == null ? own() : known;
        DataSource source = kind.shared();
        return new Opened(
                source,
                options,
                () -> {},
                () -> {
                    empty(source, options.tables());
                    EMPTIED.get(kind).add(options);
                });
    }

    /** A view store whose tables go with the database. */
    static SpiTckStore<ViewStore> open(DataSource source, Runnable onReopen, Runnable onClose) {
        return new Opened(source, JdbcViewOptions.defaults(), onReopen, onClose);
    }

    private static final class Opened implements SpiTckStore<ViewStore> {
        private final DataSource source;
        private final JdbcViewOptions options;
        private final Runnable onReopen;
        private final Runnable onClose;
        private ViewStore store;

        Opened(DataSource source, JdbcViewOptions options, Runnable onReopen, Runnable onClose) {
            this.source = source;
            this.options = options;
            this.onReopen = onReopen;
            this.onClose = onClose;
            this.store = JdbcViewStore.open(source, options);
        }

        @Override
        public ViewStore store() {
            return store;
        }

        @Override
        public ViewStore reopen() {
            onReopen.run();
            store = JdbcViewStore.open(source, options);
            return store;
        }

        @Override
        public void close() {
            onClose.run();
        }
    }

    private static void empty(DataSource source, Tables tables) {
        for (String table : TABLES) {
            execute(source, tables.sql("delete from {" + table + "}"));
        }
    }

    static void execute(DataSource source, String sql) {
        try (Connection connection = source.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new AssertionError(sql, e);
        }
    }
}
