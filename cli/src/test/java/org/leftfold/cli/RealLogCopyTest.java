package org.leftfold.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.leftfold.cli.Command.leftfold;
import static org.leftfold.cli.SqlServer.on;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.leftfold.api.Backup;
import org.leftfold.engine.EmbeddedEventStore;
import org.leftfold.servers.Database;
import org.leftfold.servers.SkipWithoutServer;

/**
 * The real log goes from a directory to PostgreSQL to MariaDB to a directory, and comes back equal.
 */
@ExtendWith(SkipWithoutServer.class)
@Timeout(value = 20, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class RealLogCopyTest {
    private static final int PART_TRACES = 500;

    @TempDir Path folder;

    /** The log, or its first traces: all of it takes a minute. */
    private Path log() throws IOException {
        Path whole = RealLogTest.log();
        if (Boolean.getBoolean("leftfold.long")) {
            return whole;
        }
        Path part = folder.resolve("bpic2012.xes");
        try (BufferedReader reader =
                        new BufferedReader(
                                new InputStreamReader(
                                        new GZIPInputStream(Files.newInputStream(whole)),
                                        StandardCharsets.UTF_8));
                Writer writer = Files.newBufferedWriter(part)) {
            int traces = 0;
            while (traces < PART_TRACES) {
                String line = String.valueOf(reader.readLine());
                writer.write(line + "\n");
                traces += line.contains("</trace>") ? 1 : 0;
            }
            writer.write("</log>\n");
        }
        return part;
    }

    private static String copy(Object from, Object to) {
        Command.Result result = CopyCommandTest.copy(from, to);
        assertThat(result.exitCode()).as(result.err()).isZero();
        return result.lines().getLast();
    }

    @Test
    void a_real_log_comes_back_byte_by_byte() throws IOException {
        Path source = folder.resolve("source");
        Path back = folder.resolve("back");
        leftfold("import", "--store", source, log());
        Database postgres = SqlServer.POSTGRES.newDatabase();
        Database mariaDb = SqlServer.MARIADB.newDatabase();

        List<String> digests =
                List.of(copy(source, postgres), copy(postgres, mariaDb), copy(mariaDb, back));

        assertThat(digests).allMatch(digests.getFirst()::equals);
        assertThat(digests.getFirst()).contains(": equal, SHA-256 ");
        assertThat(on(postgres, "verify").exitCode()).isZero();
        assertThat(on(mariaDb, "verify").exitCode()).isZero();
        assertSameHistory(source, back);
    }

    private static void assertSameHistory(Path source, Path back) {
        try (EmbeddedEventStore one = EmbeddedEventStore.openReadOnly(source);
                EmbeddedEventStore other = EmbeddedEventStore.openReadOnly(back);
                Backup wanted = one.admin().backup();
                Backup found = other.admin().backup()) {
            Iterator<Backup.Entry> entries = found;
            long count = 0;
            while (wanted.hasNext()) {
                assertThat(entries.next()).isEqualTo(wanted.next());
                count++;
            }
            assertThat(entries.hasNext()).isFalse();
            assertThat(count).isGreaterThan(5_000);
        }
    }
}
