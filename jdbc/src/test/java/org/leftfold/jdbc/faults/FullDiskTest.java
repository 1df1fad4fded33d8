package org.leftfold.jdbc.faults;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.leftfold.api.Append;
import org.leftfold.api.ExpectedVersion;
import org.leftfold.api.NewEvent;
import org.leftfold.api.OutcomeUnknownException;
import org.leftfold.api.StoreUnavailableException;
import org.leftfold.api.StreamName;
import org.leftfold.jdbc.JdbcEventStore;
import org.leftfold.jdbc.JdbcOptions;
import org.leftfold.jdbc.Kind;
import org.leftfold.servers.DatabaseServer;
import org.leftfold.servers.ServerOptions;
import org.leftfold.servers.SkipWithoutServer;

/** The server's disk is full, for real, and has room again. */
@ExtendWith(SkipWithoutServer.class)
@Timeout(180)
class FullDiskTest {
    private static final StreamName STREAM = new StreamName("full-1");
    private static final Duration PATIENCE = Duration.ofSeconds(3);
    private static final Duration BACK = Duration.ofSeconds(10);

    @RegisterExtension final SmallDisk disk = new SmallDisk(400);
    private final Ledger ledger = new Ledger();
    private final SplittableRandom random = new SplittableRandom(5_050);

    @ParameterizedTest
    @EnumSource(Kind.class)
    void a_full_disk_refuses_appends_and_loses_nothing(Kind kind, TestReporter reporter)
            throws Exception {
        ServerOptions options = ServerOptions.STANDARD.in(disk.root());
        if (kind == Kind.MARIADB) {
            options = options.with("innodb_log_file_size", "16M");
        }
        try (DatabaseServer server = kind.start(options);
                HikariDataSource pool = Kind.pool(server.newDatabase(), 4);
                JdbcEventStore store = kind.open(pool, JdbcOptions.defaults().patience(PATIENCE))) {
            for (int i = 0; i < 20; i++) {
                assertThat(append(store)).as("append to a disk with room").isEqualTo("stored");
            }
            disk.fill();
            String refused = append(store);
            while (refused.equals("stored")) {
                refused = append(store);
            }
            boolean lives = refused.equals("LF-3003");
            if (lives) {
                assertThat(append(store)).as("once more").isEqualTo("LF-3003");
                ledger.check(Samples.log(store));
            }
            disk.free();
            if (!lives) {
                server.restart(); // MariaDB ends itself when it cannot even roll back
            }
            Waiting.until("appends go on", BACK, () -> append(store).equals("stored"));
            ledger.check(Samples.log(store));
            reporter.publishEntry(kind.name(), refused + ", " + ledger);
        }
    }

    /** What becomes of an append: "stored", or the code of its error. */
    private String append(JdbcEventStore store) {
        String text = "\"" + Long.toHexString(random.nextLong()).repeat(4_000) + "\"";
        Append append = Append.to(STREAM, ExpectedVersion.any(), NewEvent.ofJson("Filled", text));
        try {
            ledger.acknowledged(
                    append, store.appendAsync(append).orTimeout(100, TimeUnit.SECONDS).join());
            return "stored";
        } catch (CompletionException e) {
            if (e.getCause() instanceof OutcomeUnknownException unknown) {
                ledger.leftOpen(append);
                return unknown.code();
            }
            if (e.getCause() instanceof StoreUnavailableException refused) {
                ledger.refused(append);
                return refused.code();
            }
            throw e;
        }
    }
}
