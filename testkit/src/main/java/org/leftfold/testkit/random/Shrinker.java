package org.leftfold.testkit.random;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/**
 * Makes a failing list of steps small by delta debugging (Zeller and Hildebrandt, 2002): it leaves
 * out ever smaller pieces for as long as the rest still fails. Steps of any type; the rest keeps
 * its order. Stateless.
 */
public final class Shrinker {
    /**
     * A limit on the runs of one search: minutes at most, even when a run takes tens of
     * milliseconds.
     */
    public static final int MAX_RUNS = 10_000;

    private Shrinker() {}

    /**
     * A part of {@code steps} that still fails and from which no single step can be left out,
     * unless the limit of runs came first.
     *
     * @param steps a script that fails
     * @param stillFails runs a script from scratch; must always answer the same for the same script
     * @throws IllegalArgumentException if {@code steps} does not fail
     */
    public static <T> List<T> shrink(List<T> steps, Predicate<List<T>> stillFails) {
        if (!stillFails.test(steps)) {
            throw new IllegalArgumentException("the script does not fail; is the test repeatable?");
        }
        List<T> best = List.copyOf(steps);
        int runs = 0;
        int pieces = 2;
        while (!best.isEmpty() && runs < MAX_RUNS) {
            int pieceSize = Math.max(1, Math.ceilDiv(best.size(), pieces));
            boolean smaller = false;
            for (int from = 0; from < best.size() && runs < MAX_RUNS; ) {
                List<T> candidate = without(best, from, Math.min(best.size(), from + pieceSize));
                runs++;
                if (stillFails.test(candidate)) {
                    best = candidate;
                    smaller = true;
                } else {
                    from += pieceSize;
                }
            }
            if (pieceSize == 1 && !smaller) {
                break;
            }
            pieces =
                    smaller
                            ? Math.max(2, Math.min(pieces, best.size()))
                            : Math.min(best.size(), pieces * 2);
        }
        return best;
    }

    /**
     * Makes the steps themselves simpler, one after the other, for as long as the script still
     * fails.
     *
     * @param simpler the next simpler form of a step, or the same step when there is none
     */
    public static <T> List<T> simplify(
            List<T> steps, UnaryOperator<T> simpler, Predicate<List<T>> stillFails) {
        List<T> best = new ArrayList<>(steps);
        int runs = 0;
        for (int i = 0; i < best.size(); i++) {
            while (runs < MAX_RUNS) {
                T old = best.get(i);
                T candidate = simpler.apply(old);
                if (candidate.equals(old)) {
                    break;
                }
                best.set(i, candidate);
                runs++;
                if (!stillFails.test(List.copyOf(best))) {
                    best.set(i, old);
                    break;
                }
            }
        }
        return List.copyOf(best);
    }

    private static <T> List<T> without(List<T> steps, int from, int to) {
        List<T> rest = new ArrayList<>(steps.subList(0, from));
        rest.addAll(steps.subList(to, steps.size()));
        return List.copyOf(rest);
    }
}
