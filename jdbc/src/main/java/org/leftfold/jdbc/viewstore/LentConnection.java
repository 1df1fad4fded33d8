package org.leftfold.jdbc.viewstore;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A connection that is lent to the work of a transaction: it does everything but end the
 * transaction or change how it runs. Who gets at the connection itself by one of its statements is
 * found out at the end: a savepoint is gone with its transaction. For one thread.
 */
final class LentConnection implements InvocationHandler {
    private static final Set<String> NOT_LENT =
            Set.of(
                    "commit",
                    "close",
                    "abort",
                    "setAutoCommit",
                    "setTransactionIsolation",
                    "setReadOnly",
                    "beginRequest",
                    "endRequest");

    private final Connection connection;
    private final Consumer<String> check;

    private LentConnection(Connection connection, Consumer<String> check) {
        this.connection = connection;
        this.check = check;
    }

    /**
     * Lends a connection.
     *
     * @param check throws when the transaction has ended; is given what is to be done
     */
    static Connection of(Connection connection, Consumer<String> check) {
        return (Connection)
                Proxy.newProxyInstance(
                        LentConnection.class.getClassLoader(),
                        new Class<?>[] {Connection.class},
                        new LentConnection(connection, check));
    }

    @SuppressWarnings("ReferenceEquality") // it is about which of them it is
    private static boolean isSame(Object self, @Nullable Object other) {
        return self == other;
    }

    @Override
    public @Nullable Object invoke(
            Object self, Method method, @Nullable Object @Nullable [] arguments) throws Throwable {
        String name = method.getName();
        if (method.getDeclaringClass() == Object.class) {
            return switch (name) {
                case "equals" -> arguments != null && isSame(self, arguments[0]);
                case "hashCode" -> System.identityHashCode(self);
                default -> "lent " + connection;
            };
        }
        if (NOT_LENT.contains(name) || (name.equals("rollback") && arguments == null)) {
            throw new IllegalStateException(
                    "%s() is not for the work of a transaction on views: it ends when the work does"
                            .formatted(name));
        }
        check.accept(name);
        try {
            return method.invoke(connection, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause() == null ? e : e.getCause();
        }
    }
}
