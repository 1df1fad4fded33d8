package org.leftfold.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.leftfold.cli.Command.leftfold;
import static org.leftfold.cli.Command.leftfoldWithInput;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.leftfold.engine.EmbeddedEventStore;

class BackupCommandTest {
    @TempDir Path folder;
    private Path store;
    private Path backup;

    @BeforeEach
    void fill_store() {
        store = folder.resolve("store");
        backup = folder.resolve("backup");
        append("order-1", "order-2");
    }

    private void append(String... streams) {
        StringBuilder lines = new StringBuilder();
        for (String stream : streams) {
            lines.append("{\"stream\":\"%s\",\"type\":\"Placed\",\"data\":1}\n".formatted(stream));
        }
        leftfoldWithInput(lines.toString(), "import", "--store", store, "--format", "ndjson", "-");
    }

    private Command.Result backUp(Object... more) {
        Object[] all = new Object[more.length + 5];
        System.arraycopy(new Object[] {"backup", "--store", store, "--to", backup}, 0, all, 0, 5);
        System.arraycopy(more, 0, all, 5, more.length);
        return leftfold(all);
    }

    private static void assertMistake(Command.Result result, String text) {
        assertThat(result.exitCode()).isEqualTo(2);
        assertThat(result.out()).isEmpty();
        assertThat(result.err()).startsWith("leftfold: ").contains(text).doesNotContain("\tat ");
    }

    @Test
    void a_backup_is_taken_extended_read_and_restored() {
        assertThat(backUp().out())
                .isEqualTo(
                        "backed up 2 events (position 2), 4194304 bytes copied, 0 segments already there\n");
        assertThat(backUp().out())
                .isEqualTo(
                        "backed up 2 events (position 2), 0 bytes copied, 1 segments already there\n");
        append("order-3");
        assertThat(backUp("--verify-all").out()).startsWith("backed up 3 events (position 3), 41");
        assertThat(leftfold("verify", "--store", backup).out())
                .isEqualTo("verified 3 events in 3 streams: no problems\n");
        assertThat(Command.events(backup)).isEqualTo(Command.events(store));

        Path restored = folder.resolve("restored");
        Command.Result result = leftfold("restore", "--from", backup, "--store", restored);
        assertThat(result.err()).isEmpty();
        assertThat(result.exitCode()).isZero();
        assertThat(result.out())
                .isEqualTo("restored 3 events; checkpoints of the old store are refused\n");
        assertThat(Command.events(restored)).isEqualTo(Command.events(store));
    }

    @Test
    void a_backup_works_beside_a_writer() {
        try (EmbeddedEventStore writer = EmbeddedEventStore.open(store)) {
            assertThat(writer.head()).isEqualTo(2);
            Command.Result result = backUp();
            assertThat(result.err()).isEmpty();
            assertThat(result.exitCode()).isZero();
            assertThat(result.out()).startsWith("backed up 2 events (position 2)");
        }
    }

    @Test
    void mistakes_are_told_and_nothing_is_made() throws IOException {
        Path missing = folder.resolve("missing");
        assertMistake(
                leftfold("backup", "--store", missing, "--to", backup), "missing does not exist");
        assertMistake(
                leftfold("restore", "--from", missing, "--store", backup),
                "missing does not exist; nothing was restored");
        assertThat(Files.exists(missing)).isFalse();
        assertThat(Files.exists(backup)).isFalse();

        Path file = Files.writeString(folder.resolve("file"), "x");
        assertMistake(leftfold("backup", "--store", store, "--to", file), "file is a file; --to");
        backUp();
        assertMistake(
                leftfold("restore", "--from", backup, "--store", file), "file is a file; --store");
        assertMistake(leftfold("restore", "--from", backup, "--store", store), "LF-1009");
        assertMistake(leftfold("backup", "--store", store, "--to", store), "LF-1012");
        assertMistake(leftfold("restore", "--from", folder, "--store", missing), "holds no backup");
        Files.writeString(backup.resolve("thesis.txt"), "x");
        assertMistake(backUp(), "LF-1012");
    }

    @Test
    void damage_has_its_own_exit_code() throws IOException {
        backUp();
        try (FileChannel channel =
                FileChannel.open(backup.resolve("0000000001.segment"), StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(new byte[] {'?'}), 150);
        }
        Command.Result result =
                leftfold("restore", "--from", backup, "--store", folder.resolve("restored"));
        assertThat(result.exitCode()).isEqualTo(3);
        assertThat(result.err()).contains("file 0000000001.segment is damaged at offset 128");
        assertThat(EmbeddedEventStore.exists(folder.resolve("restored"))).isFalse();
    }
}
