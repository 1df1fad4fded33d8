package org.leftfold.api;

import java.util.function.LongConsumer;

/**
 * What all stores do first when they restore: passes over the part of a backup that the store has
 * already, comparing the two entry by entry, so that a restore that was cut short can be repeated.
 */
final class KnownHistory {
    private static final long PROGRESS_STEP = 10_000;

    private KnownHistory() {}

    static void passOver(Backup own, Backup backup, LongConsumer progress) {
        while (own.hasNext()) {
            Backup.Entry known = own.next();
            if (!backup.hasNext()) {
                throw InvalidRequestException.backup(
                        "the store goes on behind its end, with " + describe(known));
            }
            Backup.Entry wanted = backup.next();
            if (!isSame(known, wanted)) {
                throw InvalidRequestException.backup(
                        "the store holds %s, where the backup has %s"
                                .formatted(describe(known), describe(wanted)));
            }
            if (known instanceof Backup.Place place && place.position() % PROGRESS_STEP == 0) {
                progress.accept(place.position());
            }
        }
    }

    private static boolean isSame(Backup.Entry known, Backup.Entry wanted) {
        if (known instanceof Backup.Place place && wanted instanceof Backup.Place other) {
            boolean bothKept = known instanceof Backup.Kept && wanted instanceof Backup.Kept;
            return bothKept ? known.equals(wanted) : isSamePlace(place, other);
        }
        return known.equals(wanted);
    }

    private static boolean isSamePlace(Backup.Place place, Backup.Place other) {
        return place.position() == other.position()
                && place.stream().equals(other.stream())
                && place.version() == other.version()
                && place.id().equals(other.id())
                && place.recordedAt().equals(other.recordedAt())
                && place.endsAppend() == other.endsAppend();
    }

    private static String describe(Backup.Entry entry) {
        return switch (entry) {
            case Backup.Place place ->
                    "event %s at position %d, version %d of stream '%s'%s"
                            .formatted(
                                    place.id(),
                                    place.position(),
                                    place.version(),
                                    place.stream(),
                                    place.endsAppend() ? ", which ends its append" : "");
            case Backup.Act act ->
                    "an act of %s on stream '%s', which keeps it from version %d on"
                            .formatted(act.act().actor(), act.stream(), act.firstKeptVersion());
        };
    }
}
