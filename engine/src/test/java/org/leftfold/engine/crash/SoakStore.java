package org.leftfold.engine.crash;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.leftfold.api.Append;
import org.leftfold.api.AppendResult;
import org.leftfold.api.Backup;
import org.leftfold.api.IntegrityException;
import org.leftfold.api.LeftfoldException;
import org.leftfold.api.OutcomeUnknownException;
import org.leftfold.api.ReadRequest;
import org.leftfold.api.RecordedEvent;
import org.leftfold.api.Retention;
import org.leftfold.api.ScavengeReport;
import org.leftfold.api.StoreStatistics;
import org.leftfold.api.StoreUnavailableException;
import org.leftfold.api.StreamName;
import org.leftfold.api.VerificationReport;
import org.leftfold.engine.SimulatedStore;
import org.leftfold.engine.crash.Violation.Kind;

/**
 * A store on a machine that goes wrong, and the model of what it has to hold. Every call is
 * compared with the model; a call may fail only where a fault excuses it. One thread.
 */
final class SoakStore implements AutoCloseable {
    private final SoakModel model = new SoakModel();
    private final SoakMachine machine;
    private @Nullable SimulatedStore store;
    private @Nullable Retention retaining; // begun, and not known to have ended

    SoakStore(SoakMachine machine) {
        this.machine = machine;
    }

    SoakModel model() {
        return model;
    }

    boolean isOpen() {
        return store != null;
    }

    SimulatedStore requireOpen() {
        if (store == null) {
            throw new IllegalStateException("the store is closed");
        }
        return store;
    }

    boolean isStopped() {
        return store != null && store.stoppedBy() != null;
    }

    /** Whether the machine went down during the last call; then nobody has the store open. */
    private boolean wentDown() {
        boolean wentDown = machine.wentDown();
        store = wentDown ? null : store;
        return wentDown;
    }

    /** Nothing of a fault is left behind this. */
    void restartMachine() {
        machine.disarm();
        closeIfOpen();
        machine.restart();
    }

    // Opening and closing.

    /** Opens; false if a fault kept it from that. */
    boolean open() {
        machine.beginCall();
        try {
            store = SimulatedStore.open(machine.now());
        } catch (StoreUnavailableException | OutOfMemoryError e) {
            if (wentDown()) {
                return false;
            }
            if (!machine.wasHit() && !machine.isFull()) {
                throw new Violation(Kind.LOST, "opening failed without a fault", e);
            }
            checkNothingIsOpen();
            return false;
        } catch (RuntimeException e) {
            if (wentDown()) {
                return false;
            }
            throw new Violation(Kind.LOST, "the store cannot be opened", e);
        }
        return !wentDown() && settle();
    }

    /** What was in doubt is there or not, from now on; false if a fault kept it from showing. */
    private boolean settle() {
        Retention begun = retaining;
        if (begun != null) {
            machine.disarm();
            retainOnce(begun, false);
        }
        List<RecordedEvent> events = ask(SoakStore::readAll);
        if (events == null) {
            closeIfOpen();
            return false;
        }
        settle(events);
        return true;
    }

    private void settle(List<RecordedEvent> events) {
        long head = requireOpen().head();
        long least = model.head();
        if (!model.settle(() -> model.head() == head && model.readable().equals(events))) {
            Violation.check(head >= least, Kind.LOST, "the head is %d, not %d", head, least);
            Violation.check(
                    head <= model.head(), Kind.PHANTOM, "head %d, not %d", head, model.head());
            Readings.checkEqual(model.readable(), events, "what was acknowledged or in doubt");
        }
    }

    private static List<RecordedEvent> readAll(SimulatedStore open) {
        return open.read(ReadRequest.all()).toList();
    }

    void closeIfOpen() {
        SimulatedStore open = store;
        store = null;
        if (open != null) {
            machine.beginCall();
            try {
                open.close();
            } catch (RuntimeException | OutOfMemoryError e) {
                if (!machine.isGoingDown() && !machine.wasHit()) {
                    throw e;
                }
            }
            if (!wentDown()) {
                checkNothingIsOpen();
            }
        }
    }

    /** Forgets the store, whose process is killed next. */
    void abandon() {
        store = null;
    }

    private void checkNothingIsOpen() {
        Violation.check(
                machine.disk().openFiles().isEmpty(),
                Kind.WRONG,
                "open files %s",
                machine.disk().openFiles());
        Violation.check(
                machine.disk().heldLocks().isEmpty(),
                Kind.WRONG,
                "locks %s",
                machine.disk().heldLocks());
    }

