package org.leftfold.examples.customers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.leftfold.api.AdminAct;
import org.leftfold.api.EventStore;
import org.leftfold.api.Events;
import org.leftfold.api.ReadRequest;
import org.leftfold.api.RecordedEvent;
import org.leftfold.api.StreamName;
import org.leftfold.examples.AnyStore;
import org.leftfold.examples.customers.CustomerCommand.CreateCustomer;
import org.leftfold.examples.customers.CustomerCommand.ReleaseCredit;
import org.leftfold.examples.customers.CustomerCommand.ReserveCredit;
import org.leftfold.framework.Leftfold;
import org.leftfold.framework.history.StateTree;
import org.leftfold.framework.transform.CopyReport;
import org.leftfold.framework.transform.Draft;
import org.leftfold.framework.transform.Provenance;
import org.leftfold.framework.transform.StreamMark;
import org.leftfold.framework.transform.StreamRedesign;
import org.leftfold.framework.transform.StreamSealedException;
import org.leftfold.framework.transform.Transformation;
import org.leftfold.framework.transform.TransformedCopy;

/** What docs/transform.md shows: the design of customers changes. */
class CustomerRedesignTest {
    private static String id(RecordedEvent stored) {
        return stored.stream().id();
    }

    private static Transformation rule() {
        // @start region="rule"
        Transformation rule =
                stored ->
                        switch (stored.type().value()) {
                            case "customer-created" -> // the name and the credit part company
                                    List.of(
                                            Draft.of(stored)
                                                    .into(StreamName.of("person", id(stored))),
                                            Draft.of(stored)
                                                    .into(StreamName.of("credit", id(stored))));
                            case "credit-reserved", "credit-released" ->
                                    List.of(
                                            Draft.of(stored)
                                                    .into(StreamName.of("credit", id(stored))));
                            default -> List.of(Draft.of(stored)); // as it is
                        };
        // @end
        return rule;
    }

    private static void fill(EventStore store) {
        var customers = Leftfold.on(store).repository("customer", Customer.class);
        for (String id : List.of("c1", "c2", "c3")) {
            customers.save(id, new CreateCustomer("Ada " + id, new BigDecimal("100.00")));
        }
        for (int order = 0; order < 5; order++) {
            for (String id : List.of("c2", "c1", "c3")) {
                customers.update(
                        id, new ReserveCredit(id + "-order-" + order, new BigDecimal("9.90")));
            }
        }
        customers.update("c1", new ReleaseCredit("c1-order-2"));
    }

    private static Customer load(EventStore store, String category, String id) {
        return Leftfold.on(store).repository(category, Customer.class).load(id).state();
    }

    private static String json(Object state) {
        return StateTree.of(state).json();
    }

    @Test
    void customers_become_people_and_credits_in_another_store() {
        try (EventStore old = AnyStore.open();
                EventStore fresh = AnyStore.open()) {
            fill(old);
            Transformation rule = rule();
            // @start region="copy"
            TransformedCopy copy =
                    new TransformedCopy(
                            old,
                            fresh,
                            "people-and-credits",
                            rule,
                            new AdminAct("anna", "issue 6"));
            CopyReport report = copy.run(position -> {});
            // @end

            assertThat(report.verification().differences()).isEmpty();
            assertThat(report.verification().categories())
                    .isEqualTo(Map.of("person", 3L, "credit", 19L));
            for (String id : List.of("c1", "c2", "c3")) {
                assertThat(json(load(fresh, "credit", id)))
                        .isEqualTo(json(load(old, "customer", id)));
                assertThat(load(fresh, "person", id).name()).isEqualTo("Ada " + id);
            }
        }
    }

    /** What orders have reserved, by order: a view that meets each fact once. */
    private static Map<String, String> view(EventStore store, boolean old) {
        Map<String, String> view = new TreeMap<>();
        try (Events events = store.read(ReadRequest.all())) {
            for (RecordedEvent event : events) {
                if (old == Provenance.of(event).isEmpty() && StreamMark.of(event).isEmpty()) {
                    String what = event.payload().asText();
                    view.merge(what, event.type().value(), (one, more) -> one + ", " + more);
                }
            }
        }
        return view;
    }

    @Test
    void a_customer_is_split_in_two_and_two_customers_become_one() {
        try (EventStore store = AnyStore.open()) {
            fill(store);
            Map<String, String> live = view(store, true);
            String before = json(load(store, "customer", "c1"));
            Transformation rule =
                    stored ->
                            rule().apply(stored).stream()
                                    .filter(draft -> !draft.stream().category().equals("person"))
                                    .toList();
            // @start region="redesign"
            StreamRedesign redesign = new StreamRedesign(store, new AdminAct("anna", "issue 6"));
            redesign.split(new StreamName("customer-c1"), rule);
            redesign.merge(
                    List.of(new StreamName("customer-c2"), new StreamName("customer-c3")),
                    new StreamName("customer-c4"));
            // @end

            assertThat(json(load(store, "credit", "c1"))).isEqualTo(before);
            assertThat(json(load(store, "customer", "c1"))).as("the old one").isEqualTo(before);
            Customer merged = load(store, "customer", "c4");
            assertThat(merged.creditLeft()).isEqualTo(new BigDecimal("1.00"));
            assertThat(view(store, true)).as("rebuilt from the old events").isEqualTo(live);
            assertThat(view(store, false)).as("rebuilt from the new ones").isEqualTo(live);
            assertThat(positionsOf(store, "customer-c4")).isSorted().hasSize(12);
            var customers = Leftfold.on(store).repository("customer", Customer.class);
            for (String id : List.of("c1", "c2", "c3")) {
                ReserveCredit more = new ReserveCredit("late", BigDecimal.ONE);
                assertThatThrownBy(() -> customers.update(id, more))
                        .isInstanceOf(StreamSealedException.class)
                        .hasMessageContaining("It goes on as");
            }
            customers.update("c4", new ReserveCredit("late", BigDecimal.ONE));
        }
    }

    private static List<Long> positionsOf(EventStore store, String stream) {
        List<Long> positions = new ArrayList<>();
        try (Events events = store.read(ReadRequest.stream(new StreamName(stream)))) {
            events.forEachRemaining(
                    event -> positions.add(Provenance.of(event).orElseThrow().position()));
        }
        return positions;
    }
}
