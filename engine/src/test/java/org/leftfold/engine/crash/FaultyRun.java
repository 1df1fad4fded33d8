package org.leftfold.engine.crash;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.leftfold.api.Append;
import org.leftfold.api.AppendResult;
import org.leftfold.api.LeftfoldException;
import org.leftfold.api.OutcomeUnknownException;
import org.leftfold.api.ReadRequest;
import org.leftfold.api.RecordedEvent;
import org.leftfold.api.StoreUnavailableException;
import org.leftfold.api.StreamName;
import org.leftfold.engine.SimulatedStore;
import org.leftfold.engine.SimulatedStore.Act;
import org.leftfold.engine.crash.Model.Outcome;
import org.leftfold.engine.crash.Violation.Kind;
import org.leftfold.testkit.disk.Call;
import org.leftfold.testkit.disk.CallKind;
import org.leftfold.testkit.disk.FaultPlan;
import org.leftfold.testkit.disk.SimulatedDirectory;
import org.leftfold.testkit.disk.SimulatedMachine;

/**
 * A script on a disk with faults. Knows what was acknowledged, what is in doubt, and which answers
 * a fault excuses. One thread.
 */
final class FaultyRun {
    private final FaultPlan plan;
    private final boolean persistent; // the fault comes again and again
    private SimulatedMachine machine;
    private Model model = new Model(); // what is acknowledged
    private List<Unit> inDoubt = new ArrayList<>(); // may come after that, a part from the front
    private @Nullable SimulatedStore store;
    private int hitsBefore; // of the call at hand
    private int seen; // hits that were there when the disk was full, for checks of it

    FaultyRun(SimulatedMachine machine, FaultPlan plan, boolean persistent) {
        this.machine = machine;
        this.plan = plan;
        this.persistent = persistent;
        machine.disk().faults(plan);
    }

    SimulatedDirectory disk() {
        return machine.disk();
    }

    Model model() {
        return model;
    }

    /** Whether a fault excuses that the call at hand fails. */
    private boolean isExcused() {
        int hits = plan.hits().size();
        return hits > hitsBefore || (persistent && hits > 0) || diskIsFull();
    }

    private boolean diskIsFull() {
        return seen > 0;
    }

    /** Says that the disk is full, or is not any more. */
    void full(boolean full) {
        seen = full ? 1 : 0;
    }

    void play(List<Step> script) {
        for (Step step : script) {
            hitsBefore = plan.hits().size();
            if (store == null) {
                tryOpen();
            }
            if (store != null) {
                play(step);
            }
            if (plan.hits().size() > hitsBefore || model.units().size() % 5 == 0) {
                checkReading();
            }
        }
    }

    private void play(Step step) {
        switch (step) {
            case Step.Clock clock -> ScriptRun.jump(machine, Math.abs(clock.micros()));
            case Step.Reopen reopen -> {
                close();
                tryOpen();
            }
            case Step.Together together -> append(together);
            case Step.Truncate truncate ->
                    truncate(
                            Contents.stream(truncate.stream()),
                            ScriptRun.firstKept(model, truncate));
            case Step.Delete delete -> truncate(Contents.stream(delete.stream()), 0);
        }
    }

    /** Opens; a failure must be typed, excused, and leave nothing behind. */
    void tryOpen() {
        try {
            store = SimulatedStore.open(machine);
        } catch (StoreUnavailableException | OutOfMemoryError e) {
            if (!isExcused()) {
                throw new Violation(Kind.LOST, "opening failed without a fault", e);
            }
            checkNothingIsOpen();
            return;
        } catch (LeftfoldException e) {
            throw new Violation(Kind.LOST, "the store cannot be opened", e);
        }
        settle();
    }

    /** After an opening it is settled what of the doubtful appends is there. */
    private void settle() {
        List<RecordedEvent> events;
        try {
            events = requireOpen().read(ReadRequest.all()).toList();
        } catch (StoreUnavailableException | OutOfMemoryError e) {
            if (!isExcused()) {
                throw new Violation(Kind.LOST, "reading failed without a fault", e);
            }
            close();
            return;
        }
        for (int count = 0; count <= inDoubt.size(); count++) {
            List<Unit> units = new ArrayList<>(model.units());
            units.addAll(inDoubt.subList(0, count));
            Model candidate = Model.of(units);
            if (candidate.head() == requireOpen().head() && candidate.readable().equals(events)) {
                model = candidate;
                inDoubt = new ArrayList<>();
                return;
            }
        }
        throw new Violation(
                requireOpen().head() < model.head() ? Kind.LOST : Kind.PHANTOM,
                "head %d, %d readable; head %d, %d readable were acknowledged, %d units in doubt"
                        .formatted(
                                requireOpen().head(),
                                events.size(),
                                model.head(),
                                model.readable().size(),
                                inDoubt.size()));
    }

