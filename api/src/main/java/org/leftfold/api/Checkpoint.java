package org.leftfold.api;

import java.util.List;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * How far a follower is. Opaque to its keeper, who stores its text and hands it back.
 *
 * <p>It carries the epoch of the store: a random identity that changes whenever history may have
 * been replaced, as by a restore. A checkpoint of another epoch is refused instead of being read as
 * a place in a different history.
 *
 * <p>That of a sharded store is a vector: a checkpoint for each shard. A store refuses the one kind
 * where it needs the other (LF-4002).
 */
public final class Checkpoint {
    private static final String ONE = "lf1:";
    private static final String VECTOR = "lfv1:";
    private static final Pattern PLACE = Pattern.compile("([0-9a-f-]{36}):([0-9]{1,19})");

    /** Stands where a vector has no epoch of its own. */
    private static final UUID NO_EPOCH = new UUID(0, 0);

    private final UUID epoch;
    private final long position;
    private final List<Checkpoint> shards; // empty unless this is a vector

    private Checkpoint(UUID epoch, long position, List<Checkpoint> shards) {
        this.epoch = epoch;
        this.position = position;
        this.shards = shards;
    }

    /**
     * The checkpoint of a follower that has everything up to {@code position} of the store with
     * this epoch.
     */
    public static Checkpoint of(UUID epoch, long position) {
        if (position < 0) {
            throw InvalidRequestException.number(
                    "checkpoint position", position, "it must not be negative");
        }
        return new Checkpoint(epoch, position, List.of());
    }

    /**
     * The checkpoint of a follower of a sharded store.
     *
     * @param shards how far it is in each shard, in their order; at least one, none of them a
     *     vector
     */
    public static Checkpoint ofShards(List<Checkpoint> shards) {
        if (shards.isEmpty() || shards.stream().anyMatch(each -> !each.shards.isEmpty())) {
            throw InvalidRequestException.number(
                    "shards of a checkpoint",
                    shards.size(),
                    "a vector has one plain checkpoint for each shard");
        }
        return new Checkpoint(NO_EPOCH, 0, List.copyOf(shards));
    }

    /**
     * Reads what {@link #toString()} wrote.
     *
     * @throws InvalidRequestException if the text is no checkpoint (LF-1001)
     */
    public static Checkpoint parse(String text) {
        if (text.startsWith(VECTOR)) {
            String[] places = text.substring(VECTOR.length()).split(",", -1);
            return ofShards(Stream.of(places).map(place -> place(place, text)).toList());
        }
        return place(text.startsWith(ONE) ? text.substring(ONE.length()) : "", text);
    }

    private static Checkpoint place(String place, String whole) {
        Matcher parts = PLACE.matcher(place);
        if (!parts.matches()) {
            throw Names.refuse(
                    "checkpoint",
                    whole,
                    "it looks neither like lf1:<epoch>:<position> nor like lfv1: and several of them");
        }
        try {
            return of(UUID.fromString(parts.group(1)), Long.parseLong(parts.group(2)));
        } catch (IllegalArgumentException e) {
            throw Names.refuse("checkpoint", whole, "its epoch or its position cannot be read");
        }
    }

    /**
     * The position, for the store itself.
     *
     * @param storeEpoch the epoch of the store that is asked
     * @param head the last position of that store
     * @throws StaleCheckpointException if this checkpoint belongs to another history (LF-4002)
     */
    public long positionIn(UUID storeEpoch, long head) {
        if (!shards.isEmpty()) {
            throw StaleCheckpointException.otherShards(this, 1);
        }
        if (!epoch.equals(storeEpoch) || position > head) {
            throw new StaleCheckpointException(this, storeEpoch, head);
        }
        return position;
    }

    /**
     * The checkpoints of the shards, for the sharded store itself.
     *
     * @param count how many shards there are
     * @throws StaleCheckpointException if this is no checkpoint of so many shards (LF-4002)
     */
    public List<Checkpoint> shardsIn(int count) {
        if (shards.size() != count) {
            throw StaleCheckpointException.otherShards(this, count);
        }
        return shards;
    }

    /** The same history at another position, for stores that are made of others. */
    public Checkpoint at(long other) {
        return of(epoch, other);
    }

    /** Whether everything up to a position is behind it; for stores that are made of others. */
    public boolean reaches(long other) {
        return position >= other;
    }

    /** Which of two places in one history lies further on. */
    public Checkpoint later(Checkpoint other) {
        return other.position > position ? other : this;
    }

    /**
     * Whether everything up to another place of the same store is up to here as well; false if they
     * do not belong to one history.
     */
    public boolean covers(Checkpoint other) {
        if (shards.size() != other.shards.size()) {
            return false;
        }
        for (int i = 0; i < shards.size(); i++) {
            if (!shards.get(i).covers(other.shards.get(i))) {
                return false;
            }
        }
        return epoch.equals(other.epoch) && position >= other.position;
    }

    /** Whether this is a place in a sharded store. */
    public boolean isVector() {
        return !shards.isEmpty();
    }

    /**
     * How many positions lie between here and a later place of the same history, over all shards; 0
     * where that is not later.
     */
    public long positionsUntil(Checkpoint later) {
        if (shards.size() != later.shards.size()) {
            return 0;
        }
        long positions = epoch.equals(later.epoch) ? Math.max(0, later.position - position) : 0;
        for (int i = 0; i < shards.size(); i++) {
            positions += shards.get(i).positionsUntil(later.shards.get(i));
        }
        return positions;
    }

    /** The checkpoint in front of the first event of the same history. */
    public Checkpoint beginning() {
        return shards.isEmpty()
                ? of(epoch, 0)
                : ofShards(shards.stream().map(Checkpoint::beginning).toList());
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Checkpoint that
                && epoch.equals(that.epoch)
                && position == that.position
                && shards.equals(that.shards);
    }

    @Override
    public int hashCode() {
        return (epoch.hashCode() * 31 + Long.hashCode(position)) * 31 + shards.hashCode();
    }

    /**
     * The text to keep, such as {@code lf1:5a0c...:1042}; of a sharded store such as {@code
     * lfv1:5a0c...:1042,77b1...:980}, with at most 57 characters for each shard.
     */
    @Override
    public String toString() {
        return shards.isEmpty()
                ? ONE + place()
                : VECTOR + shards.stream().map(Checkpoint::place).collect(Collectors.joining(","));
    }

    private String place() {
        return epoch + ":" + position;
    }
}
