package org.leftfold.benchmarks.race;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What a follower saw, held against the log.
 *
 * @param events in the log
 * @param missed in the log, and never seen
 * @param outOfOrder seen right behind one with a higher position
 * @param belowPassed missed or seen when the follower had already passed their positions
 * @param twice seen again
 * @param holes positions without an event, below the last one
 * @param lost acknowledged, and not in the log; or seen, and not in the log
 */
record Verdict(
        long events,
        long missed,
        long outOfOrder,
        long belowPassed,
        long twice,
        long holes,
        long lost) {

    /**
     * @param log in the order of its positions
     * @param seen streams, each of which has one event, in the order in which they were seen
     */
    static Verdict of(List<Contender.Place> log, List<String> seen, Set<String> acknowledged) {
        Map<String, Long> positions = new HashMap<>();
        log.forEach(place -> positions.put(place.stream(), place.position()));
        Set<String> lost = new HashSet<>(acknowledged);
        lost.addAll(seen);
        lost.removeAll(positions.keySet());
        Set<String> known = new HashSet<>();
        long outOfOrder = 0;
        long belowPassed = 0;
        long twice = 0;
        long last = 0;
        long highest = 0;
        for (String stream : seen) {
            if (!known.add(stream)) {
                twice++;
            }
            long position = positions.getOrDefault(stream, last);
            if (position < last) {
                outOfOrder++;
            }
            if (position < highest) {
                belowPassed++;
            }
            last = position;
            highest = Math.max(highest, last);
        }
        long missed = 0;
        long holes = 0;
        long next = 1;
        for (Contender.Place place : log) {
            if (!known.contains(place.stream())) {
                missed++;
                belowPassed += place.position() < highest ? 1 : 0;
            }
            holes += place.position() - next;
            next = place.position() + 1;
        }
        return new Verdict(log.size(), missed, outOfOrder, belowPassed, twice, holes, lost.size());
    }

    /** Whether nothing is wrong. */
    boolean isClean() {
        return missed + outOfOrder + belowPassed + twice + holes + lost == 0;
    }
}