    // Calls.

    /** The answer of the store, or null if a fault kept it from giving one. */
    private <T> @Nullable T ask(Function<SimulatedStore, T> question) {
        machine.beginCall();
        SimulatedStore asked = requireOpen();
        try {
            T answer = question.apply(asked);
            return wentDown() ? null : answer;
        } catch (StoreUnavailableException | OutOfMemoryError e) {
            if (!wentDown() && !machine.wasHit()) {
                throw new Violation(Kind.LOST, "failed without a fault", e);
            }
        } catch (IntegrityException e) {
            if (!wentDown() && !(machine.wasHit() && machine.flips())) {
                throw new Violation(Kind.LOST, "damage without a fault", e);
            }
        }
        return null;
    }

    /** Appends as one group. */
    void append(List<Step.Wish> wishes) {
        List<Append> appends =
                wishes.stream()
                        .map(wish ->
                                Contents.append(
                                        wish, model, () -> ScriptRun.logSlice(machine.disk())))
                        .toList();
        long now = machine.time().wallMicros();
        boolean wasStopped = isStopped();
        machine.beginCall();
        List<CompletableFuture<AppendResult>> answers = requireOpen().appendTogether(appends);
        if (wentDown()) {
            appends.forEach(append -> model.doubt(append, now));
            return;
        }
        for (int i = 0; i < appends.size(); i++) {
            Append append = appends.get(i);
            CompletableFuture<AppendResult> answer = answers.get(i);
            Violation.check(answer.isDone(), Kind.WRONG, "no answer");
            Throwable failure = failureOf(answer, wasStopped);
            if (failure == null) {
                Readings.checkAnswer(model.append(append, now), answer);
            } else if (failure instanceof OutcomeUnknownException) {
                model.doubt(append, now);
            }
        }
        if (!wasStopped) {
            checkStopped();
        }
    }

    /** Appends an event to some stream. */
    void appendAnything(SplittableRandom random) {
        append(List.of(new Step.Wish(Step.Kind.ONE, random.nextLong())));
    }

    /** Makes the beginning of a stream unreadable; 0 deletes it. */
    void truncate(StreamName stream, long firstKept) {
        long now = machine.time().wallMicros();
        boolean wasStopped = isStopped();
        machine.beginCall();
        CompletableFuture<String> answer = new CompletableFuture<>();
        try {
            ScriptRun.truncate(requireOpen(), stream, firstKept);
            answer.complete("");
        } catch (RuntimeException e) {
            answer.completeExceptionally(e);
        }
        if (wentDown()) {
            model.doubt(stream, firstKept, now);
            return;
        }
        Throwable failure = failureOf(answer, wasStopped);
        if (failure == null) {
            String code = model.truncate(stream, firstKept, now);
            Violation.check(
                    answer.isCompletedExceptionally() != code.isEmpty(),
                    Kind.WRONG,
                    "truncation of %s was answered %s, not %s",
                    stream,
                    answer,
                    code);
        } else if (failure instanceof OutcomeUnknownException) {
            model.doubt(stream, firstKept, now);
        }
        if (!wasStopped) {
            checkStopped();
        }
    }

    /** Why the disk failed a call, null if it did not; that must be excused. */
    private @Nullable Throwable failureOf(CompletableFuture<?> answer, boolean wasStopped) {
        if (!answer.isCompletedExceptionally()) {
            Violation.check(!wasStopped, Kind.WRONG, "appended after a failed force");
            return null;
        }
        Throwable cause = answer.handle((done, failure) -> failure).join();
        cause = cause instanceof CompletionException wrapped ? wrapped.getCause() : cause;
        if (!(cause instanceof LeftfoldException known)) {
            throw new Violation(Kind.WRONG, "an untyped answer", cause);
        }
        if (!(cause instanceof StoreUnavailableException)) {
            return null;
        }
        if (!machine.wasHit() && !machine.isFull() && !isStopped()) {
            throw new Violation(Kind.WRONG, "refused without a fault", cause);
        }
        if (machine.isFull()
                && !machine.wasHit()
                && !isStopped()
                && !known.code().equals("LF-3003")) {
            throw new Violation(Kind.WRONG, "a full disk is answered " + known.code(), cause);
        }
        return cause;
    }

