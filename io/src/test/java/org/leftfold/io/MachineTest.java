package org.leftfold.io;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MachineTest {
    @TempDir private Path temporary;

    @Test
    void the_system_machine_has_clocks_that_advance_and_identities_that_differ() {
        Machine machine = Machine.system(temporary);
        long nanos = machine.time().monotonicNanos();
        assertThat(machine.time().monotonicNanos()).isGreaterThanOrEqualTo(nanos);
        long micros2020 = 1_577_836_800_000_000L;
        assertThat(machine.time().wallMicros()).isGreaterThan(micros2020);
        assertThat(machine.entropy().nextUuid()).isNotEqualTo(machine.entropy().nextUuid());
        assertThat(machine.entropy().nextUuid().version()).isEqualTo(4);
        assertThat(machine.withTime(machine.time()).directory()).isEqualTo(machine.directory());
    }
}
