package org.leftfold.engine.crash;

import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.Stream;
import org.leftfold.api.AppendResult;
import org.leftfold.api.LeftfoldException;
import org.leftfold.api.ReadRequest;
import org.leftfold.api.RecordedEvent;
import org.leftfold.api.StreamName;
import org.leftfold.engine.SimulatedStore;
import org.leftfold.engine.crash.Model.Outcome;
import org.leftfold.engine.crash.Violation.Kind;

/** Compares what a store answers with what the model says. */
final class Readings {
    private Readings() {}

    static void checkAnswer(Outcome expected, CompletableFuture<AppendResult> answer) {
        Violation.check(answer.isDone(), Kind.WRONG, "no answer");
        try {
            AppendResult result = answer.join();
            Violation.check(
                    expected.code().isEmpty() && result.equals(expected.result()),
                    Kind.WRONG,
                    "answered %s, not %s",
                    result,
                    expected);
        } catch (CompletionException e) {
            String code =
                    e.getCause() instanceof LeftfoldException known ? known.code() : e.toString();
            if (!code.equals(expected.code())) {
                throw new Violation(
                        Kind.WRONG, "answered %s, not %s".formatted(code, expected), e.getCause());
            }
        }
    }

    /** The head, the versions, and all events above a position. */
    static void checkFrom(SimulatedStore store, Model model, long after) {
        Violation.check(
                store.head() == model.head(),
                Kind.WRONG,
                "the head is %d, not %d",
                store.head(),
                model.head());
        for (StreamName stream : Contents.streams()) {
            Violation.check(
                    store.version(stream) == model.version(stream),
                    Kind.WRONG,
                    "stream %s is at version %d, not %d",
                    stream,
                    store.version(stream),
                    model.version(stream));
        }
        List<RecordedEvent> expected =
                model.events().stream().skip(after).filter(model::isReadable).toList();
        checkEqual(expected, store.read(ReadRequest.all().after(after)).toList(), "events");
    }

    /** Random queries, compared with a plain filter. */
    static void checkQueries(
            SimulatedStore store, Model model, SplittableRandom random, int count) {
        List<RecordedEvent> readable = model.readable();
        for (int i = 0; i < count; i++) {
            checkQuery(store, readable, Contents.request(random, model.head()));
        }
    }

    static void checkQuery(
            SimulatedStore store, List<RecordedEvent> readable, ReadRequest request) {
        Stream<RecordedEvent> matching =
                request.isBackward() ? readable.reversed().stream() : readable.stream();
        List<RecordedEvent> expected =
                matching.filter(request::covers).limit(request.limit()).toList();
        checkEqual(expected, store.read(request).toList(), request);
    }

    static void checkEqual(List<RecordedEvent> expected, List<RecordedEvent> actual, Object what) {
        if (actual.equals(expected)) {
            return;
        }
        int same = 0;
        while (same < Math.min(expected.size(), actual.size())
                && expected.get(same).equals(actual.get(same))) {
            same++;
        }
        throw new Violation(
                Kind.WRONG,
                "%s: %d instead of %d events; number %d is %s instead of %s"
                        .formatted(
                                what,
                                actual.size(),
                                expected.size(),
                                same,
                                same < actual.size() ? actual.get(same) : "missing",
                                same < expected.size() ? expected.get(same) : "nothing"));
    }
}
