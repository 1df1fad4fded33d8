package org.leftfold.api.shard;

import java.util.ArrayList;
import java.util.List;
import org.leftfold.api.EventStore;
import org.leftfold.api.RecordedEvent;
import org.leftfold.api.StreamName;

/** The shards in their order, what is known of each, and how places in them are seen outside. */
final class ShardSet {
    private final List<Shard> shards;
    private final List<ShardMoves> moves = new ArrayList<>();
    private final Placement placement;

    ShardSet(List<Shard> shards) {
        this.shards = List.copyOf(shards);
        this.placement = new Placement(shards.size());
        this.shards.forEach(shard -> moves.add(new ShardMoves(shard.store())));
    }

    int size() {
        return shards.size();
    }

    EventStore store(int shard) {
        return shards.get(shard).store();
    }

    String name(int shard) {
        return shards.get(shard).name();
    }

    ShardMoves moves(int shard) {
        return moves.get(shard);
    }

    Track track(int shard, StreamName stream) {
        return moves.get(shard).track(stream);
    }

    Placement placement() {
        return placement;
    }

    void refresh() {
        moves.forEach(ShardMoves::refresh);
    }

    /** How many events of moves are known in all shards. */
    long knownControls() {
        return moves.stream().mapToLong(ShardMoves::count).sum();
    }

    /** An event of a shard as it is seen outside. */
    RecordedEvent outside(int shard, RecordedEvent event) {
        return Marks.outside(
                event,
                placement.whole(shard, event.position()),
                track(shard, event.stream()).version(event.version()));
    }

    /** The highest position in any shard. */
    long head() {
        long head = 0;
        for (int shard = 0; shard < size(); shard++) {
            head = Math.max(head, placement.whole(shard, store(shard).head()));
        }
        return head;
    }
}
