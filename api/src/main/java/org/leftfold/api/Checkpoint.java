package org.leftfold.api;

import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How far a follower is. Opaque to its keeper, who stores its text and hands it back.
 *
 * <p>It carries the epoch of the store: a random identity that changes whenever history may have
 * been replaced, as by a restore. A checkpoint of another epoch is refused instead of being read as
 * a place in a different history.
 */
public final class Checkpoint {
    private static final Pattern TEXT = Pattern.compile("lf1:([0-9a-f-]{36}):([0-9]{1,19})");

    private final UUID epoch;
    private final long position;

    private Checkpoint(UUID epoch, long position) {
        this.epoch = epoch;
        this.position = position;
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
        return new Checkpoint(epoch, position);
    }

    /**
     * Reads what {@link #toString()} wrote.
     *
     * @throws InvalidRequestException if the text is no checkpoint (LF-1001)
     */
    public static Checkpoint parse(String text) {
        Matcher parts = TEXT.matcher(text);
        if (!parts.matches()) {
            throw Names.refuse("checkpoint", text, "it does not look like lf1:<epoch>:<position>");
        }
        try {
            return of(UUID.fromString(parts.group(1)), Long.parseLong(parts.group(2)));
        } catch (IllegalArgumentException e) {
            throw Names.refuse("checkpoint", text, "its epoch or its position cannot be read");
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
        if (!epoch.equals(storeEpoch) || position > head) {
            throw new StaleCheckpointException(this, storeEpoch, head);
        }
        return position;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Checkpoint that
                && epoch.equals(that.epoch)
                && position == that.position;
    }

    @Override
    public int hashCode() {
        return epoch.hashCode() * 31 + Long.hashCode(position);
    }

    /** The text to keep, such as {@code lf1:5a0c...:1042}. */
    @Override
    public String toString() {
        return "lf1:" + epoch + ":" + position;
    }
}
