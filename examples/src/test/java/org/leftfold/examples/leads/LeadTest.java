package org.leftfold.examples.leads;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.leftfold.api.EventStore;
import org.leftfold.api.ReadRequest;
import org.leftfold.examples.AnyStore;
import org.leftfold.examples.leads.LeadCommand.CloseLead;
import org.leftfold.examples.leads.LeadCommand.ConfirmPayment;
import org.leftfold.examples.leads.LeadCommand.Contact;
import org.leftfold.examples.leads.LeadCommand.FailPayment;
import org.leftfold.examples.leads.LeadCommand.InitializeLead;
import org.leftfold.examples.leads.LeadCommand.SetFollowup;
import org.leftfold.examples.leads.LeadCommand.SubmitOrder;
import org.leftfold.examples.leads.LeadCommand.UpdateContactDetails;
import org.leftfold.framework.Leftfold;
import org.leftfold.framework.repository.Repository;

class LeadTest {
    private static final String ON = "2025-01-01T01:00:02.01Z";
    private static final String DEADLINE = "2025-01-01T01:10:02.01Z";

    private record Step(String at, LeadCommand command) {}

    private static final List<Step> CONVERTED =
            List.of(
                    new Step("2025-01-01T01:00:01.01Z", new InitializeLead(1, "aab", "1111")),
                    new Step("2025-01-01T01:00:02.01Z", new Contact()),
                    new Step("2025-01-01T01:00:02.01Z", new SetFollowup(Instant.parse(ON))),
                    new Step("2025-01-01T01:00:03.01Z", new UpdateContactDetails("aaa")),
                    new Step("2025-01-01T01:00:04.01Z", new Contact()),
                    new Step("2025-01-01T01:00:05.01Z", new SubmitOrder(Instant.parse(DEADLINE))),
                    new Step("2025-01-01T01:01:01.01Z", new ConfirmPayment()));

    private final AtomicReference<Instant> time = new AtomicReference<>(Instant.EPOCH);

    private Repository<LeadCommand, LeadStage, LeadEvent> leads(EventStore store) {
        return Leftfold.on(store).repository("lead", new LeadDecider());
    }

    private EventStore storeWithConvertedLead() {
        EventStore store = AnyStore.open(time::get);
        for (Step step : CONVERTED) {
            time.set(Instant.parse(step.at()));
            leads(store).handle("1", step.command());
        }
        return store;
    }

    @Test
    void a_lead_that_is_converted_has_the_seven_events() {
        try (EventStore store = storeWithConvertedLead()) {
            assertThat(store.read(ReadRequest.all()).toList())
                    .extracting(event ->
                            "%d %s %s %s %s"
                                    .formatted(
                                            event.version(),
                                            event.stream(),
                                            event.type(),
                                            event.payload().asText(),
                                            event.recordedAt()))
                    .containsExactly(
                            "1 lead-1 lead-initialized"
                                    + " {\"leadId\":1,\"name\":\"aab\",\"phone\":\"1111\"}"
                                    + " 2025-01-01T01:00:01.010Z",
                            "2 lead-1 contacted {} 2025-01-01T01:00:02.010Z",
                            "3 lead-1 followup-set {\"followupOn\":\"2025-01-01T01:00:02.010Z\"}"
                                    + " 2025-01-01T01:00:02.010Z",
                            "4 lead-1 contact-details-updated {\"name\":\"aaa\"}"
                                    + " 2025-01-01T01:00:03.010Z",
                            "5 lead-1 contacted {} 2025-01-01T01:00:04.010Z",
                            "6 lead-1 order-submitted"
                                    + " {\"paymentDeadline\":\"2025-01-01T01:10:02.010Z\"}"
                                    + " 2025-01-01T01:00:05.010Z",
                            "7 lead-1 payment-confirmed {} 2025-01-01T01:01:01.010Z");
        }
    }

    @Test
    void it_is_found_by_both_names_and_its_only_phone() {
        try (EventStore store = storeWithConvertedLead()) {
            LeadSearch search = new LeadSearch();
            leads(store).history("1").forEach(entry -> search.apply(entry.event().event()));
            assertThat(search)
                    .hasToString("leadId: 1, name: ['aab', 'aaa'], phone: ['1111'], version: 6");
        }
    }

