package org.leftfold.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.leftfold.api.spi.KeyStore;
import org.leftfold.framework.Leftfold;
import org.leftfold.framework.codec.EventName;
import org.leftfold.framework.decide.Decider;
import org.leftfold.framework.privacy.Blinding;
import org.leftfold.framework.privacy.DataSubject;
import org.leftfold.framework.privacy.ErasureReceipt;
import org.leftfold.framework.privacy.PersonalData;
import org.leftfold.framework.privacy.Privacy;
import org.leftfold.framework.repository.Repository;
import org.leftfold.framework.snapshot.SnapshotPolicy;
import org.leftfold.servers.SkipWithoutServer;
import org.leftfold.testkit.tck.spi.ChangingWrapping;

/** Personal data in the tables of a store: never there in plain, and gone for good. */
@ExtendWith(SkipWithoutServer.class)
class ErasedRowsTest {
    /** Somebody said who it is. */
    @EventName("guest-arrived")
    record Arrived(
            @DataSubject String guest,
            @PersonalData String name,
            @PersonalData(blindedTag = "phone", blindedBy = Blinding.STORE) String phone,
            int room) {}

    /** The last thing that was said. */
    record Guest(String name, String phone, int room) {}

    static final class Guests implements Decider<Arrived, Guest, Arrived> {
        @Override
        public Guest initialState() {
            return new Guest("", "", 0);
        }

        @Override
        public List<Arrived> decide(Arrived command, Guest state) {
            return List.of(command);
        }

        @Override
        public Guest evolve(Guest state, Arrived event) {
            return new Guest(event.name(), event.phone(), event.room());
        }
    }

    private final ChangingWrapping wrapping = new ChangingWrapping();

    private static Repository<Arrived, Guest, Arrived> guests(
            JdbcEventStore store, Privacy privacy) {
        return Leftfold.on(store)
                .protecting(privacy)
                .define("guest", new Guests())
                .snapshots(store.snapshots(), SnapshotPolicy.every(1))
                .cache(10)
                .build();
    }

    /** Every column of every row, as text and as bytes. */
    private static String dump(Kind kind, JdbcOptions options) throws SQLException {
        StringBuilder all = new StringBuilder();
        try (Connection connection = kind.shared().getConnection();
                Statement statement = connection.createStatement()) {
            for (String table :
                    List.of("streams", "kinds", "events", "tags", "acts", "snapshots")) {
                try (ResultSet row =
                        statement.executeQuery(
                                options.tables().sql("select * from {" + table + "}"))) {
                    int columns = row.getMetaData().getColumnCount();
                    while (row.next()) {
                        for (int i = 1; i <= columns; i++) {
                            Object value = row.getObject(i);
                            all.append(
                                            value instanceof byte[] bytes
                                                    ? new String(bytes, StandardCharsets.UTF_8)
                                                    : value)
                                    .append('\n');
                        }
                    }
                }
            }
        }
        return all.toString();
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void no_row_has_personal_data_and_no_key_is_left_after_the_erasure(Kind kind)
            throws SQLException {
        JdbcOptions options = Kind.ownTables();
        try (KeyTckStore keyTables = new KeyTckStore(kind, wrapping);
                JdbcEventStore store = kind.open(kind.shared(), options)) {
            KeyStore keys = keyTables.store();
            Privacy privacy = Privacy.of(store, keys, wrapping);
            var guests = guests(store, privacy);
            guests.save("17", new Arrived("17", "Erika Mustermann", "0221-4711", 4));
            guests.handle("17", new Arrived("17", "Erika Mustermann", "0221-4712", 5));
            assertThat(dump(kind, options))
                    .contains("guest-arrived", "@protected", "@sealed")
                    .doesNotContain("Erika", "Mustermann", "0221-47");
            assertThat(guests.load("17").state().name()).isEqualTo("Erika Mustermann");
            wrapping.change();
            assertThat(privacy.rewrapKeys()).isEqualTo(2);
            wrapping.forgetFormer();
            assertThat(guests(store, Privacy.of(store, keys, wrapping)).load("17").state().name())
                    .isEqualTo("Erika Mustermann");

            ErasureReceipt receipt = privacy.forget("17", "dpo", "asked");
            assertThat(receipt.keysAreAbsent()).isTrue();
            Guest erased = new Guest("(erased)", "(erased)", 5);
            assertThat(guests.load("17").state()).isEqualTo(erased);
            Privacy other = Privacy.of(store, keyTables.reopen(), wrapping);
            assertThat(guests(store, other).load("17").state()).isEqualTo(erased);
            assertThat(dump(kind, options)).doesNotContain("Erika", "Mustermann", "0221-47");
            assertThat(other.receipts()).containsExactly(receipt);
        }
        kind.dropTables(options);
    }
}
