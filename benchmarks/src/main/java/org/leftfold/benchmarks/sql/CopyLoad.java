package org.leftfold.benchmarks.sql;

import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HexFormat;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import org.leftfold.benchmarks.stores.PlacedEvent;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;

/** Loads a table of PostgreSQL by COPY in its text form. */
final class CopyLoad {
    private static final int PIECE_CHARS = 60_000;

    private final StringBuilder text = new StringBuilder(2 * PIECE_CHARS);

    private CopyLoad() {}

    /** One event as one line, without its end. */
    @FunctionalInterface
    interface Row {
        void write(PlacedEvent event, CopyLoad to);
    }

    /** Loads all events, in one transaction. */
    static void run(OwnDatabase database, String sql, Iterable<PlacedEvent> events, Row row)
            throws SQLException {
        CopyLoad load = new CopyLoad();
        try (Connection connection = database.connect()) {
            CopyIn copy = connection.unwrap(PGConnection.class).getCopyAPI().copyIn(sql);
            for (PlacedEvent event : events) {
                row.write(event, load);
                load.text.setCharAt(load.text.length() - 1, '\n');
                if (load.text.length() > PIECE_CHARS) {
                    load.flush(copy);
                }
            }
            load.flush(copy);
            copy.endCopy();
        }
    }

    private void flush(CopyIn copy) throws SQLException {
        byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
        copy.writeToCopy(bytes, 0, bytes.length);
        text.setLength(0);
    }

    /** A field that needs no escapes. */
    CopyLoad field(Object value) {
        text.append(value).append('\t');
        return this;
    }

    /** Text of the bytes, without backslashes. */
    CopyLoad text(byte[] bytes) {
        return field(new String(bytes, StandardCharsets.UTF_8));
    }

    CopyLoad bytes(byte[] bytes) {
        text.append("\\\\x");
        HexFormat.of().formatHex(text, bytes);
        text.append('\t');
        return this;
    }

    CopyLoad id() {
        return field(newId());
    }

    /** As unique as a random one, without the price of a secure random number. */
    static UUID newId() {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        return new UUID(random.nextLong(), random.nextLong());
    }
}
