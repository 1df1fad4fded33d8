package org.leftfold.jdbc.inline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.leftfold.jdbc.inline.Counters.counts;
import static org.leftfold.jdbc.inline.Counters.event;
import static org.leftfold.jdbc.inline.Counters.folded;
import static org.leftfold.jdbc.inline.Counters.rows;
import static org.leftfold.jdbc.inline.Counters.stream;

import com.zaxxer.hikari.HikariDataSource;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.leftfold.api.AdminAct;
import org.leftfold.api.ExpectedVersion;
import org.leftfold.api.InMemoryEventStore;
import org.leftfold.framework.Leftfold;
import org.leftfold.framework.projection.InlineStore;
import org.leftfold.framework.projection.Projection;
import org.leftfold.framework.transform.Draft;
import org.leftfold.framework.transform.StreamRedesign;
import org.leftfold.framework.transform.TransformedCopy;
import org.leftfold.jdbc.JdbcEventStore;
import org.leftfold.jdbc.JdbcOptions;
import org.leftfold.jdbc.JdbcViewStore;
import org.leftfold.jdbc.Kind;
import org.leftfold.jdbc.inline.Counters.Total;
import org.leftfold.servers.SkipWithoutServer;

/** What was copied within a store, and then with the whole store, to other positions. */
@ExtendWith(SkipWithoutServer.class)
@Timeout(60)
class InlineCopiesTest {
    @Test
    void what_a_merge_copied_before_the_store_was_copied_is_in_each_row_once() {
        AdminAct act = new AdminAct("anna", "moves");
        Projection<Total> total = Counters.total().build();
        try (InMemoryEventStore before = InMemoryEventStore.open();
                HikariDataSource pool = Kind.POSTGRES.newPool(4);
                JdbcEventStore plain = Kind.POSTGRES.open(pool, JdbcOptions.defaults());
                InlineStore store =
                        Leftfold.on(plain)
                                .projections(JdbcViewStore.open(pool))
                                .add(total)
                                .inline()) {
            for (int i = 0; i < 5; i++) { // these are left out, so all positions are others
                before.append(
                        stream("other"), ExpectedVersion.any(), event(new Counters.Renamed("x")));
            }
            before.append(counts(1, 5, 6));
            before.append(counts(2, 7));
            new StreamRedesign(before, act).merge(List.of(stream(1), stream(2)), stream(3));
            new TransformedCopy(
                            before,
                            plain,
                            "t",
                            stored ->
                                    stored.stream().equals(stream("other"))
                                            ? List.of()
                                            : List.of(Draft.of(stored)),
                            act)
                    .run(position -> {});

            store.append(counts(4, 1));

            assertThat(folded(plain, total)).containsEntry("all", new Total(19, 4));
            assertThat(rows(store.rows(total))).isEqualTo(folded(plain, total));
        }
    }
}
