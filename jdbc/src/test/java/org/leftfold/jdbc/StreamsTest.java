package org.leftfold.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.leftfold.api.AdminAct;
import org.leftfold.api.Append;
import org.leftfold.api.ExpectedVersion;
import org.leftfold.api.NewEvent;
import org.leftfold.api.StreamName;
import org.leftfold.api.StreamSummary;
import org.leftfold.servers.SkipWithoutServer;

/** The streams of a store in a database. */
@ExtendWith(SkipWithoutServer.class)
@Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class StreamsTest {
    private static final int ORDERS = 1100; // two pages and a bit
    private static final AdminAct ACT = new AdminAct("ada", "test");
    private static final StreamName CUT = new StreamName("order-0007");
    private static final StreamName GONE = new StreamName("gone-1");

    private static JdbcEventStore filled(Kind kind) {
        JdbcEventStore store = kind.open();
        Append all = append("möbel-1").andTo(GONE, ExpectedVersion.any(), event());
        for (String name : List.of("Order-1", "order", "orderly", "💡-1", "ｍ-1")) {
            all = all.andTo(new StreamName(name), ExpectedVersion.any(), event());
        }
        store.append(all);
        Append orders = append("order-%04d".formatted(0));
        for (int i = 1; i < ORDERS; i++) {
            StreamName name = new StreamName("order-%04d".formatted(i));
            orders = orders.andTo(name, ExpectedVersion.any(), event());
            if (i % 100 == 0) {
                store.append(orders);
                orders = append("order-%04d".formatted(0));
            }
        }
        store.append(Append.to(CUT, ExpectedVersion.any(), List.of(event(), event())));
        store.admin().truncate(CUT, 3, ACT);
        store.admin().delete(GONE, ACT);
        return store;
    }

    private static Append append(String stream) {
        return Append.to(new StreamName(stream), ExpectedVersion.any(), List.of(event()));
    }

    private static NewEvent event() {
        return NewEvent.ofJson("Happened", "{}");
    }

    private static List<String> names(JdbcEventStore store, String prefix) {
        List<String> names = new ArrayList<>();
        store.streams(prefix, stream -> names.add(stream.stream().value()));
        return names;
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void streams_come_in_the_order_of_the_bytes_of_their_names(Kind kind) {
        try (JdbcEventStore store = filled(kind)) {
            List<String> all = names(store, "");
            assertThat(all)
                    .hasSize(1001 + 6)
                    .doesNotContain("gone-1")
                    .isSortedAccordingTo(
                            Comparator.comparing(
                                    name -> name.getBytes(StandardCharsets.UTF_8),
                                    Arrays::compareUnsigned));
            assertThat(names(store, "order")).hasSize(1001 + 2);
            assertThat(names(store, "order-000")).hasSize(10);
            assertThat(names(store, "💡")).containsExactly("💡-1");
            assertThat(names(store, "orderly-")).isEmpty();
            List<String> few = new ArrayList<>();
            store.streams(
                    "o",
                    stream -> {
                        few.add(stream.stream().value());
                        return few.size() < 2;
                    });
            assertThat(few).containsExactly("order", "order-0000");
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void a_truncated_stream_begins_where_it_is_kept(Kind kind) {
        try (JdbcEventStore store = filled(kind)) {
            long head = store.head();
            List<StreamSummary> found = new ArrayList<>();
            store.streams(CUT.value(), found::add);
            assertThat(found).containsExactly(new StreamSummary(CUT, 3, 1, head, head));
            store.admin().scavenge(position -> {});
            found.clear();
            store.streams(CUT.value(), found::add);
            assertThat(found).containsExactly(new StreamSummary(CUT, 3, 1, head, head));
        }
    }
}
