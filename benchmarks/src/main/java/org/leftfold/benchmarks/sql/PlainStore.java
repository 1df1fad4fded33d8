package org.leftfold.benchmarks.sql;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.UUID;
import org.leftfold.benchmarks.stores.EventSink;
import org.leftfold.benchmarks.stores.PlacedEvent;
import org.leftfold.benchmarks.stores.SampleEvent;
import org.leftfold.benchmarks.stores.WrongVersionException;

/**
 * A table of events as one writes it by hand, and a function that checks the version and inserts:
 * one round trip and one commit an append. Readers of the whole table stay behind the oldest
 * transaction that may still commit, so that they miss nothing.
 */
final class PlainStore extends SelectedStore {
    private static final String TABLE =
            """
            create table events (
                position bigint generated always as identity primary key,
                transaction_id xid8 not null default pg_current_xact_id(),
                version bigint not null,
                recorded_at timestamptz not null default clock_timestamp(),
                id uuid not null,
                stream text collate "C" not null,
                type text not null,
                payload bytea not null,
                metadata bytea not null,
                unique (stream, version))
            """;
    private static final String FUNCTION =
            """
            create function append_events(to_stream text, expected bigint, ids uuid[],
                types text[], payloads bytea[], metadatas bytea[])
            returns bigint language plpgsql as $$
            declare
                head bigint;
            begin
                select version into head from events
                    where stream = to_stream order by version desc limit 1;
                if coalesce(head, 0) <> expected then
                    raise exception 'stream is at %', head using errcode = '40001';
                end if;
                insert into events (version, id, stream, type, payload, metadata)
                    select expected + o, i, to_stream, t, p, m
                    from unnest(ids, types, payloads, metadatas)
                        with ordinality as u (i, t, p, m, o) order by o;
                return currval(pg_get_serial_sequence('events', 'position'));
            end $$
            """;
    private static final String COPY =
            "copy events (version, id, stream, type, payload, metadata) from stdin";
    private static final String COLUMNS =
            "select position, stream, version, type, payload, metadata from events";

    /** A follower asks as often as Leftfold's does. */
    private static final Selects SELECTS =
            new Selects(
                    COLUMNS + " where stream = ? order by version",
                    COLUMNS
                            + " where position > ?"
                            + " and transaction_id < pg_snapshot_xmin(pg_current_snapshot())"
                            + " order by position limit 10000",
                    "select max(position) from events",
                    10);

    /** Two appends met: one of them saw an old head. */
    private static final String UNIQUE_VIOLATION = "23505";

    private static final String SERIALIZATION_FAILURE = "40001";

    PlainStore(OwnDatabase database) throws SQLException {
        super(database, COPY, SELECTS);
        database.execute(TABLE);
        database.execute(FUNCTION);
    }

    @Override
    public void append(String stream, long expectedVersion, List<SampleEvent> events)
            throws SQLException, WrongVersionException {
        int count = events.size();
        UUID[] ids = new UUID[count];
        String[] types = new String[count];
        byte[][] payloads = new byte[count][];
        byte[][] metadatas = new byte[count][];
        for (int i = 0; i < count; i++) {
            SampleEvent event = events.get(i);
            ids[i] = CopyLoad.newId();
            types[i] = event.type();
            payloads[i] = event.payload();
            metadatas[i] = event.metadata();
        }
        try (Connection connection = database.pool().getConnection();
                PreparedStatement call =
                        connection.prepareStatement("select append_events(?, ?, ?, ?, ?, ?)")) {
            call.setString(1, stream);
            call.setLong(2, expectedVersion);
            call.setArray(3, connection.createArrayOf("uuid", ids));
            call.setArray(4, connection.createArrayOf("text", types));
            call.setArray(5, connection.createArrayOf("bytea", payloads));
            call.setArray(6, connection.createArrayOf("bytea", metadatas));
            call.execute();
        } catch (SQLException e) {
            if (UNIQUE_VIOLATION.equals(e.getSQLState())
                    || SERIALIZATION_FAILURE.equals(e.getSQLState())) {
                throw new WrongVersionException("refused by the function", e);
            }
            throw e;
        }
    }

    @Override
    void line(PlacedEvent placed, CopyLoad to) {
        to.field(placed.version())
                .id()
                .field(placed.stream())
                .field(placed.event().type())
                .bytes(placed.event().payload())
                .bytes(placed.event().metadata());
    }

    @Override
    void give(ResultSet row, EventSink sink) throws SQLException {
        sink.accept(
                row.getLong(1),
                row.getString(2),
                row.getLong(3),
                row.getString(4),
                row.getBytes(5),
                row.getBytes(6));
    }
}
