package org.leftfold.jdbc.faults;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.leftfold.api.AuditPolicy;
import org.leftfold.api.EventStore;
import org.leftfold.api.InMemoryEventStore;
import org.leftfold.api.StoreAdmin;
import org.leftfold.engine.EmbeddedEventStore;
import org.leftfold.engine.EmbeddedOptions;
import org.leftfold.jdbc.JdbcEventStore;
import org.leftfold.jdbc.JdbcOptions;
import org.leftfold.jdbc.Kind;
import org.leftfold.servers.SkipWithoutServer;
import org.leftfold.testkit.random.Seeds;

/**
 * The same random scripts give the same answers from a store in a database, from the embedded
 * engine, and from the store in memory, which is the contract in executable form (Q20).
 */
@ExtendWith(SkipWithoutServer.class)
@Timeout(900)
class DifferentialTest {
    private static final int SCRIPTS = 120 * Scale.FACTOR;
    private static final Clock CLOCK =
            Clock.fixed(Instant.parse("2026-01-02T03:04:05Z"), ZoneOffset.UTC);

    @ParameterizedTest
    @EnumSource(Kind.class)
    void random_scripts_give_the_answers_of_the_store_in_memory(Kind kind) {
        try (HikariDataSource pool = kind.newPool(4)) {
            kind.open(pool, JdbcOptions.defaults()).close();
            String failure =
                    Seeds.smallestFailure(
                            Seeds.range(1, SCRIPTS),
                            Scripts::of,
                            script -> !difference(kind, pool, script).isEmpty());
            assertThat(failure).as("smallest script that gives another answer").isEmpty();
        }
    }

    @Test
    void random_scripts_give_the_same_answers_from_the_embedded_engine(@TempDir Path directory) {
        AtomicInteger stores = new AtomicInteger();
        EmbeddedOptions options = EmbeddedOptions.defaults().clock(CLOCK);
        String failure =
                Seeds.smallestFailure(
                        Seeds.range(1, SCRIPTS),
                        Scripts::of,
                        script -> {
                            Path own = directory.resolve("store-" + stores.incrementAndGet());
                            try (EmbeddedEventStore store = EmbeddedEventStore.open(own, options)) {
                                return !difference(store, store.admin(), script).isEmpty();
                            }
                        });
        assertThat(failure).as("smallest script that gives another answer").isEmpty();
    }

    private static String difference(Kind kind, HikariDataSource pool, List<Scripts.Step> script) {
        Kind.empty(pool, JdbcOptions.defaults());
        try (JdbcEventStore store = kind.open(pool, JdbcOptions.defaults().clock(CLOCK))) {
            return difference(store, store.admin(), script);
        }
    }

    /** The first step that is answered differently, with both answers; empty if none. */
    private static String difference(
            EventStore store, StoreAdmin admin, List<Scripts.Step> script) {
        try (InMemoryEventStore model = InMemoryEventStore.open(CLOCK, AuditPolicy.none())) {
            for (Scripts.Step step : script) {
                String wanted = step.play(model, model.admin());
                String given = step.play(store, admin);
                if (!given.equals(wanted)) {
                    return "%s: %s and not %s".formatted(step, given, wanted);
                }
            }
            return "";
        }
    }
}