    /** A failed force of the log ends appending, and only a fault does. */
    private void checkStopped() {
        Throwable stopped = requireOpen().stoppedBy();
        Violation.check(
                !machine.failedForce() || stopped != null,
                Kind.WRONG,
                "a force failed, and appending goes on");
        if (stopped != null && (!machine.wasHit() || stopped instanceof AssertionError)) {
            throw new Violation(Kind.WRONG, "stopped without a fault", stopped);
        }
        if (stopped instanceof OutOfMemoryError) { // what is in doubt may be shown already
            List<RecordedEvent> events = ask(SoakStore::readAll);
            if (events != null && !events.equals(model.readable())) {
                settle(events);
            }
        }
    }

    /** Applies a rule to the end, whatever goes wrong on the way. */
    void retain(Retention retention) {
        retaining = retention;
        retainOnce(retention, true);
        while (retaining != null) { // a store that stopped goes on behind the next opening
            machine.disarm();
            if (isOpen() && !isStopped()) {
                retainOnce(retention, false);
            } else {
                closeIfOpen();
                open();
            }
        }
    }

    private void retainOnce(Retention retention, boolean isFirst) {
        Long truncated = ask(open -> open.admin().retain(retention, SoakModel.ACT, looked -> {}));
        if (truncated != null) {
            retaining = null;
            long expected = model.retain(retention, machine.time().wallMicros());
            Violation.check(
                    isFirst ? truncated == expected : truncated <= expected,
                    Kind.WRONG,
                    "%d streams truncated, not %d",
                    truncated,
                    expected);
        }
    }

    /** Gives back space; null if a fault kept it from that. */
    @Nullable ScavengeReport scavenge() {
        return ask(open -> open.admin().scavenge(position -> {}));
    }

    // Comparisons.

    /** All that can be read, and the versions. */
    void check() {
        if (store == null) {
            return;
        }
        List<RecordedEvent> events = ask(SoakStore::readAll);
        if (events == null) {
            return;
        }
        Long head = ask(SimulatedStore::head);
        Violation.check(
                head == null || head == model.head(),
                Kind.WRONG,
                "the head is %d, not %d",
                head,
                model.head());
        Readings.checkEqual(model.readable(), events, "events");
        for (StreamName stream : Contents.streams()) {
            Long version = store == null ? null : ask(open -> open.version(stream));
            Violation.check(
                    version == null || version == model.version(stream),
                    Kind.WRONG,
                    "stream %s is at version %d, not %d",
                    stream,
                    version,
                    model.version(stream));
        }
    }

    /** Random reads in both directions, by stream, type, category and tag. */
    void checkQueries(SplittableRandom random, int count) {
        List<RecordedEvent> readable = model.readable();
        for (int i = 0; i < count && store != null; i++) {
            ReadRequest request = Contents.request(random, model.head());
            ask(open -> {
                Readings.checkQuery(open, readable, request);
                return true;
            });
        }
    }

    /** Counts of what can be read. */
    void checkStatistics() {
        StoreStatistics found = requireOpen().admin().statistics();
        StoreStatistics expected = model.admin().statistics();
        Violation.check(
                found.events() == expected.events()
                        && found.streams() == expected.streams()
                        && found.categories().equals(expected.categories())
                        && found.types().equals(expected.types()),
                Kind.WRONG,
                "counted %s, not %s",
                found,
                expected);
    }

    /** Reads every byte. */
    VerificationReport verify() {
        return requireOpen().admin().verify(events -> {});
    }

    /** Another store holds the same, removed events included. */
    void checkSame(SimulatedStore other) {
        Violation.check(other.head() == model.head(), Kind.LOST, "restored head %d", other.head());
        Readings.checkEqual(model.readable(), readAll(other), "restored events");
        try (Backup expected = model.admin().backup();
                Backup found = other.admin().backup()) {
            Violation.check(
                    places(found).equals(places(expected)), Kind.WRONG, "restored places differ");
        }
    }

    private static List<Backup.Entry> places(Backup backup) {
        List<Backup.Entry> places = new ArrayList<>();
        backup.forEachRemaining(entry -> {
            if (entry instanceof Backup.Place) {
                places.add(entry);
            }
        });
        return places;
    }

    /** A reader beside the writer sees the same. */
    void checkBeside() {
        try (SimulatedStore reader = SimulatedStore.openForReading(machine.now())) {
            Violation.check(
                    reader.head() == model.head(), Kind.WRONG, "beside: head %d", reader.head());
            Readings.checkEqual(model.readable(), readAll(reader), "events beside the writer");
        }
    }

    @Override
    public void close() {
        closeIfOpen();
        model.close();
    }
}
