package org.leftfold.jdbc.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.leftfold.api.ExpectedVersion;
import org.leftfold.api.FollowRequest;
import org.leftfold.api.Query;
import org.leftfold.api.RecordedEvent;
import org.leftfold.api.StreamName;
import org.leftfold.api.Subscription;
import org.leftfold.jdbc.JdbcEventStore;
import org.leftfold.jdbc.JdbcOptions;
import org.leftfold.jdbc.Kind;
import org.leftfold.servers.SkipWithoutServer;

/** A database is asked for news only as long as somebody follows. */
@ExtendWith(SkipWithoutServer.class)
@Timeout(120)
class HeadWatchTest {
    private static final String WATCH = "leftfold-head-watch";

    @ParameterizedTest
    @EnumSource(Kind.class)
    void the_database_is_asked_while_there_are_followers_and_no_longer(Kind kind) throws Exception {
        JdbcOptions options = Kind.ownTables();
        SplittableRandom random = new SplittableRandom(7_003);
        StreamName stream = new StreamName("watched-1");
        try (JdbcEventStore store = kind.open(kind.shared(), options);
                JdbcEventStore other = kind.open(kind.shared(), options)) {
            for (int round = 1; round <= 3; round++) {
                CompletableFuture<RecordedEvent> seen = new CompletableFuture<>();
                try (Subscription follower =
                        store.follow(FollowRequest.fromNow(Query.all()), seen::complete)) {
                    other.append(stream, ExpectedVersion.any(), Samples.event(random));
                    assertThat(seen.get(20, TimeUnit.SECONDS).version()).isEqualTo(round);
                    assertThat(follower.completion()).isNotDone();
                    assertThat(isWatching()).isTrue();
                }
                Waiting.until("the watch ends", () -> !isWatching());
            }
        }
    }

    private static boolean isWatching() {
        return Thread.getAllStackTraces().keySet().stream()
                .anyMatch(thread -> thread.getName().equals(WATCH));
    }
}
