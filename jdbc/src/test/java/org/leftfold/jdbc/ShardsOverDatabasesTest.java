package org.leftfold.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.leftfold.api.AdminAct;
import org.leftfold.api.Append;
import org.leftfold.api.AppendResult;
import org.leftfold.api.Checkpoint;
import org.leftfold.api.ExpectedVersion;
import org.leftfold.api.FollowRequest;
import org.leftfold.api.NewEvent;
import org.leftfold.api.Query;
import org.leftfold.api.ReadRequest;
import org.leftfold.api.RecordedEvent;
import org.leftfold.api.StreamName;
import org.leftfold.api.Subscription;
import org.leftfold.api.shard.Shard;
import org.leftfold.api.shard.ShardedEventStore;
import org.leftfold.api.shard.ShardedOptions;
import org.leftfold.servers.SkipWithoutServer;
import org.leftfold.testkit.tck.Together;

/** One store over a PostgreSQL and a MariaDB database, opened by two programs. */
@ExtendWith(SkipWithoutServer.class)
class ShardsOverDatabasesTest {
    private static final AdminAct ACT = new AdminAct("ann", "balance");
    private static final StreamName MOVED = new StreamName("order-1");
    private static final int WRITERS = 4;
    private static final int EACH = 25;

    @Test
    void streams_are_moved_between_databases_while_they_are_written_and_followed()
            throws Exception {
        JdbcOptions postgres = Kind.ownTables();
        JdbcOptions mariadb = Kind.ownTables();
        try (ShardedEventStore store = open(postgres, mariadb);
                ShardedEventStore other = open(postgres, mariadb)) {
            List<RecordedEvent> seen = new ArrayList<>();
            CompletableFuture<List<RecordedEvent>> all = new CompletableFuture<>();
            Checkpoint start = Checkpoint.parse(store.checkpoint().toString());
            try (Subscription running =
                    other.follow(
                            FollowRequest.after(Query.all(), start),
                            event -> {
                                seen.add(event);
                                if (seen.size() == WRITERS * EACH * 2) {
                                    all.complete(List.copyOf(seen));
                                }
                            })) {
                Together.run(
                        WRITERS + 1,
                        thread -> thread < WRITERS ? write(store, thread) : move(other));
                assertThat(all).succeedsWithin(java.time.Duration.ofSeconds(50));
                assertThat(running.completion()).isNotDone();
            }
            List<RecordedEvent> read = store.read(ReadRequest.all()).toList();
            assertThat(seen).containsExactlyInAnyOrderElementsOf(read);
            List<RecordedEvent> moved = store.read(ReadRequest.stream(MOVED)).toList();
            assertThat(moved).hasSize(WRITERS * EACH);
            assertThat(seen.stream().filter(event -> event.stream().equals(MOVED)).toList())
                    .isEqualTo(moved);
            assertThat(other.read(ReadRequest.stream(MOVED)).toList()).isEqualTo(moved);
        }
    }

    @Test
    void an_append_is_known_again_in_the_other_database() throws Exception {
        JdbcOptions postgres = Kind.ownTables();
        JdbcOptions mariadb = Kind.ownTables();
        try (ShardedEventStore store = open(postgres, mariadb)) {
            Append append = Append.to(MOVED, ExpectedVersion.any(), event(1), event(2));
            AppendResult first = store.append(append);
            for (String target : List.of("mariadb", "postgres", "mariadb")) {
                store.move(MOVED, target, ACT);
                assertThat(store.append(append).writes()).isEqualTo(first.writes());
                assertThat(store.appendAsync(append).get(25, TimeUnit.SECONDS).repeated()).isTrue();
            }
        }
        try (ShardedEventStore again = open(postgres, mariadb)) {
            assertThat(again.version(MOVED)).isEqualTo(2);
            assertThat(again.shardOf(MOVED)).isEqualTo("mariadb");
        }
    }

    private static ShardedEventStore open(JdbcOptions postgres, JdbcOptions mariadb) {
        return ShardedEventStore.open(
                List.of(
                        new Shard("postgres", Kind.POSTGRES.open(Kind.POSTGRES.shared(), postgres)),
                        new Shard("mariadb", Kind.MARIADB.open(Kind.MARIADB.shared(), mariadb))),
                ShardedOptions.defaults());
    }

    private static NewEvent event(int number) {
        return NewEvent.ofJson("Counted", "{\"n\":" + number + "}");
    }

    /** Each writer has a stream of its own, and all share the one that is moved. */
    private static int write(ShardedEventStore store, int thread) {
        StreamName own = StreamName.of("own", String.valueOf(thread));
        for (int n = 0; n < EACH; n++) {
            store.append(own, ExpectedVersion.exactly(n), event(n));
            store.append(MOVED, ExpectedVersion.any(), event(n));
        }
        return thread;
    }

    private static int move(ShardedEventStore store) {
        int moves = 0;
        while (store.version(MOVED) < WRITERS * EACH) {
            if (store.version(MOVED) > 0) {
                store.move(MOVED, moves++ % 2 == 0 ? "mariadb" : "postgres", ACT);
            }
        }
        return moves;
    }
}
