package org.leftfold.jdbc;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLTransientConnectionException;
import java.util.function.BooleanSupplier;
import javax.sql.DataSource;

/** A source that has no connections when a switch is on. */
public final class Switched {
    private Switched() {}

    /** The same source, but for that. */
    public static DataSource source(DataSource source, BooleanSupplier down) {
        return (DataSource)
                Proxy.newProxyInstance(
                        Switched.class.getClassLoader(),
                        new Class<?>[] {DataSource.class},
                        (proxy, method, arguments) -> {
                            if (method.getReturnType() == Connection.class && down.getAsBoolean()) {
                                throw new SQLTransientConnectionException("down", "08001");
                            }
                            try {
                                return method.invoke(source, arguments);
                            } catch (InvocationTargetException e) {
                                throw e.getCause();
                            }
                        });
    }
}