    @Test
    void its_analysis_counts_one_followup_and_all_changes() {
        try (EventStore store = storeWithConvertedLead()) {
            LeadAnalysis analysis = new LeadAnalysis();
            leads(store).history("1").forEach(entry -> analysis.apply(entry.event().event()));
            assertThat(analysis)
                    .hasToString("leadId: 1, followups: 1, status: converted, version: 6");
        }
    }

    @Test
    void its_row_is_that_of_a_table_without_history() {
        try (EventStore store = storeWithConvertedLead()) {
            LeadRow row = new LeadRow();
            leads(store).history("1").forEach(entry -> row.apply(entry.event()));
            assertThat(row)
                    .hasToString(
                            // the table of the source has the time of the last event twice
                            "| 1 | aaa | CONVERTED | 1111 |  | 2025-01-01T01:00:01.010Z"
                                    + " | 2025-01-01T01:01:01.010Z |");
        }
    }

    /** The row of a lead with these commands after it was initialized and contacted. */
    private static String row(LeadCommand... commands) {
        try (EventStore store = AnyStore.open(() -> Instant.EPOCH)) {
            var leads = Leftfold.on(store).repository("lead", new LeadDecider());
            leads.save("2", new InitializeLead(2, "bbb", "2222"));
            for (LeadCommand command : commands) {
                leads.update("2", command);
            }
            LeadRow row = new LeadRow();
            leads.history("2").forEach(entry -> row.apply(entry.event()));
            return row.toString().replace(" | 1970-01-01T00:00:00Z | 1970-01-01T00:00:00Z |", " |");
        }
    }

    @Test
    void every_status_of_the_table_comes_from_events() {
        Instant later = Instant.parse(ON);
        assertThat(row()).isEqualTo("| 2 | bbb | NEW_LEAD | 2222 |  |");
        assertThat(row(new Contact(), new CloseLead())).isEqualTo("| 2 | bbb | CLOSED | 2222 |  |");
        assertThat(row(new Contact(), new SetFollowup(later)))
                .isEqualTo("| 2 | bbb | FOLLOWUP_SET | 2222 | 2025-01-01T01:00:02.010Z |");
        assertThat(row(new Contact(), new SubmitOrder(later)))
                .isEqualTo("| 2 | bbb | PENDING_PAYMENT | 2222 |  |");
        assertThat(row(new Contact(), new SubmitOrder(later), new FailPayment()))
                .isEqualTo("| 2 | bbb | PAYMENT_FAILED | 2222 |  |");
        assertThat(row(new Contact(), new SubmitOrder(later), new ConfirmPayment()))
                .isEqualTo("| 2 | bbb | CONVERTED | 2222 |  |");
    }

    @Test
    void a_step_that_is_not_next_is_refused() {
        LeadDecider decider = new LeadDecider();
        assertThatThrownBy(() -> decider.decide(new ConfirmPayment(), LeadStage.CONTACTED))
                .isInstanceOf(LeadRefused.class)
                .hasMessage("ConfirmPayment[] is no use for a lead that is CONTACTED");
        assertThatThrownBy(() -> decider.decide(new CloseLead(), LeadStage.NEW))
                .isInstanceOf(LeadRefused.class);
        assertThatThrownBy(() -> decider.decide(new Contact(), LeadStage.CLOSED))
                .isInstanceOf(LeadRefused.class);
        assertThatThrownBy(() -> decider.decide(new UpdateContactDetails("x"), LeadStage.UNKNOWN))
                .isInstanceOf(LeadRefused.class);
    }

    @Test
    void the_story_is_told() {
        List<String> said = new ArrayList<>();
        try (EventStore store = AnyStore.open()) {
            LeadStory.run(store, said::add);
        }
        assertThat(said)
                .containsExactly(
                        "search: leadId: 1, name: ['aab', 'aaa'], phone: ['1111'], version: 6",
                        "analysis: leadId: 1, followups: 1, status: converted, version: 6");
    }
}
