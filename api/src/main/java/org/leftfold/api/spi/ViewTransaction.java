package org.leftfold.api.spi;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.leftfold.api.Payload;
import org.leftfold.api.spi.ViewStore.Progress;
import org.leftfold.api.spi.ViewStore.Row;
import org.leftfold.api.spi.ViewStore.View;

/**
 * One transaction on views. Of one thread. A failure of the store is a {@link
 * org.leftfold.api.StoreUnavailableException}, after which the transaction cannot be used and is
 * not committed, even if the work keeps the failure to itself. A transaction that has ended refuses
 * every call with an {@link IllegalStateException}.
 */
public interface ViewTransaction {
    /** The header of a view, whatever its keeper wrote there; empty if it never did. */
    Optional<Payload> header(String name);

    /** The same, held until this transaction ends; also where there is none yet. */
    Optional<Payload> lockHeader(String name);

    /**
     * Writes the header of a view.
     *
     * @throws IllegalStateException if its lock is not held
     */
    void saveHeader(String name, Payload header);

    /** The names of all views that have a header, in the order of {@link String#compareTo}. */
    List<String> names();

    /** How far a part is, held until this transaction ends; {@link Progress#NONE} at first. */
    Progress lock(View view, int part);

    /**
     * How far all parts of a view are, from part 0 on, held until this transaction ends: as {@link
     * #lock} of one after the other, in fewer messages.
     */
    default List<Progress> lockAll(View view, int parts) {
        return IntStream.range(0, parts).mapToObj(part -> lock(view, part)).toList();
    }

    /**
     * Says how far a part is.
     *
     * @throws IllegalStateException if its lock is not held
     */
    void save(View view, int part, Progress progress);

    /** How far each part is that was ever saved; nothing is locked. */
    Map<Integer, Progress> progress(View view);

    /** The bodies of those of these rows that exist. */
    Map<String, Payload> find(View view, Collection<String> keys);

    /**
     * Writes rows, each in place of the one with the same key.
     *
     * @throws IllegalArgumentException if a key is named twice; nothing was written
     */
    void put(View view, Collection<Row> rows);

    /** Removes those of these rows that exist. */
    void remove(View view, Collection<String> keys);

    /**
     * Rows in an order of their keys that is the store's own, and always the same.
     *
     * @param part of this part only; of all if it is negative
     * @param after the key behind which to begin, whether there is such a row or not; empty to
     *     begin at the first
     * @param limit how many at most; 0 gives none
     */
    List<Row> page(View view, int part, String after, int limit);

    /** How many rows a view has. */
    long count(View view);

    /** Keeps a parked event, in place of one with the same part and sequence. */
    void park(View view, ParkedEvent event);

    /** Removes a parked event; nothing happens if it is not there. */
    void unpark(View view, int part, long sequence);

    /**
     * Parked events of a part in the order of their sequence.
     *
     * @param key of this key only; of all if it is empty
     * @param after the sequence behind which to begin
     * @param limit how many at most
     */
    List<ParkedEvent> parked(View view, int part, String key, long after, int limit);

    /** The keys of a part that have events which failed or are held, not those left out. */
    Set<String> parkedKeys(View view, int part);

    /** The highest sequence of a parked event of a part; 0 if there is none. */
    long lastParked(View view, int part);

    /**
     * Removes rows, progress and parked events of a view, not its header.
     *
     * @param limit how many at most
     * @return how many were removed; 0 when nothing is left
     */
    int clear(View view, int limit);

    /**
     * What the transaction is made of, such as a {@code java.sql.Connection}, so that other tables
     * change in the same one. Whoever gets it neither commits nor closes it.
     */
    <T> Optional<T> unwrap(Class<T> type);
}
