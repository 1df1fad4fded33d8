package org.leftfold.jdbc.faults;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.leftfold.api.Append;
import org.leftfold.api.AuditPolicy;
import org.leftfold.api.ConditionFailedException;
import org.leftfold.api.EventStore;
import org.leftfold.api.InMemoryEventStore;
import org.leftfold.api.LeftfoldException;
import org.leftfold.api.ReadRequest;
import org.leftfold.api.RecordedEvent;
import org.leftfold.api.VersionConflictException;
import org.leftfold.jdbc.JdbcEventStore;
import org.leftfold.jdbc.JdbcOptions;
import org.leftfold.jdbc.Kind;
import org.leftfold.jdbc.append.AppendSettings;
import org.leftfold.jdbc.append.Outcome;
import org.leftfold.jdbc.append.Transactions;
import org.leftfold.jdbc.event.Kinds;
import org.leftfold.jdbc.event.Rows;
import org.leftfold.servers.SkipWithoutServer;
import org.leftfold.testkit.random.Seeds;

/**
 * Appends that share a transaction get the verdicts they would get one by one, whichever way the
 * group is stored.
 */
@ExtendWith(SkipWithoutServer.class)
@Timeout(900)
class GroupsTest {
    private static final int SCRIPTS = 90 * Scale.FACTOR;
    private static final Clock CLOCK =
            Clock.fixed(Instant.parse("2026-01-02T03:04:05Z"), ZoneOffset.UTC);

    @ParameterizedTest
    @EnumSource(Kind.class)
    void appends_in_groups_get_the_verdicts_of_appends_one_by_one(Kind kind) {
        try (HikariDataSource pool = kind.newPool(4)) {
            kind.open(pool, JdbcOptions.defaults()).close();
            String failure =
                    Seeds.smallestFailure(
                            Seeds.range(1, SCRIPTS),
                            Scripts::groups,
                            groups -> !difference(kind, pool, groups).isEmpty());
            assertThat(failure).as("smallest groups with another verdict").isEmpty();
        }
    }

    private static String difference(Kind kind, HikariDataSource pool, List<List<Append>> groups) {
        Kind.empty(pool, JdbcOptions.defaults());
        org.leftfold.jdbc.sql.Database tables =
                new org.leftfold.jdbc.sql.Database(
                        pool,
                        RawAppends.dialectOf(kind),
                        RawAppends.TABLES,
                        Duration.ofSeconds(30));
        Rows rows = new Rows(tables, new Kinds(tables));
        try (InMemoryEventStore model = InMemoryEventStore.open(CLOCK, AuditPolicy.none());
                Transactions transactions =
                        new Transactions(rows, new AppendSettings(CLOCK, false));
                JdbcEventStore reader = kind.open(pool, JdbcOptions.defaults())) {
            for (List<Append> group : groups) {
                List<String> wanted = group.stream().map(append -> verdict(model, append)).toList();
                List<String> given =
                        transactions.make(group).stream().map(GroupsTest::verdict).toList();
                if (!given.equals(wanted)) {
                    return "%s: %s and not %s".formatted(group, given, wanted);
                }
            }
            return log(reader).equals(log(model)) ? "" : "other events are stored";
        }
    }

    private static String verdict(EventStore model, Append append) {
        try {
            return model.append(append).toString();
        } catch (LeftfoldException e) {
            return text(e);
        }
    }

    private static String verdict(Outcome outcome) {
        return switch (outcome) {
            case Outcome.Stored stored -> stored.result().toString();
            case Outcome.Refused refused -> text(refused.why());
        };
    }

    private static String text(LeftfoldException refusal) {
        return switch (refusal) {
            case VersionConflictException conflict ->
                    "%s is at %d".formatted(conflict.stream(), conflict.actualVersion());
            case ConditionFailedException failed ->
                    "%s fails at %d".formatted(failed.condition(), failed.foundPosition());
            default -> refusal.getClass().getSimpleName() + " " + refusal.code();
        };
    }

    private static List<String> log(EventStore store) {
        List<String> log = new ArrayList<>();
        for (RecordedEvent event : store.read(ReadRequest.all()).toList()) {
            log.add(event + event.payload().asText());
        }
        return log;
    }
}
