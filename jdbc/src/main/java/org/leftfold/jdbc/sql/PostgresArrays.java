package org.leftfold.jdbc.sql;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;
import org.leftfold.api.Payload;

/** Sets parameters to arrays: columns of rows that are sent at once. For one thread. */
public record PostgresArrays(Connection connection, PreparedStatement statement) {
    /** Sets one to an array of a type of the database. */
    public void set(int index, String type, @Nullable Object[] values) throws SQLException {
        statement.setArray(index, connection.createArrayOf(type, values));
    }

    /** Sets one to a number of each row. */
    public <T> void longs(int index, List<T> rows, ToLongFunction<T> value) throws SQLException {
        Object[] values = new Long[rows.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = value.applyAsLong(rows.get(i));
        }
        set(index, "int8", values);
    }

    /** Sets one to a small number of each row. */
    public <T> void ints(int index, List<T> rows, ToIntFunction<T> value) throws SQLException {
        Object[] values = new Integer[rows.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = value.applyAsInt(rows.get(i));
        }
        set(index, "int4", values);
    }

    /** Sets one to a text of each row; none is empty, for a null makes a row longer. */
    public <T> void texts(int index, List<T> rows, Function<T, @Nullable String> value)
            throws SQLException {
        Object[] values = new String[rows.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = orEmpty(value.apply(rows.get(i)));
        }
        set(index, "text", values);
    }

    static String orEmpty(@Nullable String text) {
        return text == null ? "" : text;
    }

    /** Sets one to the bytes of each row. */
    public <T> void payloads(int index, List<T> rows, Function<T, @Nullable Payload> value)
            throws SQLException {
        byte[] @Nullable [] values = new byte[rows.size()] @Nullable [];
        for (int i = 0; i < values.length; i++) {
            Payload payload = value.apply(rows.get(i));
            values[i] = payload == null ? null : payload.toByteArray();
        }
        set(index, "bytea", values);
    }
}
