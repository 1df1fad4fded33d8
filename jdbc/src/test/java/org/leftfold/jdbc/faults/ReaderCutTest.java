package org.leftfold.jdbc.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongFunction;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.leftfold.api.Append;
import org.leftfold.api.ExpectedVersion;
import org.leftfold.api.FollowRequest;
import org.leftfold.api.NewEvent;
import org.leftfold.api.Query;
import org.leftfold.api.ReadRequest;
import org.leftfold.api.RecordedEvent;
import org.leftfold.api.StreamName;
import org.leftfold.api.Subscription;
import org.leftfold.jdbc.Kind;
import org.leftfold.servers.SkipWithoutServer;

/** Connections of readers and followers are cut at each message; no event is missed or doubled. */
@ExtendWith(SkipWithoutServer.class)
@Timeout(300)
class ReaderCutTest {
    private static final StreamName LONG = new StreamName("read-long");

    /** More messages than the reads have. */
    private static final int MOST = 2_000;

    private static final List<ReadRequest> REQUESTS =
            List.of(
                    ReadRequest.all(),
                    ReadRequest.all().backward(),
                    ReadRequest.stream(LONG),
                    ReadRequest.of(Query.tags("colour:1")),
                    ReadRequest.of(Query.types("Happened1", "Happened2")).backward());

    @ParameterizedTest
    @EnumSource(Kind.class)
    void reads_cut_at_any_message_or_answer_give_what_others_give(Kind kind) {
        try (CutBench bench = new CutBench(kind)) {
            fill(bench);
            List<RecordedEvent> log = Samples.log(bench.direct());
            Ledger.checkLog(log);
            assertThat(log).hasSize((int) bench.direct().head());
            List<List<RecordedEvent>> wanted = new ArrayList<>();
            for (ReadRequest request : REQUESTS) {
                List<RecordedEvent> found = log.stream().filter(request.query()::matches).toList();
                wanted.add(request.isBackward() ? found.reversed() : found);
            }
            int cuts = untilUntouched(bench, wanted, "before ", bench.proxy()::cutBeforeMessage);
            assertThat(cuts).as("messages").isGreaterThan(REQUESTS.size());
            int lost = untilUntouched(bench, wanted, "answer ", bench.proxy()::loseAnswer);
            assertThat(lost).as("answers").isGreaterThan(REQUESTS.size());
            SplittableRandom random = new SplittableRandom(5_005);
            for (int i = 0; i < 10 * Scale.FACTOR; i++) {
                CompletableFuture<Void> unused =
                        bench.proxy().cutAfterServerBytes(1 + random.nextInt(200_000));
                read(bench, wanted, "bytes " + i);
            }
        }
    }

    private static int untilUntouched(
            CutBench bench,
            List<List<RecordedEvent>> wanted,
            String name,
            LongFunction<CompletableFuture<Void>> cutAt) {
        for (int at = 1; at < MOST; at++) {
            if (at % 2 == 0 && name.startsWith("before")) { // a lost answer would stall the log-in
                bench.forgetConnections();
            }
            CompletableFuture<Void> cut = cutAt.apply(at);
            read(bench, wanted, name + at);
            if (!cut.isDone()) {
                return at - 1;
            }
        }
        throw new AssertionError("the reads have more than " + MOST + " messages");
    }

    private static void read(CutBench bench, List<List<RecordedEvent>> wanted, String run) {
        for (int i = 0; i < REQUESTS.size(); i++) {
            ReadRequest request = REQUESTS.get(i);
            try {
                assertThat(bench.cut().read(request).toList()).isEqualTo(wanted.get(i));
            } catch (RuntimeException | AssertionError e) {
                throw new AssertionError("%s with '%s': %s".formatted(request, run, e), e);
            }
        }
    }

    /** Several pages, with some payloads that are fetched on their own. */
    private static void fill(CutBench bench) {
        SplittableRandom random = new SplittableRandom(5_006);
        for (int i = 0; i < 60; i++) {
            List<NewEvent> events = Samples.events(random);
            bench.direct().append(LONG, ExpectedVersion.any(), events);
            bench.direct().append(Samples.append(random));
        }
        NewEvent large = NewEvent.ofJson("Large", "\"" + "x".repeat(60_000) + "\"");
        bench.direct().append(LONG, ExpectedVersion.any(), large.withTags("colour:1"));
        bench.direct().append(LONG, ExpectedVersion.any(), Samples.event(random));
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void followers_cut_at_any_message_see_each_event_once(Kind kind) {
        SplittableRandom random = new SplittableRandom(5_007);
        try (CutBench bench = new CutBench(kind)) {
            Witness all = new Witness("a follower from the start");
            try (Subscription whole =
                    bench.cut().follow(FollowRequest.fromStart(Query.all()), all)) {
                for (int at = 1; at <= 40 * Scale.FACTOR; at++) {
                    CompletableFuture<Void> cut =
                            at % 2 == 0
                                    ? bench.proxy().cutBeforeMessage(at)
                                    : bench.proxy().loseAnswer(1 + at / 4);
                    Append append =
                            Append.to(
                                    Samples.stream(random),
                                    ExpectedVersion.any(),
                                    Samples.events(random));
                    long end = bench.direct().append(append).lastPosition();
                    Waiting.until("the cut", cut::isDone);
                    Waiting.until(
                            "the follower sees position " + end,
                            () -> all.position() >= end || whole.completion().isDone());
                    assertThat(whole.completion()).as("after cut " + at).isNotDone();
                }
            }
            all.agreesWith(Samples.log(bench.direct()));
        }
    }
}
