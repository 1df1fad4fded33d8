package org.leftfold.examples.leads;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.leftfold.api.EventStore;
import org.leftfold.api.spi.Uninterrupted;
import org.leftfold.api.spi.ViewStore;
import org.leftfold.examples.AnyStore;
import org.leftfold.examples.leads.LeadCommand.ConfirmPayment;
import org.leftfold.examples.leads.LeadCommand.Contact;
import org.leftfold.examples.leads.LeadCommand.InitializeLead;
import org.leftfold.examples.leads.LeadCommand.SetFollowup;
import org.leftfold.examples.leads.LeadCommand.SubmitOrder;
import org.leftfold.examples.leads.LeadCommand.UpdateContactDetails;
import org.leftfold.framework.Leftfold;
import org.leftfold.framework.projection.Projection;
import org.leftfold.framework.projection.Projections;
import org.leftfold.framework.projection.Rows;

/** Views of leads as they are kept, in memory or in the database of the store. */
class LeadViewsTest {
    private static final Duration LONG = Duration.ofSeconds(60);
    private static final String SEARCH =
            "leadId: 1, name: ['aab', 'aaa'], phone: ['1111'], version: 6";
    private static final String ANALYSIS = "leadId: 1, followups: 1, status: converted, version: 6";
    private static final String ROW =
            "| 1 | aaa | CONVERTED | 1111 |  | 2025-01-01T01:00:01.010Z"
                    + " | 2025-01-01T01:01:01.010Z |";

    private final AtomicReference<Instant> time = new AtomicReference<>(Instant.EPOCH);
    private final EventStore store = AnyStore.open(time::get);
    private final ViewStore views = AnyStore.views();

    @BeforeEach
    void tellTheStory() {
        give("1", "2025-01-01T01:00:01.01Z", new InitializeLead(1, "aab", "1111"));
        give("1", "2025-01-01T01:00:02.01Z", new Contact());
        give(
                "1",
                "2025-01-01T01:00:02.01Z",
                new SetFollowup(Instant.parse("2025-01-01T01:00:02.01Z")));
        give("1", "2025-01-01T01:00:03.01Z", new UpdateContactDetails("aaa"));
        give("1", "2025-01-01T01:00:04.01Z", new Contact());
    }

    @AfterEach
    void close() {
        store.close();
    }

    private void give(String id, String at, LeadCommand command) {
        time.set(Instant.parse(at));
        Leftfold.on(store).repository("lead", new LeadDecider()).handle(id, command);
    }

    private void tellItsEnd() {
        give(
                "1",
                "2025-01-01T01:00:05.01Z",
                new SubmitOrder(Instant.parse("2025-01-01T01:10:02.01Z")));
        give("1", "2025-01-01T01:01:01.01Z", new ConfirmPayment());
    }

    private Projections start() {
        return Leftfold.on(store)
                .projections(views)
                .add(LeadViews.SEARCH)
                .add(LeadViews.ANALYSIS)
                .add(LeadViews.TABLE)
                .start();
    }

    private void await(Projections projections) throws InterruptedException {
        for (Projection<?> each : List.of(LeadViews.SEARCH, LeadViews.ANALYSIS, LeadViews.TABLE)) {
            assertThat(projections.await(each, store.checkpoint(), LONG)).isTrue();
        }
    }

    private static void check(Projections projections) {
        assertThat(projections.rows(LeadViews.SEARCH).find("lead-1").orElseThrow())
                .hasToString(SEARCH);
        assertThat(projections.rows(LeadViews.ANALYSIS).find("lead-1").orElseThrow())
                .hasToString(ANALYSIS);
        assertThat(projections.rows(LeadViews.TABLE).find("lead-1").orElseThrow()).hasToString(ROW);
    }

    @Test
    void search_analysis_and_table_are_exactly_those_of_the_source() throws Exception {
        try (Projections projections = start()) {
            await(projections); // the rest is folded into rows that were kept
            tellItsEnd();
            await(projections);
            check(projections);
        }
        try (Projections again = start()) {
            await(again);
            check(again);
        }
    }

    @Test
    void a_lead_is_found_by_a_condition_on_the_view() throws Exception {
        tellItsEnd();
        give("2", "2025-01-02T00:00:00Z", new InitializeLead(2, "aab", "2222"));
        give("2", "2025-01-02T00:00:01Z", new UpdateContactDetails("abb"));
        give("3", "2025-01-02T00:00:02Z", new InitializeLead(3, "abb", "3333"));
        try (Projections projections = start()) {
            await(projections);
            assertThat(called(projections, "aab")).containsExactlyInAnyOrder("lead-1", "lead-2");
            assertThat(called(projections, "abb")).containsExactlyInAnyOrder("lead-2", "lead-3");
            assertThat(called(projections, "nobody")).isEmpty();
        }
    }

    private static List<String> called(Projections projections, String name) {
        return projections.rows(LeadViews.SEARCH).stream()
                .filter(row -> row.row().wasCalled(name))
                .map(Rows.Entry::key)
                .toList();
    }

    @Test
    void each_view_is_rebuilt_alone_and_the_others_are_not_touched() throws Exception {
        tellItsEnd();
        List<Projection<?>> all = List.of(LeadViews.SEARCH, LeadViews.ANALYSIS, LeadViews.TABLE);
        try (Projections projections = start()) {
            await(projections);
            for (int i = 0; i < all.size(); i++) {
                String name = all.get(i).name();
                projections.rebuild(name).begin("a test");
                assertThat(projections.rebuild(name).awaitReady(LONG)).isTrue();
                assertThat(projections.rebuild(name).swapIfEqual().equal()).isEqualTo(1);
                for (int other = 0; other < all.size(); other++) {
                    assertThat(projections.status(all.get(other).name()).generation())
                            .isEqualTo(other <= i ? 2 : 1);
                }
                check(projections);
            }
        }
    }

    @Test
    void a_view_that_stands_still_holds_up_no_append() throws Exception {
        CountDownLatch goOn = new CountDownLatch(1);
        Projection<Integer> slow =
                Projection.<LeadEvent, Integer>of(
                                "lead-slow",
                                Integer.class,
                                LeadViews.SCHEMA,
                                (row, event, key) -> {
                                    Uninterrupted.await(goOn);
                                    return row == null ? 1 : row + 1;
                                })
                        .build();
        try (Projections projections = Leftfold.on(store).projections(views).add(slow).start()) {
            tellItsEnd(); // returns while the view has not taken in the first event
            assertThat(projections.rows(slow).count()).isZero();
            assertThat(projections.status("lead-slow").lag()).isEqualTo(7);
            goOn.countDown();
            assertThat(projections.await(slow, store.checkpoint(), LONG)).isTrue();
            assertThat(projections.rows(slow).find("lead-1")).contains(7);
        } finally {
            goOn.countDown();
        }
    }
}
