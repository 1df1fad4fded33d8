package org.leftfold.framework.privacy;

import java.util.List;
import org.leftfold.framework.decide.Decider;

/** Customers, whose state holds what is personal. */
final class Customers implements Decider<CustomerEvent, Customers.Customer, CustomerEvent> {
    /** A customer, as far as these tests need one. */
    record Customer(String name, String friend, List<String> streets, int stars) {}

    @Override
    public Customer initialState() {
        return new Customer("", "", List.of(), 0);
    }

    @Override
    public List<CustomerEvent> decide(CustomerEvent command, Customer state) {
        return List.of(command);
    }

    @Override
    public Customer evolve(Customer state, CustomerEvent event) {
        return switch (event) {
            case CustomerEvent.Registered it ->
                    new Customer(it.name(), state.friend, state.streets, state.stars);
            case CustomerEvent.Introduced it ->
                    new Customer(state.name, it.friendName(), state.streets, state.stars);
            case CustomerEvent.Moved it ->
                    new Customer(
                            state.name,
                            state.friend,
                            it.others().stream().map(CustomerEvent.Address::street).toList(),
                            state.stars);
            case CustomerEvent.Described it -> state;
            case CustomerEvent.Rated it ->
                    new Customer(state.name, state.friend, state.streets, it.stars());
        };
    }
}
