package org.leftfold.framework.projection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.leftfold.framework.projection.Parcels.SCHEMA;
import static org.leftfold.framework.projection.Parcels.append;

import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.leftfold.api.InMemoryEventStore;
import org.leftfold.api.IncompatibleStoreException;
import org.leftfold.api.LeftfoldException;
import org.leftfold.api.spi.InMemoryViewStore;
import org.leftfold.framework.Leftfold;
import org.leftfold.framework.projection.Parcels.Moved;
import org.leftfold.framework.projection.Parcels.ParcelEvent;

/** The class of the rows was changed, and nobody thought of the rows that are there. */
class UnreadableRowTest {
    private static final Duration LONG = Duration.ofSeconds(20);

    private final InMemoryEventStore store = InMemoryEventStore.open();
    private final InMemoryViewStore views = new InMemoryViewStore();

    /** Rows as they were: each is text. */
    private static Projection<String> before() {
        return Projection.<ParcelEvent, String>of(
                        "depots", String.class, SCHEMA, (row, event, key) -> "seen", Moved.class)
                .build();
    }

    /** Rows as they are now: each is a number. */
    private static Projection<Long> after(int version) {
        return Projection.<ParcelEvent, Long>of(
                        "depots", Long.class, SCHEMA, (row, event, key) -> 7L, Moved.class)
                .version(version)
                .build();
    }

    @BeforeEach
    void store_rows_of_the_old_form() throws Exception {
        var last = append(store, "p1", new Moved("a", "b"));
        Projection<String> before = before();
        try (Projections projections = Leftfold.on(store).projections(views).add(before).start()) {
            assertThat(projections.await(before, last, LONG)).isTrue();
        }
    }

    @AfterEach
    void close() {
        store.close();
    }

    @Test
    void a_row_of_another_form_is_refused_with_what_to_do() {
        Projection<Long> after = after(1);
        try (Projections projections = Leftfold.on(store).projections(views).add(after).manage()) {
            Rows<Long> rows = projections.rows(after);
            assertThatThrownBy(() -> rows.find("parcel-p1"))
                    .isInstanceOf(IncompatibleStoreException.class)
                    .hasMessage(
                            "LF-5004: the row 'parcel-p1' of view 'depots' cannot be read as java.lang.Long, InvalidFormatException was thrown: it was stored by another form of that class. Nothing was changed. Raise version(...) of the projection, or rebuild it, and wait until that was swapped in.");
            assertThatThrownBy(() -> rows.stream().toList())
                    .isInstanceOf(LeftfoldException.class)
                    .hasMessageContaining("LF-5004");
        }
    }

    @Test
    void a_rebuild_is_compared_with_rows_of_another_form() throws Exception {
        Projection<Long> after = after(1);
        try (Projections projections = Leftfold.on(store).projections(views).add(after).start()) {
            Rebuild rebuild = projections.rebuild("depots");
            rebuild.begin("anna");
            assertThat(rebuild.awaitReady(LONG)).isTrue();
            assertThat(rebuild.verify().different()).isEqualTo(1);
            rebuild.swap();
            assertThat(projections.rows(after).find("parcel-p1")).contains(7L);
        }
    }
}
