package org.leftfold.cli;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Optional;
import java.util.UUID;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;
import org.leftfold.api.Backup;
import org.leftfold.api.RecordedEvent;
import org.leftfold.api.Tag;

/**
 * What came of comparing a copy with the store it was made of, entry by entry and byte by byte. The
 * digest is one of everything that a history says, so it is the same for all stores with the same
 * history, whatever kind they are.
 */
final class Comparison {
    private static final long PROGRESS_STEP = 1000;

    private final MessageDigest digest = sha256();
    private long events;
    private long acts;
    private boolean goesOn;
    private @Nullable String difference;

    private Comparison() {}

    /**
     * Compares two histories, up to the end of the first, which the second has to reach.
     *
     * @param progress told the number of positions compared so far, now and then
     */
    static Comparison of(Backup wanted, Backup found, LongConsumer progress) {
        Comparison comparison = new Comparison();
        comparison.run(wanted, found, progress);
        return comparison;
    }

    private void run(Backup wanted, Backup found, LongConsumer progress) {
        while (wanted.hasNext()) {
            Backup.Entry original = wanted.next();
            if (!found.hasNext()) {
                difference = "the second ends before " + describe(original);
                return;
            }
            Backup.Entry copy = found.next();
            if (!original.equals(copy)) {
                difference =
                        "the first has %s, the second %s"
                                .formatted(describe(original), describe(copy));
                return;
            }
            add(copy);
            if (copy instanceof Backup.Place && events % PROGRESS_STEP == 0) {
                progress.accept(events);
            }
        }
        goesOn = found.hasNext();
    }

    /** Events that were compared, removed ones among them. */
    long events() {
        return events;
    }

    /** Acts that were compared. */
    long acts() {
        return acts;
    }

    /** Whether the second history goes on behind the end of the first. */
    boolean goesOn() {
        return goesOn;
    }

    /** The first difference, if there is one. */
    Optional<String> difference() {
        return Optional.ofNullable(difference);
    }

    /** A digest of all that was compared, in hexadecimal digits. */
    String digest() {
        try {
            return HexFormat.of().formatHex(((MessageDigest) digest.clone()).digest());
        } catch (CloneNotSupportedException e) {
            throw new IllegalStateException("the digest of the JDK can be cloned", e);
        }
    }

    private static String describe(Backup.Entry entry) {
        return switch (entry) {
            case Backup.Kept kept -> "an event " + describePlace(kept);
            case Backup.Removed removed -> "a removed event " + describePlace(removed);
            case Backup.Act act ->
                    "an act of %s on stream '%s'".formatted(act.act().actor(), act.stream());
        };
    }

    private static String describePlace(Backup.Place place) {
        return "%s at position %d, version %d of stream '%s', recorded at %s%s"
                .formatted(
                        place.id(),
                        place.position(),
                        place.version(),
                        place.stream(),
                        place.recordedAt(),
                        place.endsAppend() ? ", the last of its append" : "");
    }

    private void add(Backup.Entry entry) {
        switch (entry) {
            case Backup.Kept kept -> {
                events++;
                add((byte) 1);
                addPlace(kept);
                addContents(kept.event());
            }
            case Backup.Removed removed -> {
                events++;
                add((byte) 2);
                addPlace(removed);
            }
            case Backup.Act act -> {
                acts++;
                add((byte) 3);
                add(act.stream().value());
                add(act.firstKeptVersion());
                add(act.act().actor());
                add(act.act().reason());
                add(act.recordedAt());
            }
        }
    }

    private void addPlace(Backup.Place place) {
        add(place.position());
        add(place.stream().value());
        add(place.version());
        UUID id = place.id().value();
        add(id.getMostSignificantBits());
        add(id.getLeastSignificantBits());
        add(place.recordedAt());
        add((byte) (place.endsAppend() ? 1 : 0));
    }

    private void addContents(RecordedEvent event) {
        add(event.type().value());
        add(event.schemaVersion());
        add(event.tags().size());
        event.tags().stream().sorted().map(Tag::toString).forEach(this::add);
        add(event.metadata().entryCount());
        event.metadata()
                .forEach((key, value) -> {
                    add(key);
                    add(value);
                });
        byte[] payload = event.payload().toByteArray();
        add(payload.length);
        digest.update(payload);
    }

    private void add(Instant time) {
        add(time.getEpochSecond());
        add(time.getNano());
    }

    private void add(String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        add(utf8.length);
        digest.update(utf8);
    }

    private void add(long number) {
        digest.update(ByteBuffer.allocate(Long.BYTES).putLong(0, number));
    }

    private void add(byte one) {
        digest.update(one);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
