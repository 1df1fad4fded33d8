package org.leftfold.examples.customers;

import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.leftfold.examples.customers.CustomerCommand.CreateCustomer;
import org.leftfold.examples.customers.CustomerCommand.ReleaseCredit;
import org.leftfold.examples.customers.CustomerCommand.ReserveCredit;
import org.leftfold.examples.customers.CustomerEvent.CreditReleased;
import org.leftfold.examples.customers.CustomerEvent.CreditReserved;
import org.leftfold.examples.customers.CustomerEvent.CustomerCreated;
import org.leftfold.framework.aggregate.Aggregate;

/** The rules of a customer: orders share one limit of credit. */
public final class Customer extends Aggregate<CustomerCommand, CustomerEvent> {
    private String name = "";
    private BigDecimal creditLimit = BigDecimal.ZERO;
    private Map<String, BigDecimal> reservations = new TreeMap<>(); // by order

    Customer() {}

    @Override
    public List<CustomerEvent> process(CustomerCommand command) {
        return switch (command) {
            case CreateCustomer create ->
                    List.of(new CustomerCreated(create.name(), create.creditLimit()));
            case ReserveCredit reserve when reservations.containsKey(reserve.orderId()) ->
                    List.of();
            case ReserveCredit reserve -> {
                if (reserve.amount().compareTo(creditLeft()) > 0) {
                    throw new CreditLimitExceeded(reserve.amount(), creditLeft());
                }
                yield List.of(new CreditReserved(reserve.orderId(), reserve.amount()));
            }
            case ReleaseCredit release when reservations.containsKey(release.orderId()) ->
                    List.of(new CreditReleased(release.orderId()));
            case ReleaseCredit release -> List.of();
        };
    }

    @Override
    public void apply(CustomerEvent event) {
        switch (event) {
            case CustomerCreated created -> {
                name = created.name();
                creditLimit = created.creditLimit();
            }
            case CreditReserved reserved -> reservations.put(reserved.orderId(), reserved.amount());
            case CreditReleased released -> reservations.remove(released.orderId());
        }
    }

    /** The name. */
    public String name() {
        return name;
    }

    /** What orders can still reserve. */
    public BigDecimal creditLeft() {
        return reservations.values().stream().reduce(creditLimit, BigDecimal::subtract);
    }

    /** What a snapshot keeps of a customer. */
    record Memento(String name, BigDecimal creditLimit, Map<String, BigDecimal> reservations) {}

    Memento memento() {
        return new Memento(name, creditLimit, reservations);
    }

    static Customer of(Memento memento) {
        Customer customer = new Customer();
        customer.name = memento.name();
        customer.creditLimit = memento.creditLimit();
        customer.reservations = new TreeMap<>(memento.reservations());
        return customer;
    }
}
