package org.leftfold.examples.leads;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.leftfold.api.EventStore;
import org.leftfold.api.spi.ViewStore;
import org.leftfold.api.spi.ViewTransaction;
import org.leftfold.examples.AnyStore;
import org.leftfold.examples.leads.LeadCommand.ConfirmPayment;
import org.leftfold.examples.leads.LeadCommand.Contact;
import org.leftfold.examples.leads.LeadCommand.InitializeLead;
import org.leftfold.examples.leads.LeadCommand.SetFollowup;
import org.leftfold.examples.leads.LeadCommand.SubmitOrder;
import org.leftfold.examples.leads.LeadCommand.UpdateContactDetails;
import org.leftfold.examples.leads.LeadEvent.ContactDetailsUpdated;
import org.leftfold.examples.leads.LeadEvent.Contacted;
import org.leftfold.examples.leads.LeadEvent.FollowupSet;
import org.leftfold.examples.leads.LeadEvent.LeadClosed;
import org.leftfold.examples.leads.LeadEvent.LeadInitialized;
import org.leftfold.examples.leads.LeadEvent.OrderSubmitted;
import org.leftfold.examples.leads.LeadEvent.PaymentConfirmed;
import org.leftfold.examples.leads.LeadEvent.PaymentFailed;
import org.leftfold.framework.Leftfold;
import org.leftfold.framework.codec.DomainEvent;
import org.leftfold.framework.projection.Delivery;
import org.leftfold.framework.projection.EventHandlerMethod;
import org.leftfold.framework.projection.EventSubscriber;
import org.leftfold.framework.projection.Projection;
import org.leftfold.framework.projection.Projections;

/** The table of the source as a table of the database, changed by a subscriber in SQL. */
class LeadTableTest {
    private static final Duration LONG = Duration.ofSeconds(60);
    private static final String ROW =
            "1 | aaa | CONVERTED | 1111 | null | 2025-01-01T01:00:01.010Z"
                    + " | 2025-01-01T01:01:01.010Z";

    /** Keeps the table; each generation has rows of its own. */
    @EventSubscriber(id = "lead-sql-table")
    static final class LeadTable {
        @EventHandlerMethod
        void on(DomainEvent<LeadEvent> stored, Delivery delivery, Connection connection)
                throws SQLException {
            String id = stored.stream().id();
            int generation = delivery.generation();
            change(connection, "updated_on", stored.recordedAt(), id, generation);
            switch (stored.event()) {
                case LeadInitialized lead -> insert(connection, lead, stored, generation);
                case ContactDetailsUpdated updated ->
                        change(connection, "name", updated.name(), id, generation);
                case Contacted contacted -> change(connection, "followup_on", null, id, generation);
                case FollowupSet set -> {
                    change(connection, "followup_on", set.followupOn(), id, generation);
                    change(connection, "status", LeadStatus.FOLLOWUP_SET, id, generation);
                }
                case OrderSubmitted order ->
                        change(connection, "status", LeadStatus.PENDING_PAYMENT, id, generation);
                case PaymentConfirmed paid ->
                        change(connection, "status", LeadStatus.CONVERTED, id, generation);
                case PaymentFailed unpaid ->
                        change(connection, "status", LeadStatus.PAYMENT_FAILED, id, generation);
                case LeadClosed closed ->
                        change(connection, "status", LeadStatus.CLOSED, id, generation);
            }
        }

        private static void insert(
                Connection connection,
                LeadInitialized lead,
                DomainEvent<LeadEvent> stored,
                int generation)
                throws SQLException {
            try (PreparedStatement insert =
                    connection.prepareStatement(
                            "insert into lead_rows values (?, ?, ?, ?, ?, null, ?, ?)")) {
                insert.setInt(1, generation);
                insert.setString(2, String.valueOf(lead.leadId()));
                insert.setString(3, lead.name());
                insert.setString(4, LeadStatus.NEW_LEAD.name());
                insert.setString(5, lead.phone());
                insert.setString(6, stored.recordedAt().toString());
                insert.setString(7, stored.recordedAt().toString());
                insert.executeUpdate();
            }
        }

