package org.leftfold.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.leftfold.cli.Command.leftfold;
import static org.leftfold.cli.Command.leftfoldIn;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DemoTest {
    @TempDir Path folder;

    @Test
    void the_demo_tells_its_story_and_leaves_a_sound_store() {
        Path store = folder.resolve("cinema");

        Map<String, String> inClone = Map.of("LEFTFOLD_CALLED", "./leftfold");
        Command.Result result = leftfoldIn(inClone, "", "demo", "--plain", "--store", store);

        assertThat(result.err()).isEmpty();
        assertThat(result.exitCode()).isZero();
        assertThat(result.out())
                .containsSubsequence(
                        "1  Append", "LF-2001", "LF-2002", "4  Follow", "5  Rules", "6  The past")
                .containsSubsequence("Voucher[euros=18]", "DUPLICATE", "18 euros are left, not 20")
                .containsSubsequence("[euros: 0 -> 30]", "by Ada  [euros: 30 -> 18]", "7  Crash")
                .containsSubsequence("none that was acknowledged is missing", "stored once: true")
                .containsSubsequence("1 caller", "64 callers", "replay", "Try next:")
                .contains("   ./leftfold read --store " + store + " screening-1\n");
        assertThat(result.lines()).hasSizeBetween(20, 60);
        assertThat(leftfold("read", "--store", store, "screening-1").lines()).hasSize(5);
        assertThat(leftfold("verify", "--store", store).exitCode()).isZero();
        assertThat(leftfold("demo", "--store", store).exitCode()).isEqualTo(2);
    }
}
