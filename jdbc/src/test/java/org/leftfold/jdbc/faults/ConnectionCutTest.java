package org.leftfold.jdbc.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongFunction;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.leftfold.api.Append;
import org.leftfold.api.AppendResult;
import org.leftfold.api.ExpectedVersion;
import org.leftfold.api.NewEvent;
import org.leftfold.api.StreamName;
import org.leftfold.jdbc.Kind;
import org.leftfold.servers.SkipWithoutServer;

/**
 * Connections of a writer are cut at each message it sends and at each answer it waits for. The
 * appends are made once, and answered as if nothing had happened.
 */
@ExtendWith(SkipWithoutServer.class)
@Timeout(300)
class ConnectionCutTest {
    /** More messages than the script has; a proxy that never stops cutting ends here. */
    private static final int MOST = 3_000;

    private final Ledger ledger = new Ledger();
    private int settledByIds;

    @ParameterizedTest
    @EnumSource(Kind.class)
    void appends_cut_before_any_message_are_made_once(Kind kind, TestReporter reporter) {
        try (CutBench bench = new CutBench(kind)) {
            reporter.publishEntry(
                    kind.name(), untilUntouched(bench, "before", bench.proxy()::cutBeforeMessage));
            ledger.check(Samples.log(bench.direct()));
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void appends_that_lose_any_answer_are_made_once(Kind kind, TestReporter reporter) {
        try (CutBench bench = new CutBench(kind)) {
            reporter.publishEntry(
                    kind.name(), untilUntouched(bench, "answer", bench.proxy()::loseAnswer));
            ledger.check(Samples.log(bench.direct()));
            assertThat(settledByIds).as("commits whose answer was lost").isPositive();
        }
    }

    /** Plays the script with a cut at 1, 2, 3 and so on, until it ends before the cut comes. */
    private String untilUntouched(
            CutBench bench, String name, LongFunction<CompletableFuture<Void>> cutAt) {
        for (int at = 1; at < MOST; at++) {
            if (at % 2 == 0) {
                bench.forgetConnections();
            }
            CompletableFuture<Void> cut = cutAt.apply(at);
            play(bench, name + at, at);
            if (!cut.isDone()) {
                return "%d cuts, %s, %d settled by ids".formatted(at - 1, ledger, settledByIds);
            }
        }
        throw new AssertionError("the script is longer than " + MOST + " messages");
    }

    private void play(CutBench bench, String run, long seed) {
        CutScript script = new CutScript(bench.cut(), ledger, run, seed);
        try {
            script.play();
        } catch (RuntimeException | AssertionError e) {
            throw new AssertionError("with the cut '%s': %s".formatted(run, e), e);
        }
        settledByIds += script.settledByIds();
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void appends_cut_after_any_number_of_bytes_are_made_once(Kind kind, TestReporter reporter) {
        SplittableRandom random = new SplittableRandom(5_003);
        try (CutBench bench = new CutBench(kind)) {
            for (int i = 0; i < 20 * Scale.FACTOR; i++) {
                CompletableFuture<Void> unused =
                        bench.proxy().cutAfterClientBytes(1 + random.nextInt(8_000));
                CompletableFuture<Void> unusedToo =
                        bench.proxy().cutAfterServerBytes(1 + random.nextInt(4_000));
                play(bench, "bytes" + i, i);
            }
            reporter.publishEntry(kind.name(), ledger.toString());
            ledger.check(Samples.log(bench.direct()));
        }
    }

    /**
     * The server may still wait for the lock on behalf of the lost connection, before the new one.
     */
    @ParameterizedTest
    @EnumSource(Kind.class)
    void an_append_cut_while_it_waits_for_the_lock_is_made_once(Kind kind) throws Exception {
        SplittableRandom random = new SplittableRandom(5_004);
        try (CutBench bench = new CutBench(kind)) {
            Sessions sessions = new Sessions(kind, bench.database());
            RawAppends raw = new RawAppends(kind, bench.directPool());
            StreamName stream = new StreamName("waiting-1");
            for (int round = 0; round < 6; round++) {
                Append held = Append.to(stream, ExpectedVersion.any(), Samples.event(random));
                List<NewEvent> events = Samples.events(random);
                Append waits =
                        switch (round % 3) {
                            case 0 -> Append.to(stream, ExpectedVersion.any(), events);
                            case 1 ->
                                    Append.to(
                                            stream,
                                            ExpectedVersion.exactly(
                                                    bench.direct().version(stream) + 1),
                                            events);
                            default ->
                                    Append.to(
                                            new StreamName("new-" + round),
                                            ExpectedVersion.noStream(),
                                            events);
                        };
                try (Connection holder = sessions.connect()) {
                    raw.begin(holder, held);
                    CompletableFuture<AppendResult> answer = bench.cut().appendAsync(waits);
                    Waiting.until("the append waits", () -> !sessions.waiting().isEmpty());
                    List<Long> lost = sessions.waiting();
                    bench.proxy().cut();
                    Waiting.until("it waits again", () -> !lost.containsAll(sessions.waiting()));
                    holder.commit();
                    ledger.acknowledged(waits, answer.join());
                }
                ledger.leftOpen(held);
            }
            ledger.check(Samples.log(bench.direct()));
        }
    }
}