        private static void change(
                Connection connection,
                String column,
                @Nullable Object value,
                String id,
                int generation)
                throws SQLException {
            try (PreparedStatement update =
                    connection.prepareStatement(
                            "update lead_rows set %s = ? where lead_id = ? and generation = ?"
                                    .formatted(column))) {
                update.setString(1, value == null ? null : value.toString());
                update.setString(2, id);
                update.setInt(3, generation);
                update.executeUpdate();
            }
        }

        static void clear(ViewTransaction transaction, int generation) throws SQLException {
            try (PreparedStatement delete =
                    connection(transaction)
                            .prepareStatement("delete from lead_rows where generation = ?")) {
                delete.setInt(1, generation);
                delete.executeUpdate();
            }
        }
    }

    private static Connection connection(ViewTransaction transaction) {
        return transaction.unwrap(Connection.class).orElseThrow();
    }

    private final AtomicReference<Instant> time = new AtomicReference<>(Instant.EPOCH);

    private void give(EventStore store, String at, LeadCommand command) {
        time.set(Instant.parse(at));
        Leftfold.on(store).repository("lead", new LeadDecider()).handle("1", command);
    }

    @Test
    void the_table_of_the_source_is_kept_in_sql_and_rebuilt_from_events() throws Exception {
        Assumptions.assumeTrue(AnyStore.isOnServer(), "there is no SQL here");
        ViewStore views = AnyStore.views();
        AnyStore.execute("drop table if exists lead_rows");
        AnyStore.execute(
                "create table lead_rows (generation int, lead_id varchar(20), name varchar(50),"
                        + " status varchar(20), phone varchar(20), followup_on varchar(40),"
                        + " created_on varchar(40), updated_on varchar(40))");
        Projection<Void> table =
                Projection.subscriber(new LeadTable(), LeadViews.SCHEMA)
                        .clearedBy(LeadTable::clear)
                        .build();
        try (EventStore store = AnyStore.open(time::get);
                Projections projections =
                        Leftfold.on(store).projections(views).add(table).start()) {
            tellTheStory(store);
            assertThat(projections.await(table, store.checkpoint(), LONG)).isTrue();
            assertThat(row(views, 1)).isEqualTo(ROW);

            projections.rebuild(table.name()).begin("a test");
            assertThat(projections.rebuild(table.name()).awaitReady(LONG)).isTrue();
            projections.rebuild(table.name()).swap();
            assertThat(projections.status(table.name()).generation()).isEqualTo(2);
            assertThat(row(views, 2)).isEqualTo(ROW);
        }
    }

    private void tellTheStory(EventStore store) {
        Instant followup = Instant.parse("2025-01-01T01:00:02.01Z");
        Instant deadline = Instant.parse("2025-01-01T01:10:02.01Z");
        give(store, "2025-01-01T01:00:01.01Z", new InitializeLead(1, "aab", "1111"));
        give(store, "2025-01-01T01:00:02.01Z", new Contact());
        give(store, "2025-01-01T01:00:02.01Z", new SetFollowup(followup));
        give(store, "2025-01-01T01:00:03.01Z", new UpdateContactDetails("aaa"));
        give(store, "2025-01-01T01:00:04.01Z", new Contact());
        give(store, "2025-01-01T01:00:05.01Z", new SubmitOrder(deadline));
        give(store, "2025-01-01T01:01:01.01Z", new ConfirmPayment());
    }

    private static String row(ViewStore views, int generation) throws SQLException {
        return views.inTransaction(transaction -> {
            try (Statement statement = connection(transaction).createStatement();
                    ResultSet rows =
                            statement.executeQuery(
                                    "select lead_id, name, status, phone, followup_on, created_on,"
                                            + " updated_on from lead_rows where generation = "
                                            + generation)) {
                assertThat(rows.next()).isTrue();
                StringBuilder text = new StringBuilder(rows.getString(1));
                for (int column = 2; column <= 7; column++) {
                    text.append(" | ").append(rows.getString(column));
                }
                assertThat(rows.next()).isFalse();
                return text.toString();
            }
        });
    }
}
