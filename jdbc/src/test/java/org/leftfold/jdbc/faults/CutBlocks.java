package org.leftfold.jdbc.faults;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import javax.sql.DataSource;
import org.leftfold.api.Append;

/**
 * Connections on which a block of MariaDB ends as when somebody ended its statement right behind
 * the events: they are inserted, nothing else is, and the transaction is open. All else is real.
 *
 * @param cut the append whose block is cut, of one event like the last one; null when that was done
 */
record CutBlocks(DataSource real, AtomicReference<Append> cut) {
    private static final String BLOCK = "/*client prepare*/ begin not atomic";

    DataSource source() {
        return around(
                DataSource.class,
                real,
                (method, arguments, result) ->
                        result instanceof Connection connection ? connection(connection) : result);
    }

    private Connection connection(Connection connection) {
        return around(
                Connection.class,
                connection,
                (method, arguments, result) ->
                        method.getName().equals("prepareStatement")
                                        && arguments[0].toString().startsWith(BLOCK)
                                ? block(connection, (PreparedStatement) result)
                                : result);
    }

    private PreparedStatement block(Connection connection, PreparedStatement statement) {
        Append append = cut.getAndSet(null);
        if (append == null) {
            return statement;
        }
        return (PreparedStatement)
                Proxy.newProxyInstance(
                        CutBlocks.class.getClassLoader(),
                        new Class<?>[] {PreparedStatement.class},
                        (proxy, method, arguments) -> {
                            if (!method.getName().equals("execute")) {
                                return invoke(statement, method, arguments);
                            }
                            insert(connection, append);
                            throw new SQLException(
                                    "Query execution was interrupted", "70100", 1317);
                        });
    }

    private static void insert(Connection connection, Append append) throws SQLException {
        UUID id = append.writes().getFirst().events().getFirst().id().value();
        try (Statement begin = connection.createStatement()) {
            begin.execute("start transaction");
            begin.execute("select format from leftfold_store where id = 1 for update");
        }
        try (PreparedStatement insert =
                connection.prepareStatement(
                        "insert into leftfold_events (position, id_high, id_low, recorded_at,"
                                + " stream_id, version, kind_id, append_rest, tags, metadata, payload)"
                                + " select position + 1, ?, ?, recorded_at, stream_id, version + 1,"
                                + " kind_id, 0, tags, metadata, payload from leftfold_events"
                                + " order by position desc limit 1")) {
            insert.setLong(1, id.getMostSignificantBits());
            insert.setLong(2, id.getLeastSignificantBits());
            insert.executeUpdate();
        }
    }

    /** What becomes of the result of a call. */
    private interface Results {
        Object of(Method method, Object[] arguments, Object result);
    }

    private static <T> T around(Class<T> type, T real, Results results) {
        return type.cast(
                Proxy.newProxyInstance(
                        CutBlocks.class.getClassLoader(),
                        new Class<?>[] {type},
                        (proxy, method, arguments) ->
                                results.of(method, arguments, invoke(real, method, arguments))));
    }

    private static Object invoke(Object real, Method method, Object[] arguments) throws Throwable {
        try {
            return method.invoke(real, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }
}
