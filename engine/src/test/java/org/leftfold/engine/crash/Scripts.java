package org.leftfold.engine.crash;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.leftfold.engine.crash.Step.Kind;
import org.leftfold.engine.crash.Step.Wish;

/** Makes scripts. */
final class Scripts {
    private Scripts() {}

    /** A script of {@code count} steps from a seed. */
    static List<Step> random(long seed, int count) {
        SplittableRandom random = new SplittableRandom(seed);
        List<Step> steps = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            steps.add(randomStep(random));
        }
        return steps;
    }

    private static Step randomStep(SplittableRandom random) {
        int dice = random.nextInt(100);
        if (dice < 4) {
            return new Step.Truncate(
                    random.nextInt(Contents.STREAMS), random.nextInt(8) == 0 ? -1 : 1);
        }
        if (dice < 6) {
            return new Step.Delete(random.nextInt(Contents.STREAMS));
        }
        if (dice < 12) {
            return new Step.Reopen();
        }
        if (dice < 20) {
            return new Step.Clock(random.nextLong(-2_000_000, 4_000_000));
        }
        int appends = dice < 70 ? 1 : 2 + random.nextInt(3);
        List<Wish> wishes = new ArrayList<>();
        for (int i = 0; i < appends; i++) {
            wishes.add(wish(random));
        }
        return new Step.Together(someActs(wishes.getFirst().seed()), wishes);
    }

    /** In one batch of eight, and then often several for one stream. */
    private static List<Step.Truncate> someActs(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        List<Step.Truncate> acts = new ArrayList<>();
        if (random.nextInt(8) == 0) {
            int count = 1 + random.nextInt(5);
            for (int i = 0; i < count; i++) {
                acts.add(new Step.Truncate(random.nextInt(3), random.nextInt(4)));
            }
        }
        return acts;
    }

    /** Any append. */
    static Wish wish(SplittableRandom random) {
        int dice = random.nextInt(100);
        Kind kind;
        if (dice < 40) {
            kind = Kind.ONE;
        } else if (dice < 62) {
            kind = Kind.BATCH;
        } else if (dice < 72) {
            kind = Kind.STREAMS;
        } else if (dice < 74) {
            kind = Kind.LARGE;
        } else if (dice < 78) {
            kind = Kind.COPY;
        } else if (dice < 84) {
            kind = Kind.REPEAT;
        } else if (dice < 88) {
            kind = Kind.ALTERED;
        } else if (dice < 92) {
            kind = Kind.CONFLICT;
        } else {
            kind = Kind.CONDITION;
        }
        return new Wish(kind, random.nextLong());
    }

    /** A fixed script: every kind of step, several rolls, closes and openings. */
    static List<Step> fixed(int count) {
        Kind[] kinds = Kind.values();
        List<Step> steps = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            steps.add(
                    switch (i % 12) {
                        case 3 ->
                                new Step.Together(
                                        List.of(
                                                new Wish(Kind.BATCH, 100 + i),
                                                new Wish(Kind.STREAMS, 200 + i),
                                                new Wish(Kind.CONDITION, 300 + i),
                                                new Wish(Kind.ONE, 400 + i)));
                        case 5 -> i > 12 ? new Step.Truncate(i % 3, 1) : one(Kind.ONE, i);
                        case 7 -> new Step.Clock(i % 24 == 7 ? -1_000_000 : 500_000);
                        case 9 -> i % 24 == 9 ? new Step.Reopen() : one(Kind.BATCH, i);
                        case 10 -> one(kinds[i / 12 % kinds.length], i);
                        case 11 -> i == 35 ? new Step.Delete(4) : one(Kind.STREAMS, i);
                        default -> one(i % 2 == 0 ? Kind.ONE : Kind.BATCH, i);
                    });
        }
        return steps;
    }

    static Step one(Kind kind, long seed) {
        return new Step.Together(List.of(new Wish(kind, seed)));
    }
}
