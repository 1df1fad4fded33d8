package org.leftfold.examples.customers;

import org.leftfold.api.EventStore;
import org.leftfold.api.spi.SnapshotStore;
import org.leftfold.framework.Leftfold;
import org.leftfold.framework.repository.RepositoryBuilder;
import org.leftfold.framework.snapshot.SnapshotPolicy;
import org.leftfold.framework.snapshot.Snapshots;
import org.leftfold.framework.snapshot.StateFormat;

/** The customers in a store. */
public final class Customers {
    /** The customer as it is. */
    static final StateFormat<Customer> JSON = StateFormat.json("customer", 1, Customer.class);

    /** What the customer wants to be kept: its fields may change, the memento stays. */
    static final StateFormat<Customer> MEMENTO =
            StateFormat.memento(
                    "customer-memento", 1, Customer.Memento.class, Customer::memento, Customer::of);

    private Customers() {}

    /**
     * Customers with snapshots.
     *
     * @param format {@link #JSON} or {@link #MEMENTO}
     * @param events how many events there are from one snapshot to the next
     */
    public static RepositoryBuilder<CustomerCommand, Customer, CustomerEvent> in(
            EventStore store, SnapshotStore snapshots, StateFormat<Customer> format, long events) {
        return Leftfold.on(store)
                .define("customer", Customer.class)
                .snapshots(Snapshots.in(snapshots, format, SnapshotPolicy.every(events)));
    }
}
