package org.leftfold.engine.crash;

import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.leftfold.testkit.disk.CallKind;
import org.leftfold.testkit.disk.CrashOutcome;
import org.leftfold.testkit.disk.CrashOutcomes;
import org.leftfold.testkit.disk.CrashPoint;
import org.leftfold.testkit.disk.Fault;
import org.leftfold.testkit.disk.FaultPlan;
import org.leftfold.testkit.disk.ManualTime;
import org.leftfold.testkit.disk.SimulatedDirectory;
import org.leftfold.testkit.disk.SimulatedMachine;

/** A machine on which one thing at a time goes wrong, and which goes on with what that left. */
final class SoakMachine {
    private SimulatedMachine machine;
    private FaultPlan plan = new FaultPlan();
    private @Nullable SimulatedDirectory next; // set when the machine went down during a call
    private int faults; // calls that went wrong, ends of processes, times the disk was full
    private int hitsBefore; // of the call at hand
    private boolean mayBeLate; // the fault at hand is a write-back that fails
    private boolean isLate; // a write-back failed: any later force may say so
    private boolean lies; // the fault at hand is a force that does nothing and says nothing
    private boolean hasLied; // what was forced may be in the memory of the machine only
    private boolean flips; // the fault at hand makes a read see other bytes
    private boolean isFull;

    SoakMachine(long seed) {
        this.machine = SimulatedMachine.empty(seed);
    }

    SimulatedMachine now() {
        return machine;
    }

    SimulatedDirectory disk() {
        return machine.disk();
    }

    ManualTime time() {
        return machine.time();
    }

    /** The call of the disk after so many more goes wrong. */
    void arm(Fault fault, int callsBefore) {
        disarm();
        plan.once(disk().callCount() + 1 + callsBefore, fault);
        lies = fault instanceof Fault.LyingForce;
        mayBeLate = fault instanceof Fault.LateWriteBackError;
    }

    /** The first call of a kind behind so many calls goes wrong. */
    void arm(Fault fault, CallKind kind, String ending, int callsBefore) {
        disarm();
        int from = disk().callCount() + 1 + callsBefore;
        plan.firstWhen(
                call -> call.kind() == kind && call.index() >= from && call.name().endsWith(ending),
                fault);
        flips = fault instanceof Fault.BitFlip || fault instanceof Fault.StaleSector;
    }

    /** The process ends at the call of the disk after so many more, or the power is cut there. */
    void armEnd(boolean powerCut, int callsBefore, long seed) {
        disarm();
        SimulatedDirectory dying = disk();
        Runnable end = () -> next = powerCut ? cut(dying, seed) : dying.afterProcessKill();
        plan.once(dying.callCount() + 1 + callsBefore, new Fault.Before(end));
    }

    private static SimulatedDirectory cut(SimulatedDirectory dying, long seed) {
        CrashPoint point = dying.crashPoint();
        List<CrashOutcome> outcomes = CrashOutcomes.exhaustiveAndRandom(point, 12, seed);
        return dying.powerCut(outcomes.get(new SplittableRandom(seed).nextInt(outcomes.size())));
    }

    /** No call goes wrong from now on. */
    void disarm() {
        int hits = plan.hits().size();
        faults += hits;
        isLate |= mayBeLate && hits > 0;
        hasLied |= lies && hits > 0;
        plan = new FaultPlan();
        disk().faults(plan);
        hitsBefore = 0;
        mayBeLate = false;
        flips = false;
        lies = false;
    }

    /** How much went wrong before the last {@link #disarm}. */
    int faults() {
        return faults;
    }

    /** Whether all has to be written back before anything else may go wrong. */
    boolean needsRestart() {
        return isLate || hasLied;
    }

    /** The disk takes so many bytes more; {@link Long#MAX_VALUE} ends that. */
    void room(long bytes) {
        isFull = bytes != Long.MAX_VALUE;
        faults += isFull ? 1 : 0;
        disk().capacity(isFull ? usedBytes() + bytes : bytes);
    }

    private long usedBytes() {
        return disk().names().stream().mapToLong(name -> disk().contents(name).length).sum();
    }

    boolean isFull() {
        return isFull;
    }

    // What a call met.

    void beginCall() {
        hitsBefore = plan.hits().size();
    }

    /** Whether a fault since the beginning of the call excuses that it failed. */
    boolean wasHit() {
        int hits = plan.hits().size();
        return hits > hitsBefore || isLate || (mayBeLate && hits > 0);
    }

    /** Whether the fault was a read that saw other bytes. */
    boolean flips() {
        return flips;
    }

    /** Whether a force of the log failed during the call. */
    boolean failedForce() {
        return !lies
                && plan.hits().stream()
                        .skip(hitsBefore)
                        .anyMatch(call ->
                                call.kind() == CallKind.FORCE && call.name().endsWith(".segment"));
    }

    // Ends.

    /** Whether the machine goes down during the call at hand. */
    boolean isGoingDown() {
        return next != null;
    }

    /** Goes on with what is left if the machine went down. */
    boolean wentDown() {
        SimulatedDirectory found = next;
        if (found == null) {
            return false;
        }
        next = null;
        faults++;
        disarm();
        machine = machine.restartedWith(found);
        disarm();
        return true;
    }

    /** Ends the process now. */
    void kill() {
        next = disk().afterProcessKill();
        wentDown();
    }

    /** Shut down in order and started: nothing of a fault is left in its memory. */
    void restart() {
        next = disk().crashPoint().image(new CrashOutcome.EverythingKept());
        wentDown();
        isLate = false;
        hasLied = false;
        isFull = false;
    }
}
