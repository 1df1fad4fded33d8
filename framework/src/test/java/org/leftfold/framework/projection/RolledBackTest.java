package org.leftfold.framework.projection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.leftfold.framework.projection.Parcels.SCHEMA;
import static org.leftfold.framework.projection.Parcels.append;
import static org.leftfold.framework.projection.Parcels.until;

import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.leftfold.api.InMemoryEventStore;
import org.leftfold.api.spi.InMemoryViewStore;
import org.leftfold.framework.Leftfold;
import org.leftfold.framework.projection.Parcels.Weighed;

/** Who rolls back to older code keeps it, whatever programs start. */
class RolledBackTest {
    private static final Duration LONG = Duration.ofSeconds(30);

    private final InMemoryEventStore store = InMemoryEventStore.open();
    private final InMemoryViewStore views = new InMemoryViewStore();

    @AfterEach
    void close() {
        store.close();
    }

    /** Each version counts otherwise. */
    private static Projection<Long> counts(int version) {
        return Projection.<Parcels.ParcelEvent, Long>of(
                        "counts",
                        Long.class,
                        SCHEMA,
                        (row, event, key) -> (row == null ? 0 : row) + version,
                        Weighed.class)
                .version(version)
                .build();
    }

    private Projections start(Projection<Long> projection) {
        return Leftfold.on(store).projections(views).add(projection).start();
    }

    private static long row(Projections projections, Projection<Long> projection) {
        return projections.rows(projection).find("parcel-p1").orElse(0L);
    }

    @Test
    void code_that_was_rolled_back_from_does_not_begin_again_by_itself_and_newer_code_does()
            throws Exception {
        append(store, "p1", new Weighed(1));
        Projection<Long> first = counts(1);
        Projection<Long> second = counts(2);
        try (Projections old = start(first)) {
            assertThat(old.await(first, store.checkpoint(), LONG)).isTrue();
            try (Projections young = start(second)) {
                until(() -> young.status("counts").generation() == 2);
                young.rebuild("counts").rollBack("anna");
                until(() -> old.status("counts").generation() == 1);
            }
            try (Projections again = start(second)) {
                assertThat(again.rebuild("counts").status()).isEmpty();
                append(store, "p1", new Weighed(2));
                assertThat(old.await(first, store.checkpoint(), LONG)).isTrue();
                assertThat(row(again, second)).as("what the old code says").isEqualTo(2);

                again.rebuild("counts").begin("anna");
                assertThat(again.rebuild("counts").awaitReady(LONG)).isTrue();
                again.rebuild("counts").swap();
                assertThat(row(again, second)).isEqualTo(4);
                again.rebuild("counts").rollBack("anna");
                until(() -> old.status("counts").generation() == 1);
            }
        }
        Projection<Long> third = counts(3);
        try (Projections newest = start(third)) {
            until(() -> row(newest, third) == 6);
        }
    }
}
