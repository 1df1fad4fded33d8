package org.leftfold.api;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Which events of which streams are kept, for {@link StoreAdmin#retain}; where there are two rules,
 * the stricter one counts. Streams of other categories are kept whole. Immutable.
 *
 * <pre>{@code
 * Retention.ofCategory("cart").maxAge(Duration.ofDays(30)).maxCount(1000)
 * }</pre>
 *
 * @param category only streams of this category; empty for all streams
 * @param maxAge above zero: an event is kept while the store's clock is at most this much above its
 *     time of recording; empty for any age
 * @param maxCount at least 1: of each stream the newest so many events are kept; empty for all.
 *     Events that a sharded store wrote into a stream for itself do not count
 */
public record Retention(
        Optional<String> category, Optional<Duration> maxAge, OptionalLong maxCount) {
    /**
     * @throws InvalidRequestException if the category is no name (LF-1001), the age is not above
     *     zero or the count is below 1 (LF-1003)
     */
    public Retention {
        category.ifPresent(Names::checkCategory);
        if (maxAge.isPresent() && !maxAge.get().isPositive()) {
            throw InvalidRequestException.number(
                    "maximal age in seconds", maxAge.get().toSeconds(), "it must be above zero");
        }
        if (maxCount.isPresent() && maxCount.getAsLong() < 1) {
            throw InvalidRequestException.number(
                    "maximal count",
                    maxCount.getAsLong(),
                    "1 is the least; a stream is emptied by deleting it");
        }
    }

    /** For all streams; it needs a rule. */
    public static Retention ofAllStreams() {
        return new Retention(Optional.empty(), Optional.empty(), OptionalLong.empty());
    }

    /** For the streams of one category; it needs a rule. */
    public static Retention ofCategory(String category) {
        return new Retention(Optional.of(category), Optional.empty(), OptionalLong.empty());
    }

    /** The same, and events older than this are not kept. */
    public Retention maxAge(Duration age) {
        return new Retention(category, Optional.of(age), maxCount);
    }

    /** The same, and of each stream only the newest so many events are kept. */
    public Retention maxCount(long events) {
        return new Retention(category, maxAge, OptionalLong.of(events));
    }

    /**
     * Refuses a retention that would keep everything: whoever asks for it has forgotten something.
     * For stores.
     *
     * @throws InvalidRequestException if there is neither an age nor a count (LF-1003)
     */
    public void requireRule() {
        if (maxAge.isEmpty() && maxCount.isEmpty()) {
            throw InvalidRequestException.number(
                    "number of retention rules", 0, "a maximal age or a maximal count is needed");
        }
    }

    /**
     * Whether this says something about a stream; nothing does about what a sharded store keeps for
     * itself, for without that it finds no stream. For stores.
     */
    public boolean concerns(StreamName stream) {
        return !stream.equals(UncountedVersions.NOTES)
                && (category.isEmpty() || category.get().equals(stream.category()));
    }

    /**
     * The earliest time of recording that is young enough; {@link Instant#MIN} where every event
     * is. For stores.
     *
     * @param now what the store's clock says
     */
    public Instant youngFrom(Instant now) {
        if (maxAge.isEmpty()) {
            return Instant.MIN;
        }
        try {
            return now.minus(maxAge.get());
        } catch (DateTimeException | ArithmeticException e) {
            return Instant.MIN; // longer ago than there are times
        }
    }

    /**
     * The first version of a stream that is kept, one above its version where none is. For stores.
     *
     * @param version the stream's version
     * @param oldVersions how many of its events are too old
     * @param uncounted versions of it that do not count, rising: {@link UncountedVersions#of}
     */
    public long firstKeptVersion(long version, long oldVersions, long... uncounted) {
        return Math.max(1, Math.max(firstByCount(version, uncounted), oldVersions + 1));
    }

    private long firstByCount(long version, long[] uncounted) {
        long missing = maxCount.orElse(Long.MAX_VALUE);
        long last = version; // all above it are kept, and not missing any more
        for (int i = uncounted.length - 1; i >= 0; i--) {
            long own = uncounted[i];
            if (own <= last) {
                if (last - own >= missing) {
                    break;
                }
                missing -= last - own;
                last = own - 1;
            }
        }
        return missing > last ? 1 : last - missing + 1;
    }
}
