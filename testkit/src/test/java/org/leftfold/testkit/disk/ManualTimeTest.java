package org.leftfold.testkit.disk;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class ManualTimeTest {
    @Test
    void the_wall_clock_may_jump_and_the_monotonic_clock_only_advances() {
        ManualTime time = new ManualTime();
        time.advance(Duration.ofSeconds(2));
        assertThat(time.monotonicNanos()).isEqualTo(2_000_000_000L);
        time.setWall(Instant.parse("2000-01-01T00:00:00.000001Z"));
        assertThat(time.instant()).isEqualTo(Instant.parse("2000-01-01T00:00:00.000001Z"));
        assertThat(time.monotonicNanos()).isEqualTo(2_000_000_000L);
        time.stepPerReading(Duration.ofMillis(1));
        assertThat(time.wallMicros()).isLessThan(time.wallMicros());
    }

    @Test
    void a_seed_gives_the_same_identities() {
        SimulatedMachine one = SimulatedMachine.empty(7);
        SimulatedMachine two = SimulatedMachine.empty(7);
        assertThat(one.entropy().nextUuid()).isEqualTo(two.entropy().nextUuid());
        assertThat(one.entropy().nextUuid().version()).isEqualTo(4);
        assertThat(one.entropy().nextUuid().variant()).isEqualTo(2);
        assertThat(one.restartedWith(two.disk()).machine().directory()).isEqualTo(two.disk());
    }
}
