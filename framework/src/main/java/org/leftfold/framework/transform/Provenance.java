package org.leftfold.framework.transform;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.leftfold.api.EventId;
import org.leftfold.api.Metadata;
import org.leftfold.api.RecordedEvent;
import org.leftfold.api.StreamName;

/**
 * Where a copied event comes from, in one entry of its metadata. What it said before, because its
 * source was a copy too, stands in {@value #EARLIER}, one line for each, newest first.
 *
 * @param store the epoch of the store that it was copied from; of a sharded store an identity that
 *     is derived from the epochs of its shards
 * @param position its position there
 * @param part which of the things that became of it, from 1
 * @param parts how many those are
 * @param version its version there
 * @param id its id there
 * @param recordedAt when it was recorded there
 * @param stream its stream there
 */
public record Provenance(
        UUID store,
        long position,
        int part,
        int parts,
        long version,
        EventId id,
        Instant recordedAt,
        StreamName stream) {
    /** The key of the entry. */
    public static final String KEY = "leftfold.provenance";

    /** The key of the entry with what {@link #KEY} said in the sources, line by line. */
    public static final String EARLIER = "leftfold.provenance.earlier";

    private static final int FIELDS = 7;

    /** Of a copied event; empty for any other event, also where nobody here wrote the entry. */
    public static Optional<Provenance> of(RecordedEvent event) {
        return event.metadata().value(KEY).flatMap(Provenance::parse);
    }

    /**
     * All that a copied event says of where it comes from, newest first: more than one if what it
     * was copied from was a copy too.
     */
    public static List<Provenance> chain(RecordedEvent event) {
        Optional<Provenance> newest = of(event);
        if (newest.isEmpty()) {
            return List.of();
        }
        List<Provenance> chain = new ArrayList<>();
        chain.add(newest.get());
        event.metadata()
                .value(EARLIER)
                .ifPresent(
                        lines -> lines.lines().forEach(line -> parse(line).ifPresent(chain::add)));
        return chain;
    }

    /** Whether an event is the one that this names, in the store itself or kept with its id. */
    public boolean names(RecordedEvent event) {
        return event.stream().equals(stream) && event.id().equals(id);
    }

    static Provenance of(UUID store, RecordedEvent source, int part, int parts) {
        return new Provenance(
                store,
                source.position(),
                part,
                parts,
                source.version(),
                source.id(),
                source.recordedAt(),
                source.stream());
    }

    /** Reads what {@link #toString()} wrote. */
    private static Optional<Provenance> parse(String text) {
        String[] fields = text.split(" ", FIELDS);
        if (fields.length < FIELDS) {
            return Optional.empty();
        }
        try {
            int slash = fields[2].indexOf('/');
            return Optional.of(
                    new Provenance(
                            UUID.fromString(fields[0]),
                            Long.parseLong(fields[1]),
                            Integer.parseInt(fields[2], 0, slash, 10),
                            Integer.parseInt(fields[2], slash + 1, fields[2].length(), 10),
                            Long.parseLong(fields[3]),
                            new EventId(UUID.fromString(fields[4])),
                            Instant.parse(fields[5]),
                            StreamName.ofStored(fields[6])));
        } catch (IllegalArgumentException | IndexOutOfBoundsException | DateTimeException e) {
            return Optional.empty(); // somebody else's entry
        }
    }

    /** Metadata with this in it. */
    Metadata in(Metadata metadata) {
        Optional<String> before = metadata.value(KEY);
        if (before.isEmpty()) {
            return metadata.with(KEY, toString());
        }
        String earlier =
                metadata.value(EARLIER)
                        .map(older -> before.get() + "\n" + older)
                        .orElse(before.get());
        return metadata.with(EARLIER, earlier).with(KEY, toString());
    }

    Key key() {
        return new Key(position, part);
    }

    /** The text of the entry; the name of the stream is last, because it may have blanks. */
    @Override
    public String toString() {
        return "%s %d %d/%d %d %s %s %s"
                .formatted(store, position, part, parts, version, id, recordedAt, stream);
    }
}
