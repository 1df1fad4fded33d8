package org.leftfold.servers;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;
import org.opentest4j.TestAbortedException;

class SkipWithoutServerTest {
    private final SkipWithoutServer skip = new SkipWithoutServer();

    @Test
    @ResourceLock(Resources.SYSTEM_PROPERTIES)
    void a_machine_without_programs_skips_with_a_reason() {
        String processor = System.setProperty("os.arch", "riscv64");
        try {
            assertThatThrownBy(PostgresServer::start)
                    .isInstanceOf(ServerUnavailableException.class)
                    .hasMessageContaining("riscv64")
                    .satisfies(reason ->
                            assertThatThrownBy(
                                            () -> skip.handleTestExecutionException(null, reason))
                                    .isInstanceOf(TestAbortedException.class)
                                    .hasMessageContaining("riscv64"));
        } finally {
            System.setProperty("os.arch", processor);
        }
    }

    @Test
    void any_other_error_stays_an_error() {
        IOException error = new IOException("broken");

        assertThatThrownBy(() -> skip.handleBeforeAllMethodExecutionException(null, error))
                .isSameAs(error);
        assertThatThrownBy(() -> skip.handleBeforeEachMethodExecutionException(null, error))
                .isSameAs(error);
    }
}
