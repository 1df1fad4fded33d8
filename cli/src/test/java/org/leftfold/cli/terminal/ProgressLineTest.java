package org.leftfold.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.leftfold.testkit.disk.ManualTime;

class ProgressLineTest {
    private final ByteArrayOutputStream shown = new ByteArrayOutputStream();
    private final ManualTime time = new ManualTime();

    private ProgressLine line(boolean isTerminal) {
        Output err = new Output(shown, isTerminal);
        return new ProgressLine(
                new Console(
                        new ByteArrayInputStream(new byte[0]),
                        new Output(new ByteArrayOutputStream(), false),
                        err,
                        Style.PLAIN,
                        80,
                        time,
                        Map.of()),
                "rebuild");
    }

    private String last() {
        String all = shown.toString(StandardCharsets.UTF_8);
        return all.substring(all.lastIndexOf("\u001b[K") + 3);
    }

    @Test
    void it_tells_part_rate_and_time_left() {
        ProgressLine line = line(true);
        time.advance(Duration.ofSeconds(10));
        line.update(1_000, "events", 250, 1_000);

        assertThat(last())
                .isEqualTo(
                        "rebuild [######..................]  25%  1,000 events, 100/s, 30 s left");
    }

    @Test
    void what_was_done_before_counts_for_the_part_and_not_for_the_rate() {
        ProgressLine line = line(true);
        line.from(2_000, 500, 1_000);
        time.advance(Duration.ofSeconds(10));
        line.update(3_000, "events", 750, 1_000);

        assertThat(last())
                .isEqualTo(
                        "rebuild [##################......]  75%  3,000 events, 100/s, 10 s left");
    }

    @Test
    void a_hundred_thousand_events_a_second_fit_into_eighty_columns() {
        ProgressLine line = line(true);
        time.advance(Duration.ofSeconds(60));
        line.update(6_000_000, "events", 60, 100);

        assertThat(last())
                .contains("6,000,000 events, 100,000/s, 40 s left")
                .hasSizeLessThanOrEqualTo(80);
    }

    @Test
    void where_nobody_looks_it_is_silent() {
        ProgressLine line = line(false);
        time.advance(Duration.ofSeconds(10));
        line.update(1_000, "events", 250, 1_000);
        line.clear();

        assertThat(shown.size()).isZero();
    }
}
