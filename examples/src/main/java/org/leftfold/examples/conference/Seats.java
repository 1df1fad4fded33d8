package org.leftfold.examples.conference;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * How many seats of which type; none of those types that are left out.
 *
 * @param byType the number of each type, below 0 where seats are owed
 */
public record Seats(Map<String, Integer> byType) {
    /** No seats. */
    public static final Seats NONE = new Seats(Map.of());

    /** Copies and sorts, so that the same seats are always written in the same way. */
    public Seats {
        Map<String, Integer> sorted = new TreeMap<>(byType);
        sorted.values().removeIf(quantity -> quantity == 0);
        byType = Collections.unmodifiableMap(sorted);
    }

    /** Seats of one type. */
    public static Seats of(String type, int quantity) {
        return new Seats(Map.of(type, quantity));
    }

    /** And seats of another type. */
    public Seats and(String type, int quantity) {
        return plus(of(type, quantity));
    }

    /** How many of one type. */
    public int count(String type) {
        return byType.getOrDefault(type, 0);
    }

    /** How many in all. */
    public int total() {
        return byType.values().stream().mapToInt(Integer::intValue).sum();
    }

    /** All of both. */
    public Seats plus(Seats more) {
        Map<String, Integer> sum = new TreeMap<>(byType);
        more.byType.forEach((type, quantity) -> sum.merge(type, quantity, Integer::sum));
        return new Seats(sum);
    }

    /** What is left without those; fewer than none where those are more. */
    public Seats minus(Seats fewer) {
        Map<String, Integer> rest = new TreeMap<>(byType);
        fewer.byType.forEach((type, quantity) -> rest.merge(type, -quantity, Integer::sum));
        return new Seats(rest);
    }

    /** As many of these as there are in {@code limit}. */
    public Seats atMost(Seats limit) {
        Map<String, Integer> least = new TreeMap<>(byType);
        least.replaceAll((type, quantity) -> Math.min(quantity, limit.count(type)));
        return new Seats(least);
    }

    /** Those that there are, without those that are owed. */
    public Seats free() {
        Map<String, Integer> free = new TreeMap<>(byType);
        free.values().removeIf(quantity -> quantity < 0);
        return new Seats(free);
    }
}