    void close() {
        SimulatedStore open = requireOpen();
        store = null;
        try {
            open.close();
        } catch (OutOfMemoryError e) {
            if (!isExcused()) {
                throw e;
            }
        }
        checkNothingIsOpen();
    }

    private void checkNothingIsOpen() {
        Violation.check(
                disk().openFiles().isEmpty(), Kind.WRONG, "open files %s", disk().openFiles());
        Violation.check(disk().heldLocks().isEmpty(), Kind.WRONG, "locks %s", disk().heldLocks());
    }

    boolean isOpen() {
        return store != null;
    }

    private SimulatedStore requireOpen() {
        if (store == null) {
            throw new IllegalStateException("the store is closed");
        }
        return store;
    }

    private void append(Step.Together together) {
        boolean wasStopped = requireOpen().stoppedBy() != null;
        Model tentative = Model.of(model.units());
        List<Act> acts = new ArrayList<>();
        for (Step.Truncate truncate : together.acts()) {
            long first = ScriptRun.firstKept(tentative, truncate);
            if (first > 1) {
                acts.add(new Act(Contents.stream(truncate.stream()), first));
                ScriptRun.truncated(tentative, acts.getLast(), machine);
            }
        }
        List<Append> appends = new ArrayList<>();
        for (Step.Wish wish : together.appends()) {
            Append append = Contents.append(wish, tentative, () -> new byte[] {7});
            tentative.append(append, machine.time().wallMicros());
            appends.add(append);
        }
        SimulatedStore.Answers answers = requireOpen().commitTogether(acts, appends);
        for (int i = 0; i < acts.size(); i++) {
            settleAct(acts.get(i), answers.acts().get(i), wasStopped);
        }
        for (int i = 0; i < appends.size(); i++) {
            Append append = appends.get(i);
            CompletableFuture<AppendResult> answer = answers.appends().get(i);
            Violation.check(answer.isDone(), Kind.WRONG, "no answer");
            Supplier<Outcome> onceMore =
                    () -> modelWithDoubt().append(append, machine.time().wallMicros());
            if (!isFailure(answer, wasStopped, onceMore)) {
                Outcome expected = model.append(append, machine.time().wallMicros());
                if (expected.unit() != null) {
                    inDoubt.clear();
                }
                Readings.checkAnswer(expected, answer);
            }
        }
        checkStopped();
        settleIfShown(wasStopped);
    }

    private void settleAct(Act act, CompletableFuture<Long> answer, boolean wasStopped) {
        Violation.check(answer.isDone(), Kind.WRONG, "no answer");
        Supplier<Outcome> onceMore = () -> ScriptRun.truncated(modelWithDoubt(), act, machine);
        if (!isFailure(answer, wasStopped, onceMore)) {
            Outcome expected = ScriptRun.truncated(model, act, machine);
            if (expected.unit() != null) {
                inDoubt.clear();
            }
            ScriptRun.checkAct(expected, answer);
        }
    }

    /** An error after the force stops the writer; what it leaves in doubt may be shown already. */
    private void settleIfShown(boolean wasStopped) {
        if (wasStopped || !(requireOpen().stoppedBy() instanceof OutOfMemoryError)) {
            return;
        }
        try {
            Readings.checkFrom(requireOpen(), model, 0);
        } catch (Violation e) {
            settle();
        } catch (StoreUnavailableException | OutOfMemoryError e) {
            Violation.check(isExcused(), Kind.LOST, "reading failed without a fault");
        }
    }

    private Model modelWithDoubt() {
        List<Unit> units = new ArrayList<>(model.units());
        units.addAll(inDoubt);
        return Model.of(units);
    }

