package org.leftfold.jdbc.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.leftfold.api.AdminAct;
import org.leftfold.api.Backup;
import org.leftfold.api.EventStore;
import org.leftfold.api.ExpectedVersion;
import org.leftfold.api.InMemoryEventStore;
import org.leftfold.api.StoreAdmin;
import org.leftfold.api.StreamName;
import org.leftfold.jdbc.JdbcEventStore;
import org.leftfold.jdbc.JdbcOptions;
import org.leftfold.jdbc.Kind;
import org.leftfold.servers.SkipWithoutServer;

/** A restore takes every entry once, whichever answer of the database is lost. */
@ExtendWith(SkipWithoutServer.class)
@Timeout(300)
class RestoreCutTest {
    private static final AdminAct ACT = new AdminAct("tester", "to be restored");

    @ParameterizedTest
    @EnumSource(Kind.class)
    void a_restore_takes_every_entry_once_whichever_answer_is_lost(Kind kind) throws Exception {
        try (InMemoryEventStore source = InMemoryEventStore.open();
                CutBench bench = new CutBench(kind)) {
            fill(source);
            List<Backup.Entry> wanted = entries(source.admin());
            boolean lost = true;
            for (int answer = 1; lost; answer++) {
                JdbcOptions options = JdbcOptions.defaults();
                Kind.empty(bench.directPool(), options);
                try (JdbcEventStore direct = kind.open(bench.directPool(), options);
                        var pool = bench.newCutPool();
                        JdbcEventStore cut = kind.open(pool, options);
                        Backup backup = source.admin().backup()) {
                    CompletableFuture<Void> loss = bench.proxy().loseAnswer(answer);
                    assertThat(cut.admin().restore(backup, count -> {}))
                            .as("positions taken, when answer %d was lost", answer)
                            .isEqualTo(source.head());
                    lost = loss.isDone();
                    assertThat(entries(direct.admin()))
                            .as("what is there, when answer %d was lost", answer)
                            .isEqualTo(wanted);
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void a_backup_has_every_entry_whichever_answer_is_lost(Kind kind) throws Exception {
        try (InMemoryEventStore source = InMemoryEventStore.open();
                CutBench bench = new CutBench(kind)) {
            fill(source);
            List<Backup.Entry> wanted = entries(source.admin());
            try (Backup backup = source.admin().backup()) {
                bench.direct().admin().restore(backup, count -> {});
            }
            boolean lost = true;
            for (int answer = 1; lost; answer++) {
                CompletableFuture<Void> loss = bench.proxy().loseAnswer(answer);
                assertThat(entries(bench.cut().admin()))
                        .as("entries, when answer %d was lost", answer)
                        .isEqualTo(wanted);
                lost = loss.isDone();
            }
        }
    }

    private static void fill(InMemoryEventStore source) {
        SplittableRandom random = new SplittableRandom(7_001);
        for (int i = 0; i < 6; i++) {
            append(source, "a-1", random);
            append(source, "b-" + i, random);
            source.admin().truncate(new StreamName("a-1"), i + 2L, ACT);
        }
        source.admin().delete(new StreamName("b-3"), ACT);
    }

    private static void append(EventStore store, String stream, SplittableRandom random) {
        store.append(new StreamName(stream), ExpectedVersion.any(), Samples.event(random));
    }

    private static List<Backup.Entry> entries(StoreAdmin admin) {
        List<Backup.Entry> entries = new ArrayList<>();
        try (Backup backup = admin.backup()) {
            backup.forEachRemaining(entries::add);
        }
        return entries;
    }
}
