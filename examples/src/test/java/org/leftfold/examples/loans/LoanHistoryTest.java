package org.leftfold.examples.loans;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.leftfold.framework.repository.CommandOptions.by;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.leftfold.api.EventStore;
import org.leftfold.api.ExpectedVersion;
import org.leftfold.api.InMemoryEventStore;
import org.leftfold.api.Metadata;
import org.leftfold.api.NewEvent;
import org.leftfold.api.ReadRequest;
import org.leftfold.api.RecordedEvent;
import org.leftfold.examples.AnyStore;
import org.leftfold.examples.loans.LoanCommand.Approve;
import org.leftfold.examples.loans.LoanCommand.Preaccept;
import org.leftfold.examples.loans.LoanEvent.Reopened;
import org.leftfold.framework.Leftfold;
import org.leftfold.framework.codec.DomainEvent;
import org.leftfold.framework.history.Audit;
import org.leftfold.framework.history.History;
import org.leftfold.framework.projection.LiveFold;
import org.leftfold.framework.repository.Repository;

/**
 * The past of real applications: the first ones of the log, told to a store again in the order and
 * at the times in which they happened.
 */
class LoanHistoryTest {
    private static final int TRACES = 20;
    private static final String LONGEST = "173718";
    private static final String DECLINED = "173697";

    private final AtomicReference<Instant> time = new AtomicReference<>(Instant.EPOCH);
    private final EventStore store = AnyStore.open(time::get);
    private final Repository<LoanCommand, LoanState, LoanEvent> loans = Loans.in(store);

    @BeforeEach
    void tellAgain() throws IOException {
        List<RecordedEvent> happened = new ArrayList<>(imported());
        happened.sort(Comparator.comparing(LoanHistoryTest::time));
        for (RecordedEvent event : happened) {
            time.set(time(event));
            NewEvent again =
                    new NewEvent(
                            event.id(),
                            event.type(),
                            event.schemaVersion(),
                            event.payload(),
                            event.metadata(),
                            event.tags());
            store.append(event.stream(), ExpectedVersion.any(), again);
        }
    }

    @AfterEach
    void close() {
        store.close();
    }

    private static List<RecordedEvent> imported() throws IOException {
        try (EventStore source = InMemoryEventStore.open()) {
            LoanLog.beginning(TRACES).importInto(source);
            return source.read(ReadRequest.all()).toList();
        }
    }

    private static Instant time(RecordedEvent event) {
        return OffsetDateTime.parse(event.metadata().value(Metadata.OCCURRED_AT).orElseThrow())
                .toInstant();
    }

    private List<DomainEvent<LoanEvent>> events(String id) {
        List<DomainEvent<LoanEvent>> events = new ArrayList<>();
        loans.events(id, events::add);
        return events;
    }

    @Test
    void an_application_is_shown_at_every_version_and_at_every_moment() {
        List<DomainEvent<LoanEvent>> events = events(LONGEST);
        assertThat(events).hasSize(77);
        LoanState model = LoanState.UNKNOWN;
        assertThat(loans.at(LONGEST, 0).state()).isEqualTo(model);
        for (DomainEvent<LoanEvent> event : events) {
            model = new LoanDecider().evolve(model, event.event());
            assertThat(loans.at(LONGEST, event.version()).state()).isEqualTo(model);
            Instant moment = event.recordedAt();
            long last =
                    events.stream()
                            .filter(each -> !each.recordedAt().isAfter(moment))
                            .mapToLong(DomainEvent::version)
                            .max()
                            .orElseThrow();
            assertThat(loans.at(LONGEST, moment)).isEqualTo(loans.at(LONGEST, last));
            assertThat(Loans.at(loans, LONGEST, moment)).isEqualTo(loans.at(LONGEST, last));
        }
        Instant before = events.getFirst().recordedAt().minusMillis(1);
        assertThat(Loans.at(loans, LONGEST, before).version()).isZero();
        assertThat(model.stage()).isEqualTo(Stage.GRANTED);
    }

    @Test
    void every_change_of_the_offers_is_there_with_who_made_it() {
        List<String> created =
                events(LONGEST).stream()
                        .filter(event -> event.event() instanceof LoanEvent.OfferCreated)
                        .map(event -> event.version() + " " + event.actor())
                        .toList();
        List<History.Change> changes = loans.history(LONGEST).changesOf("offers");
        assertThat(created).hasSizeGreaterThan(1);
        assertThat(changes)
                .extracting(change -> change.version() + " " + change.actor())
                .isEqualTo(created);
        for (int i = 0; i < changes.size(); i++) {
            assertThat(changes.get(i).change().before()).isEqualTo(String.valueOf(i));
            assertThat(changes.get(i).change().after()).isEqualTo(String.valueOf(i + 1));
        }
    }

    @Test
    void a_wrong_decision_is_taken_back_by_an_event_and_the_view_follows() {
        LiveFold<Application> rows = Leftfold.on(store).fold(Loans.applications().build());
        assertThat(rows.find(DECLINED).orElseThrow().timeToDecision()).isPresent();
        assertThatThrownBy(() -> loans.update(DECLINED, new Preaccept()))
                .isInstanceOf(LoanRefused.class)
                .hasMessageContaining("DECLINED");

        loans.revert(
                DECLINED,
                2,
                (now, then) -> List.of(new Reopened(then.stage())),
                by("auditor").because("the wrong person was declined"));

        assertThat(loans.load(DECLINED).state()).isEqualTo(loans.at(DECLINED, 2).state());
        assertThat(rows.find(DECLINED).orElseThrow().stage()).isEqualTo(Stage.TAKEN_IN);
        assertThat(rows.find(DECLINED).orElseThrow().timeToDecision()).isEmpty();
        loans.update(DECLINED, new Preaccept());
        assertThat(events(DECLINED))
                .extracting(event -> event.stored().type().value())
                .containsExactly(
                        "A_SUBMITTED",
                        "A_PARTLYSUBMITTED",
                        "A_DECLINED",
                        "A_REOPENED",
                        "A_PREACCEPTED");
        assertThatThrownBy(() -> loans.update(DECLINED, new Approve()))
                .isInstanceOf(LoanRefused.class);
    }

    @Test
    void the_audit_is_read_from_the_same_appends() {
        List<RecordedEvent> all = store.read(ReadRequest.all()).toList();
        long of112 =
                all.stream()
                        .filter(event ->
                                event.metadata().value(Metadata.ACTOR).equals(Optional.of("112")))
                        .count();
        assertThat(of112).isPositive();
        assertThat(Audit.of(store).by("112").count()).isEqualTo(of112);

        Instant begin = all.getFirst().recordedAt();
        Instant end = begin.plus(Duration.ofDays(3));
        long within = all.stream().filter(event -> event.recordedAt().isBefore(end)).count();
        assertThat(within).isBetween(1L, all.size() - 1L);
        assertThat(Audit.of(store).from(begin).to(end).count()).isEqualTo(within);
    }
}
