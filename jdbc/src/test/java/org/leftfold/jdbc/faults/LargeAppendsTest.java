package org.leftfold.jdbc.faults;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.leftfold.api.Append;
import org.leftfold.api.AppendResult;
import org.leftfold.api.ExpectedVersion;
import org.leftfold.api.NewEvent;
import org.leftfold.api.Payload;
import org.leftfold.api.StreamName;
import org.leftfold.api.spi.StoreListener;
import org.leftfold.jdbc.JdbcEventStore;
import org.leftfold.jdbc.JdbcOptions;
import org.leftfold.jdbc.Kind;
import org.leftfold.servers.SkipWithoutServer;

/** A large append shares no transaction: those before it do not wait for its bytes. */
@ExtendWith(SkipWithoutServer.class)
@Timeout(120)
class LargeAppendsTest {
    private static final int SMALL = 100;
    private static final int LARGE = 300 << 10;
    private static final int[] SIZES = {SMALL, SMALL, SMALL, LARGE, SMALL, LARGE, LARGE, SMALL};

    @ParameterizedTest
    @EnumSource(Kind.class)
    void a_large_append_has_a_transaction_of_its_own(Kind kind) throws Exception {
        List<Integer> groups = Collections.synchronizedList(new ArrayList<>());
        StoreListener listener =
                new StoreListener() {
                    @Override
                    public void committed(int appends, int events, long bytes, Duration took) {
                        groups.add(appends);
                    }
                };
        List<Long> positions = new ArrayList<>();
        try (HikariDataSource pool = kind.newPool(4);
                JdbcEventStore store = kind.open(pool, JdbcOptions.defaults().listener(listener))) {
            List<CompletableFuture<AppendResult>> made = new ArrayList<>();
            try (Connection connection = pool.getConnection()) {
                new RawAppends(kind, pool).begin(connection, append(0, SMALL));
                for (int i = 0; i < SIZES.length; i++) { // they wait for the lock
                    made.add(store.appendAsync(append(i + 1, SIZES[i])));
                }
                connection.commit();
            }
            made.forEach(one -> positions.add(one.join().lastPosition()));
        } // which waits for the writer, and so for the listener
        assertThat(positions).containsExactly(2L, 3L, 4L, 5L, 6L, 7L, 8L, 9L);
        int[] ends = groups.stream().mapToInt(Integer::intValue).toArray();
        Arrays.parallelPrefix(ends, Integer::sum);
        assertThat(ends).contains(3, 4, 5, 6, 7, 8);
    }

    private static Append append(int number, int bytes) {
        return Append.to(
                StreamName.of("counter", String.valueOf(number)),
                ExpectedVersion.noStream(),
                NewEvent.of("Counted", Payload.of(new byte[bytes])));
    }
}
