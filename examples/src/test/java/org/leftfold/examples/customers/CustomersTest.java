package org.leftfold.examples.customers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.leftfold.api.EventStore;
import org.leftfold.api.StreamName;
import org.leftfold.api.spi.SnapshotStore;
import org.leftfold.examples.AnyStore;
import org.leftfold.examples.customers.CustomerCommand.CreateCustomer;
import org.leftfold.examples.customers.CustomerCommand.ReleaseCredit;
import org.leftfold.examples.customers.CustomerCommand.ReserveCredit;
import org.leftfold.framework.Leftfold;
import org.leftfold.framework.history.StateTree;
import org.leftfold.framework.repository.RepositoryListener;
import org.leftfold.framework.snapshot.StateFormat;

class CustomersTest {
    private static final class Seen implements RepositoryListener {
        long eventsRead;
        long snapshotVersion;

        @Override
        public void loaded(StreamName stream, long events, Duration took) {
            eventsRead = events;
        }

        @Override
        public void saved(StreamName stream, long version) {
            snapshotVersion = version;
        }
    }

    private static ReserveCredit reserve(int order) {
        return new ReserveCredit("order-" + order, new BigDecimal("9.90"));
    }

    /** Events #1 to #106, with a snapshot behind #103. */
    private static void liveFor106Events(
            EventStore store, SnapshotStore snapshots, StateFormat<Customer> format) {
        Seen seen = new Seen();
        var customers = Customers.in(store, snapshots, format, 103).listener(seen).build();
        customers.save("c1", new CreateCustomer("Ada", new BigDecimal("2000.00")));
        for (int order = 2; order <= 103; order++) {
            customers.update("c1", reserve(order));
        }
        assertThat(seen.snapshotVersion).isEqualTo(103);
        customers.update("c1", reserve(104)); // #104
        customers.update("c1", new ReleaseCredit("order-2")); // #105
        customers.update("c1", reserve(106)); // #106
    }

    private static void assertRevived(
            EventStore store, SnapshotStore snapshots, StateFormat<Customer> format) {
        Seen seen = new Seen();
        var customers = Customers.in(store, snapshots, format, 103).listener(seen).build();

        var customer = customers.load("c1");

        assertThat(seen.eventsRead).as("events read").isEqualTo(3);
        assertThat(customer.version()).isEqualTo(106);
        assertThat(customer.state().name()).isEqualTo("Ada");
        assertThat(customer.state().creditLeft())
                .isEqualTo(new BigDecimal("2000.00").subtract(new BigDecimal("1019.70")));
        var withoutSnapshots = Leftfold.on(store).repository("customer", Customer.class);
        assertThat(StateTree.of(customer.state()))
                .isEqualTo(StateTree.of(withoutSnapshots.load("c1").state()));
    }

    @Test
    void a_snapshot_as_json_and_events_104_to_106_revive_a_customer() {
        try (EventStore store = AnyStore.open()) {
            var snapshots = AnyStore.snapshots(store);
            liveFor106Events(store, snapshots, Customers.JSON);
            assertRevived(store, snapshots, Customers.JSON);
        }
    }

    @Test
    void a_memento_and_events_104_to_106_revive_a_customer() {
        try (EventStore store = AnyStore.open()) {
            var snapshots = AnyStore.snapshots(store);
            liveFor106Events(store, snapshots, Customers.MEMENTO);
            assertRevived(store, snapshots, Customers.MEMENTO);
        }
    }

    @Test
    void a_customer_is_revived_with_json_when_the_store_is_opened_again() {
        assertRevivedWhenOpenedAgain(Customers.JSON);
    }

    @Test
    void a_customer_is_revived_with_a_memento_when_the_store_is_opened_again() {
        assertRevivedWhenOpenedAgain(Customers.MEMENTO);
    }

    private static void assertRevivedWhenOpenedAgain(StateFormat<Customer> format) {
        AnyStore.Place place = AnyStore.place();
        try (EventStore store = place.open()) {
            liveFor106Events(store, AnyStore.snapshots(store), format);
        }
        try (EventStore store = place.open()) {
            assertRevived(store, AnyStore.snapshots(store), format);
        }
    }

    @Test
    void an_order_reserves_credit_once_and_releases_it_once() {
        try (EventStore store = AnyStore.open()) {
            var customers = Leftfold.on(store).repository("customer", Customer.class);
            customers.save("c1", new CreateCustomer("Ada", new BigDecimal("10.00")));
            assertThat(customers.update("c1", reserve(1)).events()).hasSize(1);
            assertThat(customers.update("c1", reserve(1)).events()).isEmpty();
            assertThat(customers.update("c1", new ReleaseCredit("order-1")).events()).hasSize(1);
            assertThat(customers.update("c1", new ReleaseCredit("order-1")).events()).isEmpty();
        }
    }

    @Test
    void credit_beyond_the_limit_is_refused() {
        try (EventStore store = AnyStore.open()) {
            var customers = Leftfold.on(store).repository("customer", Customer.class);
            customers.save("c1", new CreateCustomer("Ada", new BigDecimal("10.00")));
            customers.update("c1", reserve(1));

            assertThatThrownBy(() -> customers.update("c1", reserve(2)))
                    .isInstanceOf(CreditLimitExceeded.class)
                    .hasMessage("9.90 is more than the 0.10 that are left");
        }
    }
}
