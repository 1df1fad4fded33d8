package org.leftfold.jdbc.sql;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.util.List;
import java.util.function.ToIntFunction;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/** The call of the function that appends a group. */
final class PostgresAppend {
    static final String CALL =
            "select stored, head, versions from {append}(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)";

    private PostgresAppend() {}

    static void bind(
            Connection connection,
            PreparedStatement statement,
            DirectGroup group,
            @Nullable Long clockMicros,
            boolean trusting)
            throws SQLException {
        List<DirectGroup.Row> rows = group.rows;
        Binding to = new Binding(connection, statement);
        statement.setBoolean(1, trusting);
        if (clockMicros == null) {
            statement.setNull(2, Types.BIGINT);
        } else {
            statement.setLong(2, clockMicros);
        }
        to.set(3, "text", group.names.toArray());
        to.set(4, "int8", group.required.toArray());
        to.ints(5, group.newIds, DirectGroup.NewId::stream);
        to.longs(6, group.newIds, DirectGroup.NewId::high);
        to.longs(7, group.newIds, DirectGroup.NewId::low);
        to.set(8, "int4", group.kindIds.toArray());
        to.set(9, "text", group.categories.toArray());
        to.set(10, "text", group.types.toArray());
        to.ints(11, rows, DirectGroup.Row::stream);
        to.longs(12, rows, DirectGroup.Row::offset);
        to.longs(13, rows, DirectGroup.Row::idHigh);
        to.longs(14, rows, DirectGroup.Row::idLow);
        to.ints(15, rows, DirectGroup.Row::kind);
        to.ints(16, rows, DirectGroup.Row::schemaVersion);
        @Nullable String[] metadata = new String[rows.size()];
        @Nullable String[] tags = new String[rows.size()];
        byte[][] payloads = new byte[rows.size()][];
        for (int i = 0; i < payloads.length; i++) {
            DirectGroup.Contents contents = rows.get(i).contents();
            metadata[i] = contents.metadata();
            tags[i] = contents.tags();
            payloads[i] = contents.payload().toByteArray();
        }
        to.set(17, "text", metadata);
        to.set(18, "text", tags);
        to.set(19, "bytea", payloads);
        to.longs(20, group.tags, DirectGroup.TagOf::key);
        to.ints(21, group.tags, DirectGroup.TagOf::event);
    }

    /** Sets arrays. */
    private record Binding(Connection connection, PreparedStatement statement) {
        void set(int index, String type, @Nullable Object[] values) throws SQLException {
            statement.setArray(index, connection.createArrayOf(type, values));
        }

        <T> void longs(int index, List<T> list, ToLongFunction<T> value) throws SQLException {
            Object[] values = new Long[list.size()];
            for (int i = 0; i < values.length; i++) {
                values[i] = value.applyAsLong(list.get(i));
            }
            set(index, "int8", values);
        }

        <T> void ints(int index, List<T> list, ToIntFunction<T> value) throws SQLException {
            Object[] values = new Integer[list.size()];
            for (int i = 0; i < values.length; i++) {
                values[i] = value.applyAsInt(list.get(i));
            }
            set(index, "int4", values);
        }
    }
}
