package org.leftfold.framework.projection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.leftfold.framework.projection.Parcels.append;

import java.time.Instant;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.leftfold.api.AuditPolicy;
import org.leftfold.api.InMemoryEventStore;
import org.leftfold.framework.Leftfold;
import org.leftfold.framework.projection.Parcels.Lost;
import org.leftfold.framework.projection.Parcels.Moved;
import org.leftfold.framework.projection.Parcels.Story;
import org.leftfold.framework.projection.Parcels.Traffic;
import org.leftfold.framework.projection.Parcels.Weighed;

class LiveFoldTest {
    @Test
    void a_view_is_folded_as_it_is_and_as_it_was() {
        AtomicReference<Instant> now = new AtomicReference<>(Instant.EPOCH);
        try (InMemoryEventStore store = InMemoryEventStore.open(now::get, AuditPolicy.none())) {
            append(store, "p1", new Weighed(1), new Moved("a", "b"));
            now.set(Instant.EPOCH.plusSeconds(10));
            append(store, "p2", new Moved("b", "c"), new Lost());
            LiveFold<Traffic> traffic = Leftfold.on(store).fold(Parcels.traffic().build());
            assertThat(traffic.all())
                    .isEqualTo(
                            Map.of(
                                    "a", new Traffic(0, 1),
                                    "b", new Traffic(1, 1),
                                    "c", new Traffic(1, 0)));
            assertThat(traffic.upTo(2).all()).containsOnlyKeys("a", "b");
            assertThat(traffic.asOf(Instant.EPOCH.plusSeconds(9)).find("b"))
                    .contains(new Traffic(1, 0));
            assertThat(traffic.asOf(Instant.EPOCH.minusSeconds(1)).all()).isEmpty();
            assertThat(traffic.find("nowhere")).isEmpty();
        }
    }

    @Test
    void a_row_of_a_stream_or_a_tag_reads_its_own_events_only() {
        try (InMemoryEventStore store = InMemoryEventStore.open()) {
            append(store, "bad", new Weighed(-1));
            append(store, "p1", new Weighed(1), new Moved("a", "b"));
            LiveFold<Story> stories = Leftfold.on(store).fold(Parcels.stories().build());
            assertThat(stories.find("parcel-p1").orElseThrow().lines())
                    .containsExactly("weighed 1", "moved to b at 2");
            assertThatThrownBy(stories::all).hasMessageContaining("it weighs -1");
            LiveFold<Story> byDepot =
                    Leftfold.on(store).fold(Parcels.stories().keyedBy(Keying.tag("to")).build());
            assertThat(byDepot.find("b").orElseThrow().lines()).containsExactly("moved to b at 2");
        }
    }
}
