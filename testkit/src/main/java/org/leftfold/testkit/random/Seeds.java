package org.leftfold.testkit.random;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Runs a test for many seeds, and names the seed in the error when one fails. A single seed can be
 * given with the system property {@value #PROPERTY}, which then is the only one.
 */
public final class Seeds {
    /** The system property that holds the one seed to run. */
    public static final String PROPERTY = "leftfold.seed";

    /** A test of one seed. */
    @FunctionalInterface
    public interface SeededTest {
        /**
         * Runs with all randomness taken from {@code random}.
         *
         * @throws Exception if the test fails
         */
        void run(long seed, SplittableRandom random) throws Exception;
    }

    private Seeds() {}

    /** {@code count} seeds from {@code first} on, or the one of the system property. */
    public static List<Long> range(long first, int count) {
        @Nullable Long only = Long.getLong(PROPERTY);
        if (only != null) {
            return List.of(only);
        }
        List<Long> seeds = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            seeds.add(first + i);
        }
        return seeds;
    }

    /**
     * Runs the test for each seed, on all processors at once.
     *
     * @throws AssertionError for one seed that failed; its text says how to repeat it
     */
    public static void check(List<Long> seeds, SeededTest test) {
        IntStream.range(0, seeds.size()).parallel().forEach(i -> checkOne(seeds.get(i), test));
    }

    /**
     * Finds a seed whose script fails, and returns the text of its smallest failing part; an empty
     * text when all pass.
     *
     * @param generator makes the script of a seed
     * @param fails runs a script from scratch; must always answer the same for the same script
     */
    public static <T> String smallestFailure(
            List<Long> seeds,
            Function<SplittableRandom, List<T>> generator,
            Predicate<List<T>> fails) {
        for (long seed : seeds) {
            List<T> script = generator.apply(new SplittableRandom(seed));
            if (fails.test(script)) {
                List<T> small = Shrinker.shrink(script, fails);
                return "seed %d (repeat with -D%s=%d), %d of %d steps: %s"
                        .formatted(seed, PROPERTY, seed, small.size(), script.size(), small);
            }
        }
        return "";
    }

    private static void checkOne(long seed, SeededTest test) {
        try {
            test.run(seed, new SplittableRandom(seed));
        } catch (Exception | AssertionError e) {
            throw new AssertionError(
                    "seed %d failed (repeat with -D%s=%d): %s".formatted(seed, PROPERTY, seed, e),
                    e);
        }
    }
}
