package org.leftfold.jdbc.sql;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.leftfold.api.Payload;

/** A statement in the making: its text and what belongs into its question marks. For one thread. */
public final class Sql {
    private final StringBuilder text = new StringBuilder();
    private final List<Object> values = new ArrayList<>();

    /** A value that is text for people, in no need of being compared; null for none. */
    public record Text(@Nullable String text) {}

    /** A value that is bytes; null for none. */
    public record Bytes(@Nullable Payload payload) {}

    /** A value that is true or false. */
    public record Truth(boolean value) {}

    /** An empty statement. */
    public Sql() {}

    /** Adds text, and a value for each question mark in it: numbers, names, texts or bytes. */
    public Sql add(String part, Object... more) {
        text.append(part);
        values.addAll(List.of(more));
        return this;
    }

    /** Adds another statement. */
    public Sql add(Sql other) {
        text.append(other.text);
        values.addAll(other.values);
        return this;
    }

    /**
     * Adds {@code (?, ?, ...)} with these values. There are always 1, 2, 4, 8 and so on question
     * marks, so that few different statements come about.
     */
    public Sql addList(Collection<? extends Object> list) {
        int room = Math.max(1, Integer.highestOneBit(Math.max(1, list.size() * 2 - 1)));
        text.append("(?").append(",?".repeat(room - 1)).append(')');
        Object last = 0;
        for (Object value : list) {
            values.add(value);
            last = value;
        }
        for (int i = list.size(); i < room; i++) {
            values.add(last);
        }
        return this;
    }

    /** The statement, ready to be executed. The caller closes it. */
    public PreparedStatement prepare(Connection connection, AnyDatabase database)
            throws SQLException {
        PreparedStatement statement = connection.prepareStatement(database.sql(text.toString()));
        try {
            for (int i = 0; i < values.size(); i++) {
                switch (values.get(i)) {
                    case Text text -> statement.setString(i + 1, text.text());
                    case Truth truth -> statement.setBoolean(i + 1, truth.value());
                    case Bytes bytes -> setBytes(statement, i + 1, bytes.payload());
                    case Long number -> statement.setLong(i + 1, number);
                    case Integer number -> statement.setInt(i + 1, number);
                    case String name -> database.dialect().setName(statement, i + 1, name);
                    default ->
                            throw new IllegalStateException(
                                    "no parameter: " + values.get(i).getClass());
                }
            }
            return statement;
        } catch (SQLException | RuntimeException e) {
            statement.close();
            throw e;
        }
    }

    private static void setBytes(PreparedStatement statement, int index, @Nullable Payload payload)
            throws SQLException {
        if (payload == null) {
            statement.setNull(index, Types.VARBINARY);
        } else {
            statement.setBytes(index, payload.toByteArray());
        }
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
