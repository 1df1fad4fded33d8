package org.leftfold.testkit.shard;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.leftfold.testkit.random.Seeds;
import org.leftfold.testkit.shard.ScriptRun.Kind;
import org.leftfold.testkit.shard.ScriptRun.Step;

/**
 * Random scripts of appends, repetitions, moves, cuts, restarts, truncations and retentions: over
 * shards each stream is as in a single store. What fails is made small.
 */
class ShardScriptTest {
    private static final int SCRIPTS =
            (Boolean.getBoolean("leftfold.long") ? 20 : 1)
                    * Integer.getInteger("leftfold.scale", 1)
                    * 200;

    private static final int MAX_STEPS = 60;

    /** Each as often as it stands here. */
    private static final List<Kind> KINDS = kinds();

    private static List<Kind> kinds() {
        List<Kind> kinds = new ArrayList<>();
        for (Kind kind : Kind.values()) {
            int weight =
                    switch (kind) {
                        case APPEND -> 14;
                        case MOVE -> 10;
                        case CUT_MOVE, REPEAT -> 6;
                        case READ, RESTART -> 3;
                        case APPEND_TWO, APPEND_IF, MIX_IDS, TRUNCATE, TRUNCATE_ELSEWHERE -> 2;
                        case APPEND_MANY, TRUNCATE_HERE, DELETE, RETAIN, SCAVENGE, CHECKPOINT -> 1;
                    };
            for (int n = 0; n < weight; n++) {
                kinds.add(kind);
            }
        }
        return kinds;
    }

    @Test
    void whatever_is_done_and_taken_away_each_stream_is_as_in_a_single_store() {
        assertThat(
                        Seeds.smallestFailure(
                                Seeds.range(1, SCRIPTS),
                                ShardScriptTest::script,
                                script -> failure(script) != null))
                .isEmpty();
    }

    private static List<Step> script(SplittableRandom random) {
        List<Step> script = new ArrayList<>();
        int steps = 5 + random.nextInt(MAX_STEPS);
        for (int n = 0; n < steps; n++) {
            script.add(
                    new Step(
                            KINDS.get(random.nextInt(KINDS.size())),
                            random.nextInt(1000),
                            random.nextInt(1000),
                            random.nextInt(1000),
                            random.nextInt(1000)));
        }
        return script;
    }

    private static Throwable failure(List<Step> script) {
        try (ScriptRun run = new ScriptRun(3)) {
            run.run(script);
            return null;
        } catch (Exception | AssertionError failure) {
            if (Boolean.getBoolean("leftfold.script.trace")) {
                failure.printStackTrace();
            }
            return failure;
        }
    }
}