    /** Whether the answer is that the disk failed; that must be excused. */
    private boolean isFailure(
            CompletableFuture<?> answer, boolean wasStopped, Supplier<Outcome> onceMore) {
        if (!answer.isCompletedExceptionally()) {
            Violation.check(!wasStopped, Kind.WRONG, "appended after a failed force");
            return false;
        }
        Throwable cause = answer.handle((done, failure) -> failure).join();
        cause = cause instanceof CompletionException wrapped ? wrapped.getCause() : cause;
        if (!(cause instanceof StoreUnavailableException)) {
            if (!(cause instanceof LeftfoldException)) {
                throw new Violation(Kind.WRONG, "an untyped answer", cause);
            }
            return false;
        }
        boolean stopped = requireOpen().stoppedBy() != null;
        if (!isExcused() && !stopped) {
            throw new Violation(Kind.WRONG, "refused without a fault", cause);
        }
        if (cause instanceof OutcomeUnknownException) {
            Outcome outcome = onceMore.get();
            if (outcome.unit() != null) {
                inDoubt.add(outcome.unit());
            }
        }
        return true;
    }

    private void truncate(StreamName stream, long firstKept) {
        boolean wasStopped = requireOpen().stoppedBy() != null;
        CompletableFuture<Boolean> answer = new CompletableFuture<>();
        try {
            ScriptRun.truncate(requireOpen(), stream, firstKept);
            answer.complete(true);
        } catch (RuntimeException e) {
            answer.completeExceptionally(e);
        }
        long now = machine.time().wallMicros();
        if (!isFailure(
                answer, wasStopped, () -> modelWithDoubt().truncate(stream, firstKept, now))) {
            Outcome expected = model.truncate(stream, firstKept, now);
            Violation.check(
                    answer.isCompletedExceptionally() != expected.code().isEmpty(),
                    Kind.WRONG,
                    "the answer to the truncation of %s",
                    stream);
            if (expected.unit() != null) {
                inDoubt.clear();
            }
        }
        checkStopped();
        settleIfShown(wasStopped);
    }

    /** A failed force of the log ends appending, and only a fault does. */
    private void checkStopped() {
        Throwable stopped = requireOpen().stoppedBy();
        List<Call> hits = plan.hits().subList(hitsBefore, plan.hits().size());
        boolean forceFailed =
                hits.stream()
                        .anyMatch(call ->
                                call.kind() == CallKind.FORCE && call.name().endsWith(".segment"));
        Violation.check(
                !forceFailed || stopped != null,
                Kind.WRONG,
                "a force failed, and appending goes on");
        if (stopped != null
                && ((plan.hits().isEmpty() && !diskIsFull())
                        || stopped instanceof AssertionError)) {
            throw new Violation(Kind.WRONG, "stopped without a fault", stopped);
        }
    }

    /** Reading shows what is acknowledged, whatever happened. */
    void checkReading() {
        if (store == null) {
            return;
        }
        int before = plan.hits().size();
        try {
            Readings.checkFrom(requireOpen(), model, 0);
        } catch (StoreUnavailableException | OutOfMemoryError e) {
            if (plan.hits().size() == before) {
                throw new Violation(Kind.LOST, "reading failed without a fault", e);
            }
        }
    }

    /** A full disk is no reason to stop. */
    void checkNotStopped() {
        if (store != null && requireOpen().stoppedBy() != null) {
            throw new Violation(Kind.WRONG, "a full disk stops", requireOpen().stoppedBy());
        }
    }

    /** The disk is repaired: appending goes on at once, or after a reopening if it had stopped. */
    void repair() {
        plan.clear();
        full(false);
        hitsBefore = 0;
        if (store != null && requireOpen().stoppedBy() != null) {
            settleIfShown(false);
            checkReading();
            close();
        }
        for (int i = 0; i < 2 && store == null; i++) {
            tryOpen();
        }
        hitsBefore = plan.hits().size();
        play(List.of(Scripts.one(Step.Kind.ONE, 4711 + model.head())));
        Violation.check(
                inDoubt.isEmpty() && requireOpen().stoppedBy() == null,
                Kind.WRONG,
                "appending did not resume");
        checkReading();
    }

    /** The next process finds another disk; what the last call left in doubt may be there. */
    void restart(SimulatedDirectory next) {
        store = null;
        machine = machine.restartedWith(next);
        hitsBefore = 0;
        tryOpen();
        if (store == null) {
            tryOpen(); // An error of a write long ago shows at the first force, once.
        }
        if (store == null) {
            throw new Violation(Kind.LOST, "the store cannot be opened again");
        }
        checkReading();
    }
}
