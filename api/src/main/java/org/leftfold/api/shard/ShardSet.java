package org.leftfold.api.shard;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.leftfold.api.AppendResult;
import org.leftfold.api.Checkpoint;
import org.leftfold.api.EventStore;
import org.leftfold.api.RecordedEvent;
import org.leftfold.api.StreamName;

/**
 * The shards in their order, what is known of each, and how places in them are seen outside. What
 * is learned of an arrival is compared with the shard that the stream came from: a shard that was
 * restored to a moment before a departure is noticed (LF-4401). Safe for any thread.
 */
final class ShardSet {
    private final List<Shard> shards;
    private final List<ShardMoves> moves = new ArrayList<>();
    private final Placement placement;

    /** Below these versions nothing is shown, in whatever shard it is. */
    private final Map<StreamName, Long> firstShown = new ConcurrentHashMap<>();

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

    Track track(int shard, StreamName stream) {
        return moves.get(shard).track(stream);
    }

    Placement placement() {
        return placement;
    }

    /**
     * Learns of all moves up to now.
     *
     * @throws org.leftfold.api.IntegrityException if a shard has an arrival and another one not the
     *     departure of it (LF-4401); so does every later call
     */
    void refresh() {
        moves.forEach(ShardMoves::refresh);
        for (int shard = 0; shard < size(); shard++) {
            check(shard);
        }
    }

    /** The same of one shard. */
    void refresh(int shard) {
        moves.get(shard).refresh();
        check(shard);
    }

    /** Takes a note of a move that was met while following. */
    void met(int shard, Control control) {
        moves.get(shard).add(control);
        check(shard);
    }

    private void check(int shard) {
        ShardMoves here = moves.get(shard);
        for (Control arrival = here.unchecked(); arrival != null; arrival = here.unchecked()) {
            if (arrival.peer() < 0 || arrival.peer() >= size()) {
                throw ShardErrors.unreadable(Marks.PEER, arrival.metadata());
            }
            if (!hasDeparture(shard, arrival)) {
                moves.get(arrival.peer()).refresh(); // it was stored before the arrival
                if (!hasDeparture(shard, arrival)) {
                    throw ShardErrors.behind(
                            name(arrival.peer()),
                            name(shard),
                            "the departure of stream '%s' at position %d"
                                    .formatted(arrival.stream(), arrival.departure()));
                }
            }
            if (arrival.first() > 1) {
                firstShown.merge(arrival.stream(), arrival.first(), Math::max);
            }
            here.checked(arrival);
        }
    }

    private boolean hasDeparture(int shard, Control arrival) {
        Control departure = track(arrival.peer(), arrival.stream()).departure(arrival.move());
        return departure != null
                && departure.position() == arrival.departure()
                && departure.peer() == shard;
    }

    /** How many events of moves are known in a shard. */
    long knownControls(int shard) {
        return moves.get(shard).count();
    }

    /** How many events of moves are known in all shards. */
    long knownControls() {
        return moves.stream().mapToLong(ShardMoves::count).sum();
    }

    /**
     * A place in each shard such that no stream is behind its arrival in one and not behind its
     * departure in the other. Everything that was stored before the call is in front of it.
     *
     * <p>The ends of the shards are taken one after the other, so an arrival can be in front of an
     * end whose departure came behind another one that was taken before. Then the place is put in
     * front of that arrival; this may separate others, so it goes on until nothing changes. An
     * arrival that was known before was preceded by its departure before the call.
     */
    long[] cut() {
        long[] known = new long[size()];
        long[] cut = new long[size()];
        for (int shard = 0; shard < size(); shard++) {
            known[shard] = moves.get(shard).readTo();
        }
        for (int shard = 0; shard < size(); shard++) {
            cut[shard] = store(shard).head();
        }
        refresh();
        for (boolean changed = true; changed; ) {
            changed = false;
            for (int shard = 0; shard < size(); shard++) {
                Control separated = separated(shard, known[shard], cut);
                if (separated != null) {
                    cut[shard] = separated.position() - 1;
                    changed = true;
                }
            }
        }
        return cut;
    }

    /** That cut, as checkpoints of the shards. */
    List<Checkpoint> checkpoints() {
        long[] cut = cut();
        List<Checkpoint> all = new ArrayList<>();
        for (int shard = 0; shard < size(); shard++) {
            all.add(store(shard).checkpoint().at(cut[shard]));
        }
        return all;
    }

    private @Nullable Control separated(int shard, long known, long[] cut) {
        for (Control arrival : moves.get(shard).arrivals(known, cut[shard])) {
            if (arrival.departure() > cut[arrival.peer()]) {
                return arrival;
            }
        }
        return null;
    }

    /** An event of a shard as it is seen outside. */
    RecordedEvent outside(int shard, RecordedEvent event) {
        return Marks.outside(
                event,
                placement.whole(shard, event.position()),
                track(shard, event.stream()).version(event.version()));
    }

    /** The result of a shard as it is seen outside; all moves in front of it have to be known. */
    AppendResult outside(int shard, AppendResult result) {
        List<AppendResult.Written> writes = new ArrayList<>();
        for (AppendResult.Written written : result.writes()) {
            Track track = track(shard, written.stream());
            writes.add(
                    new AppendResult.Written(
                            written.stream(),
                            track.version(written.firstVersion()),
                            track.version(written.lastVersion()),
                            placement.whole(shard, written.firstPosition()),
                            placement.whole(shard, written.lastPosition())));
        }
        return new AppendResult(writes, result.repeated());
    }

    /** Whether an event is shown, as seen outside: it was not taken away where it was copied to. */
    boolean isShown(RecordedEvent outside) {
        return firstShown.isEmpty()
                || outside.version() >= firstShown.getOrDefault(outside.stream(), 1L);
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
