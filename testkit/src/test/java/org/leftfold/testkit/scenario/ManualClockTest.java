package org.leftfold.testkit.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.leftfold.testkit.scenario.BookDecider.MAY;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;
import org.leftfold.api.AuditPolicy;
import org.leftfold.api.InMemoryEventStore;
import org.leftfold.framework.Leftfold;
import org.leftfold.testkit.disk.ManualTime;
import org.leftfold.testkit.scenario.BookDecider.GiveBack;
import org.leftfold.testkit.scenario.BookDecider.Lend;

class ManualClockTest {
    @Test
    void it_moves_only_when_it_is_told_to() {
        ManualClock clock = new ManualClock(MAY);
        assertThat(clock.instant()).isEqualTo(MAY).isEqualTo(clock.instant());
        clock.advance(Duration.ofDays(1));
        assertThat(clock.instant()).isEqualTo(MAY.plus(Duration.ofDays(1)));
        clock.set(MAY);
        assertThat(clock.millis()).isEqualTo(MAY.toEpochMilli());
        assertThatThrownBy(() -> clock.advance(Duration.ofMillis(-1)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(new ManualClock().instant()).isEqualTo(Instant.parse("2026-01-01T00:00:00Z"));
    }

    @Test
    void clocks_of_other_zones_and_the_simulated_disk_share_its_time() {
        ManualTime time = new ManualTime(Instant.parse("2026-05-01T20:00:00Z"));
        ManualClock clock = new ManualClock(time);
        ManualClock seoul = clock.withZone(ZoneId.of("Asia/Seoul"));
        time.advance(Duration.ofMinutes(1));
        assertThat(seoul.instant()).isEqualTo(clock.instant()).isEqualTo(time.instant());
        assertThat(LocalDate.now(clock)).isEqualTo(LocalDate.of(2026, 5, 1));
        assertThat(LocalDate.now(seoul)).isEqualTo(LocalDate.of(2026, 5, 2));
        assertThat(clock.getZone()).isEqualTo(ZoneOffset.UTC);
    }

    @Test
    void a_store_records_its_time() {
        ManualClock clock = new ManualClock(MAY);
        try (InMemoryEventStore store = InMemoryEventStore.open(clock, AuditPolicy.none())) {
            var books = Leftfold.on(store).repository("book", new BookDecider());
            books.handle("b1", new Lend("anna", MAY));
            clock.advance(Duration.ofDays(2));
            books.handle("b1", new GiveBack());
            assertThat(books.at("b1", MAY.plus(Duration.ofDays(1))).state().reader())
                    .isEqualTo("anna");
            assertThat(books.at("b1", clock.instant()).state().reader()).isEmpty();
        }
    }

    @Test
    void recorded_waiting_does_not_wait_and_lets_the_time_go_by() {
        ManualClock clock = new ManualClock(MAY);
        RecordedWaiting waiting = new RecordedWaiting(clock);
        waiting.pause(Duration.ofMillis(1));
        waiting.pause(Duration.ofMillis(2));
        assertThat(waiting.pauses()).containsExactly(Duration.ofMillis(1), Duration.ofMillis(2));
        assertThat(waiting.total()).isEqualTo(Duration.ofMillis(3));
        assertThat(clock.instant()).isEqualTo(MAY.plusMillis(3));
        assertThat(new RecordedWaiting().pauses()).isEmpty();
    }
}
