package org.leftfold.examples.shards;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.leftfold.api.EventStore;
import org.leftfold.api.ExpectedVersion;
import org.leftfold.api.InMemoryEventStore;
import org.leftfold.api.NewEvent;
import org.leftfold.api.ReadRequest;
import org.leftfold.api.RecordedEvent;
import org.leftfold.api.StreamName;
import org.leftfold.api.shard.Shard;
import org.leftfold.api.shard.ShardedEventStore;

/** What docs/shards.md shows, in memory. */
class TwoShardsTest {
    @Test
    void a_stream_is_in_one_shard() {
        StreamName order = StreamName.of("order", "2");
        NewEvent placed = NewEvent.ofJson("OrderPlaced", "{}");
        NewEvent paid = NewEvent.ofJson("OrderPaid", "{}");
        EventStore north = InMemoryEventStore.open();
        EventStore south = InMemoryEventStore.open();
        // @start region="shards"
        ShardedEventStore store =
                ShardedEventStore.open(
                        List.of(new Shard("north", north), new Shard("south", south)));
        store.append(order, ExpectedVersion.noStream(), placed); // in the shard of its name
        store.append(order, ExpectedVersion.exactly(1), paid); // and so is all that follows
        // @end

        assertThat(store.read(ReadRequest.stream(order)).toList())
                .extracting(RecordedEvent::version)
                .containsExactly(1L, 2L);
        assertThat(north.version(order) + south.version(order)).isEqualTo(2);
        store.close();
    }
}
