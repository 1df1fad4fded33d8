package org.leftfold.jdbc.sql;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The calls of the functions that append a group, and one event. For one thread. */
record PostgresAppend(Connection connection, PreparedStatement statement) {
    private static final String CALL =
            "select stored, head, stream_ids, versions, known, moment from {append}"
                    + "(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)";

    private static final String CALL_ONE =
            "select stored, head, own_stream, version, known, moment from {append_one}"
                    + "(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)";

    private static final String CALL_KNOWN =
            "select {append_known}(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)";

    private static final String CALL_ONE_KNOWN =
            "select {append_one_known}(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)";

    /**
     * The call that stores a group.
     *
     * @param isKnown whether the end of the log is the only question
     */
    static String call(DirectGroup group, boolean isKnown) {
        if (group.isOneOfKnownKind()) {
            return isKnown ? CALL_ONE_KNOWN : CALL_ONE;
        }
        return isKnown ? CALL_KNOWN : CALL;
    }

    /** Binds what {@link #call} asks for. */
    void bind(DirectGroup group, boolean isKnown, boolean trusting, @Nullable Long clockMicros)
            throws SQLException {
        bindFirst(trusting, clockMicros);
        if (group.isOneOfKnownKind()) {
            if (isKnown) {
                bindOneKnown(group);
            } else {
                bindOne(group);
            }
        } else if (isKnown) {
            bindKnown(group);
        } else {
            bindAll(group);
        }
    }

    /** Binds what all functions begin with. */
    private void bindFirst(boolean trusting, @Nullable Long clockMicros) throws SQLException {
        statement.setBoolean(1, trusting);
        if (clockMicros == null) {
            statement.setNull(2, Types.BIGINT);
        } else {
            statement.setLong(2, clockMicros);
        }
    }

    private void bindOne(DirectGroup group) throws SQLException {
        DirectGroup.Row row = group.rows.getFirst();
        DirectGroup.Contents contents = row.contents();
        statement.setString(3, group.names.getFirst());
        statement.setLong(4, group.required.getFirst());
        statement.setBoolean(5, !group.newIds.isEmpty());
        statement.setInt(6, Objects.requireNonNull(group.kindIds.getFirst()));
        statement.setLong(7, row.idHigh());
        statement.setLong(8, row.idLow());
        statement.setString(9, PostgresArrays.orEmpty(contents.metadata()));
        statement.setString(10, PostgresArrays.orEmpty(contents.tags()));
        statement.setBytes(11, contents.payload().toByteArray());
        new PostgresArrays(connection, statement).longs(12, group.tags, DirectGroup.TagOf::key);
        bindEnd(13, group.assumedEnd);
    }

    private void bindOneKnown(DirectGroup group) throws SQLException {
        Dialect.EventRow row = group.knownRows().getFirst();
        bindEnd(3, group.assumedEnd);
        statement.setLong(7, row.streamId());
        statement.setLong(8, row.version());
        statement.setLong(9, row.idHigh());
        statement.setLong(10, row.idLow());
        statement.setInt(11, row.kindId());
        statement.setString(12, PostgresArrays.orEmpty(row.metadata()));
        statement.setString(13, PostgresArrays.orEmpty(row.tags()));
        statement.setBytes(14, Objects.requireNonNull(row.payload()).toByteArray());
        new PostgresArrays(connection, statement).longs(15, group.tags, DirectGroup.TagOf::key);
    }

    private void bindKnown(DirectGroup group) throws SQLException {
        List<Dialect.EventRow> rows = group.knownRows();
        bindEnd(3, group.assumedEnd);
        PostgresArrays to = new PostgresArrays(connection, statement);
        to.longs(7, rows, Dialect.EventRow::streamId);
        to.longs(8, rows, Dialect.EventRow::version);
        to.longs(9, rows, Dialect.EventRow::idHigh);
        to.longs(10, rows, Dialect.EventRow::idLow);
        to.ints(11, rows, Dialect.EventRow::kindId);
        to.ints(12, rows, Dialect.EventRow::appendRest);
        to.texts(13, rows, Dialect.EventRow::metadata);
        to.texts(14, rows, Dialect.EventRow::tags);
        to.payloads(15, rows, Dialect.EventRow::payload);
        to.longs(16, group.tags, DirectGroup.TagOf::key);
        to.ints(17, group.tags, DirectGroup.TagOf::event);
    }

    private void bindEnd(int first, @Nullable LogEnd end) throws SQLException {
        if (end == null) {
            statement.setNull(first, Types.BIGINT);
            statement.setNull(first + 1, Types.BIGINT);
            statement.setNull(first + 2, Types.BIGINT);
            statement.setNull(first + 3, Types.BIGINT);
        } else {
            statement.setLong(first, end.position());
            statement.setLong(first + 1, end.idHigh());
            statement.setLong(first + 2, end.idLow());
            statement.setLong(first + 3, end.recordedAt());
        }
    }

    private void bindAll(DirectGroup group) throws SQLException {
        List<DirectGroup.Row> rows = group.rows;
        PostgresArrays to = new PostgresArrays(connection, statement);
        to.set(3, "text", group.names.toArray(String[]::new));
        to.set(4, "int8", group.required.toArray(Long[]::new));
        to.ints(5, group.newIds, DirectGroup.NewId::stream);
        to.longs(6, group.newIds, DirectGroup.NewId::high);
        to.longs(7, group.newIds, DirectGroup.NewId::low);
        to.set(8, "int4", group.kindIds.toArray(Integer[]::new));
        to.set(9, "text", group.categories.toArray(String[]::new));
        to.set(10, "text", group.types.toArray(String[]::new));
        to.set(11, "int4", group.schemaVersions.toArray(Integer[]::new));
        to.ints(12, rows, DirectGroup.Row::stream);
        to.longs(13, rows, DirectGroup.Row::offset);
        to.longs(14, rows, DirectGroup.Row::idHigh);
        to.longs(15, rows, DirectGroup.Row::idLow);
        to.ints(16, rows, DirectGroup.Row::kind);
        to.ints(17, rows, DirectGroup.Row::appendRest);
        to.texts(18, rows, row -> row.contents().metadata());
        to.texts(19, rows, row -> row.contents().tags());
        to.payloads(20, rows, row -> row.contents().payload());
        to.longs(21, group.tags, DirectGroup.TagOf::key);
        to.ints(22, group.tags, DirectGroup.TagOf::event);
        to.ints(23, group.absent, DirectGroup.Absent::number);
        to.longs(24, group.absent, DirectGroup.Absent::key);
        to.longs(25, group.absent, DirectGroup.Absent::after);
        bindEnd(26, group.assumedEnd);
        to.set(30, "int8", group.knownIds.toArray(Long[]::new));
        to.set(31, "int8", group.knownVersions.toArray(Long[]::new));
    }
}
