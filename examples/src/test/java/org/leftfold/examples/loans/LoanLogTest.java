package org.leftfold.examples.loans;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.leftfold.api.EventStore;
import org.leftfold.api.Events;
import org.leftfold.api.ReadRequest;
import org.leftfold.api.spi.ParkedEvent;
import org.leftfold.examples.AnyStore;
import org.leftfold.examples.loans.LoanEvent.Accepted;
import org.leftfold.examples.loans.LoanEvent.StageEvent;
import org.leftfold.framework.Leftfold;
import org.leftfold.framework.codec.DomainEvent;
import org.leftfold.framework.codec.EventCodec;
import org.leftfold.framework.projection.ErrorPolicy;
import org.leftfold.framework.projection.InlineStore;
import org.leftfold.framework.projection.Keying;
import org.leftfold.framework.projection.Parking;
import org.leftfold.framework.projection.Projection;
import org.leftfold.framework.projection.ProjectionStatus;
import org.leftfold.framework.projection.Projections;
import org.leftfold.framework.projection.Rebuild;
import org.leftfold.framework.projection.RebuildReport;

/**
 * The whole log on one store: views follow it while it is imported; one application is poisoned.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LoanLogTest {
    private static final Duration LONG = Duration.ofMinutes(5);
    private static final String POISONED = "173691";

    private final AtomicBoolean isPoisoned = new AtomicBoolean(true);
    private final Projection<Application> applications = poisonedApplications();
    private final Projection<Activity> activities = Loans.activities().build();
    private @Nullable LoanLog log;
    private @Nullable EventStore opened;
    private @Nullable Projections started;

    /** The applications as they are, but for one, on which the code has a mistake at first. */
    private Projection<Application> poisonedApplications() {
        return Projection.<LoanEvent, Application>of(
                        Loans.applications().build().name(),
                        Application.class,
                        Loans.SCHEMA,
                        (row, event, key) -> {
                            if (isPoisoned.get()
                                    && key.equals(POISONED)
                                    && event.event() instanceof Accepted) {
                                throw new IllegalArgumentException("a mistake of the code");
                            }
                            Application application = row == null ? new Application() : row;
                            application.apply(event);
                            return application;
                        })
                .keyedBy(Keying.streamId())
                .onError(ErrorPolicy.retry(0))
                .build();
    }

    @BeforeAll
    void importLog() throws IOException, InterruptedException {
        Assumptions.assumeFalse(
                AnyStore.isInMemory(), "for stores that keep it: the other runs of the examples");
        log = AnyStore.isOnServer() ? LoanLog.affordable() : LoanLog.whole();
        opened = AnyStore.open();
        started =
                Leftfold.on(opened)
                        .projections(AnyStore.views())
                        .add(applications)
                        .add(activities)
                        .start();
        log.importInto(opened);
        assertThat(started.await(applications, opened.checkpoint(), LONG)).isTrue();
        assertThat(started.await(activities, opened.checkpoint(), LONG)).isTrue();
    }

    @AfterAll
    void close() {
        if (started != null) {
            started.close();
        }
        if (opened != null) {
            opened.close();
        }
    }

    private LoanLog log() {
        return Objects.requireNonNull(log);
    }

    private EventStore store() {
        return Objects.requireNonNull(opened);
    }

    private Projections projections() {
        return Objects.requireNonNull(started);
    }

    @Test
    void the_funnel_is_that_of_the_lines_of_the_log_and_of_its_facts() {
        assertThat(LoanLog.rows(projections(), activities))
                .isEqualTo(LoanLog.rows(log().activities()));
        assertThat(projections().rows(applications).count()).isEqualTo(log().applications());
        assertThat(projections().status())
                .extracting(ProjectionStatus::state)
                .containsOnly(ProjectionStatus.State.LIVE);
        if (isWhole()) {
            assertThat(log().applications()).isEqualTo(13_087);
            assertThat(log().events()).isEqualTo(262_200);
            assertThat(log().activities())
                    .hasSize(24)
                    .containsEntry("A_SUBMITTED", done(13_087))
                    .containsEntry("A_APPROVED", done(2_246))
                    .containsEntry("A_DECLINED", done(7_635))
                    .containsEntry("A_CANCELLED", done(2_807))
                    .containsEntry(
                            "W_Completeren aanvraag", new Activity(54_850, 7_371, 23_512, 23_967));
        }
    }

    private boolean isWhole() {
        return log().applications() > LoanLog.SOME;
    }

    private static Activity done(long times) {
        return new Activity(times, 0, 0, times);
    }

    @Test
    void employees_and_nobody_did_all_the_work() {
        Map<String, Workload> workloads =
                Leftfold.on(store()).fold(Loans.workloads().build()).all();
        assertThat(workloads.values().stream().mapToLong(Workload::events).sum())
                .isEqualTo(log().events());
        if (isWhole()) {
            assertThat(workloads).hasSize(69);
            assertThat(workloads.get(Loans.NOBODY).events()).isEqualTo(18_010);
        }
    }

    @Test
    void followed_folded_when_asked_and_rebuilt_the_funnel_is_the_same() throws Exception {
        Map<String, String> followed = LoanLog.rows(projections(), activities);
        Map<String, String> folded = LoanLog.rows(Leftfold.on(store()).fold(activities).all());
        assertThat(folded).isEqualTo(followed);

        Rebuild rebuild = projections().rebuild(activities.name());
        rebuild.begin("a test");
        assertThat(rebuild.awaitReady(LONG)).isTrue();
        RebuildReport report = rebuild.swapIfEqual();

        assertThat(report.isEqual()).isTrue();
        assertThat(report.equal()).isEqualTo(log().activities().size());
        assertThat(projections().status(activities.name()).generation()).isEqualTo(2);
        assertThat(LoanLog.rows(projections(), activities)).isEqualTo(followed);
    }

    @Test
    void appended_in_one_transaction_with_the_view_the_funnel_is_the_same() throws IOException {
        Assumptions.assumeTrue(
                AnyStore.isOnServer(), "events and views are in one database there only");
        LoanLog few =
                Boolean.getBoolean("leftfold.long") ? LoanLog.whole() : LoanLog.beginning(100);
        Projection<Activity> inline = Loans.activities().build();
        try (EventStore other = AnyStore.open();
                InlineStore store =
                        Leftfold.on(other).projections(AnyStore.views()).add(inline).inline()) {
            few.importInto(store);
            Map<String, Activity> rows = new HashMap<>();
            store.rows(inline).stream().forEach(row -> rows.put(row.key(), row.row()));
            assertThat(rows).isEqualTo(few.activities()); // nothing had to be waited for
        }
    }

    @Test
    void a_poisoned_application_is_parked_alone_and_after_the_fix_equals_a_clean_run() {
        Map<String, String> clean =
                LoanLog.rows(Leftfold.on(store()).fold(Loans.applications().build()).all());
        Map<String, String> others = new HashMap<>(clean);
        others.remove(POISONED);
        Parking parking = projections().parking(applications.name());
        List<ParkedEvent> parked = parking.list();
        assertThat(parking.keys()).containsExactly(POISONED);
        assertThat(parked.getFirst().state()).isEqualTo(ParkedEvent.State.FAILED);
        assertThat(parked.getFirst().error()).contains("a mistake of the code");
        Map<String, String> followed = LoanLog.rows(projections(), applications);
        assertThat(followed).containsAllEntriesOf(others);
        assertThat(followed.get(POISONED)).isNotEqualTo(clean.get(POISONED));

        isPoisoned.set(false);
        List<Parking.Outcome> outcomes = parking.retryAll();

        assertThat(outcomes).containsExactly(new Parking.Outcome(POISONED, parked.size(), 0, ""));
        assertThat(LoanLog.rows(projections(), applications)).isEqualTo(clean);
    }

    @Test
    void every_application_has_kept_the_rules() {
        LoanDecider decider = new LoanDecider();
        EventCodec<LoanEvent> codec = Leftfold.on(store()).codec(Loans.SCHEMA);
        Map<String, LoanState> states = new HashMap<>();
        long decisions = 0;
        try (Events events = store().read(ReadRequest.of(Loans.SCHEMA.query(StageEvent.class)))) {
            while (events.hasNext()) {
                for (DomainEvent<LoanEvent> event : codec.decode(events.next())) {
                    String id = event.stream().id();
                    LoanState state = states.getOrDefault(id, decider.initialState());
                    LoanCommand command = LoanCommands.behind(event.event());
                    assertThat(decider.decide(command, state)).containsExactly(event.event());
                    states.put(id, decider.evolve(state, event.event()));
                    decisions++;
                }
            }
        }
        long expected =
                log().activities().entrySet().stream()
                        .filter(each -> each.getKey().startsWith("A_"))
                        .mapToLong(each -> each.getValue().events())
                        .sum();
        assertThat(decisions).isEqualTo(expected);
    }

    @Test
    void the_board_shows_the_whole_log_in_pictures_and_as_json() throws Exception {
        Assumptions.assumeFalse(AnyStore.isOnServer(), "once is enough: it reads four views");
        LoanBoard board = new LoanBoard(Loans.applications().build());
        try (Projections four = board.start(store(), AnyStore.views())) {
            board.await(store(), four);
            Chart chart = new Chart(72, false);
            String picture = String.join("\n", board.show(four, "", false, chart));
            String page = Files.readString(LoanLog.root().resolve("docs/guide/loans.md"));
            assertThat(page).contains("```\n" + picture + "\n```");
            String past = String.join("\n", board.show(four, "2011-12-31", false, chart));
            assertThat(page).contains("```\n" + past + "\n```");
            assertThat(board.show(four, "2011-09-30", false, chart).get(1))
                    .isEqualTo("  submitted    0");
            assertThat(board.show(four, "", true, chart))
                    .singleElement(STRING)
                    .startsWith(
                            "{\"applications\":13087,\"events\":262200,"
                                    + "\"funnel\":{\"submitted\":13087,\"preaccepted\":7367,")
                    .contains("\"withoutEmployee\":18010");
        }
    }
}
