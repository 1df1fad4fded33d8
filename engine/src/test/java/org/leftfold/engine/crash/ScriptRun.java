package org.leftfold.engine.crash;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.leftfold.api.AdminAct;
import org.leftfold.api.Append;
import org.leftfold.api.LeftfoldException;
import org.leftfold.api.RecordedEvent;
import org.leftfold.api.StreamName;
import org.leftfold.engine.SimulatedStore;
import org.leftfold.engine.SimulatedStore.Act;
import org.leftfold.engine.crash.Model.Outcome;
import org.leftfold.engine.crash.Violation.Kind;
import org.leftfold.testkit.disk.Call;
import org.leftfold.testkit.disk.CallKind;
import org.leftfold.testkit.disk.Fault;
import org.leftfold.testkit.disk.FaultPlan;
import org.leftfold.testkit.disk.Journal;
import org.leftfold.testkit.disk.SimulatedDirectory;
import org.leftfold.testkit.disk.SimulatedMachine;

/**
 * One run of a script without faults: compares every answer with the model's, and remembers after
 * which call of the disk each unit was submitted, acknowledged and first shown. Afterwards any
 * thread may ask.
 */
final class ScriptRun {
    private static final int LOG_SLICE_BYTES = 700;
    private static final AdminAct ACT = new AdminAct("tester", "because");

    private final SimulatedMachine machine;
    private final SimulatedDirectory disk;
    private final Model model = new Model();
    private final List<Integer> submittedAt = new ArrayList<>(); // by unit
    private final List<Integer> ackedAt = new ArrayList<>(); // by unit
    private final List<long[]> served = new ArrayList<>(); // call, head
    private final List<Integer> openedAt = new ArrayList<>(); // by opening
    private final Map<Integer, List<RecordedEvent>> readableBy = new ConcurrentHashMap<>();
    private final SplittableRandom random;
    private final FaultPlan plan;
    private @Nullable SimulatedStore store;
    private @Nullable Journal journal;

    ScriptRun(long seed, FaultPlan plan) {
        this.plan = plan;
        this.machine = SimulatedMachine.empty(seed);
        this.disk = machine.disk();
        this.random = new SplittableRandom(~seed);
    }

    /** Runs a script with a journal, and closes the store cleanly at its end. */
    static ScriptRun of(long seed, List<Step> script) {
        ScriptRun run = new ScriptRun(seed, new FaultPlan());
        run.play(script);
        run.close();
        run.disk.faults(new FaultPlan());
        return run;
    }

    /** Runs a script and leaves the store open. */
    void play(List<Step> script) {
        journal = disk.record();
        plan.when(ScriptRun::changesTheLog, new Fault.Before(this::probe));
        disk.faults(plan);
        open();
        for (int i = 0; i < script.size(); i++) {
            try {
                play(script.get(i));
            } catch (RuntimeException | AssertionError e) {
                Kind kind = e instanceof Violation violation ? violation.kind() : Kind.WRONG;
                throw new Violation(kind, "step %d, %s: %s".formatted(i, script.get(i), e), e);
            }
        }
    }

    static boolean changesTheLog(Call call) {
        return call.kind() == CallKind.FORCE || call.kind() == CallKind.WRITE;
    }

    /** What readers are shown in the middle of a commit, before the call that is about to begin. */
    private void probe() {
        SimulatedStore open = store;
        if (open != null) {
            served.add(new long[] {disk.callCount() - 1, open.head()});
        }
    }

    private SimulatedStore open() {
        SimulatedStore opened = SimulatedStore.open(machine);
        openedAt.add(disk.callCount());
        store = opened;
        return opened;
    }

    void close() {
        SimulatedStore open = requireOpen();
        store = null;
        open.close();
        Violation.check(disk.openFiles().isEmpty(), Kind.WRONG, "open files %s", disk.openFiles());
        Violation.check(disk.heldLocks().isEmpty(), Kind.WRONG, "locks %s", disk.heldLocks());
    }

    SimulatedStore requireOpen() {
        if (store == null) {
            throw new IllegalStateException("the store is closed");
        }
        return store;
    }

    private void play(Step step) {
        long head = model.head();
        switch (step) {
            case Step.Clock clock -> jump(machine, clock.micros());
            case Step.Reopen reopen -> {
                close();
                open();
            }
            case Step.Together together -> append(together);
            case Step.Truncate truncate -> {
                StreamName stream = Contents.stream(truncate.stream());
                truncate(stream, firstKept(model, truncate));
            }
            case Step.Delete delete -> truncate(Contents.stream(delete.stream()), 0);
        }
        Readings.checkFrom(requireOpen(), model, head);
        if (random.nextInt(4) == 0 || step instanceof Step.Truncate) {
            Readings.checkQueries(requireOpen(), model, random, 6);
        }
    }

    static void jump(SimulatedMachine machine, long micros) {
        Instant now = machine.time().instant();
        machine.time().setWall(now.plus(Duration.ofNanos(micros * 1000)));
    }

    static long firstKept(Model model, Step.Truncate truncate) {
        long version = model.version(Contents.stream(truncate.stream()));
        return truncate.kept() < 0 ? version + 5 : Math.max(1, version - truncate.kept() + 1);
    }

    private void append(Step.Together together) {
        int before = disk.callCount();
        List<Act> acts = new ArrayList<>();
        List<Append> appends = new ArrayList<>();
        List<Outcome> outcomes = new ArrayList<>();
        for (Step.Truncate truncate : together.acts()) {
            Act act = new Act(Contents.stream(truncate.stream()), firstKept(model, truncate));
            if (act.firstKeptVersion() > 1) {
                acts.add(act);
                outcomes.add(truncated(model, act, machine));
            }
        }
        for (Step.Wish wish : together.appends()) {
            Append append = Contents.append(wish, model, () -> logSlice(disk));
            appends.add(append);
            outcomes.add(model.append(append, machine.time().wallMicros()));
        }
        submitted(before);
        SimulatedStore.Answers answers = requireOpen().commitTogether(acts, appends);
        for (int i = 0; i < acts.size(); i++) {
            checkAct(outcomes.get(i), answers.acts().get(i));
        }
        for (int i = 0; i < appends.size(); i++) {
            Readings.checkAnswer(outcomes.get(acts.size() + i), answers.appends().get(i));
        }
        acknowledged();
    }

    static Outcome truncated(Model model, Act act, SimulatedMachine machine) {
        return model.truncate(act.stream(), act.firstKeptVersion(), machine.time().wallMicros());
    }

    static void checkAct(Outcome expected, CompletableFuture<Long> answer) {
        String code =
                answer.handle((kept, failure) ->
                                failure instanceof LeftfoldException known
                                        ? known.code()
                                        : String.valueOf(failure == null ? "" : failure))
                        .join();
        Violation.check(
                code.equals(expected.code()), Kind.WRONG, "%s, not %s", code, expected.code());
    }

    private void truncate(StreamName stream, long firstKept) {
        int before = disk.callCount();
        Outcome expected = model.truncate(stream, firstKept, machine.time().wallMicros());
        submitted(before);
        String code = "";
        try {
            truncate(requireOpen(), stream, firstKept);
        } catch (LeftfoldException e) {
            code = e.code();
        }
        Violation.check(
                code.equals(expected.code()), Kind.WRONG, "%s, not %s", code, expected.code());
        acknowledged();
    }

    static void truncate(SimulatedStore store, StreamName stream, long firstKept) {
        if (firstKept == 0) {
            store.admin().delete(stream, ACT);
        } else {
            store.admin().truncate(stream, firstKept, ACT);
        }
    }

    private void submitted(int call) {
        while (submittedAt.size() < model.units().size()) {
            submittedAt.add(call);
        }
    }

    private void acknowledged() {
        while (ackedAt.size() < model.units().size()) {
            ackedAt.add(disk.callCount());
        }
    }

    /** The newest frames as bytes. */
    static byte[] logSlice(SimulatedDirectory disk) {
        String last =
                disk.names().stream().filter(name -> name.endsWith(".segment")).toList().getLast();
        byte[] bytes = disk.contents(last);
        int end = bytes.length;
        while (end > 128 && bytes[end - 1] == 0) {
            end--;
        }
        return Arrays.copyOfRange(bytes, Math.max(128, end - LOG_SLICE_BYTES), end);
    }

    // Afterwards.

    SimulatedMachine machine() {
        return machine;
    }

    SimulatedDirectory disk() {
        return disk;
    }

    Model model() {
        return model;
    }

    Journal journal() {
        if (journal == null) {
            throw new IllegalStateException("nothing was played");
        }
        return journal;
    }

    List<Unit> units() {
        return model.units();
    }

    /** How many units were acknowledged before the process ended. */
    int acknowledgedUnits() {
        return ackedAt.size();
    }

    /** How many units must be there after the call with this number. */
    int mustHave(int call) {
        int count = 0;
        while (count < ackedAt.size() && ackedAt.get(count) <= call) {
            count++;
        }
        long head = 0;
        for (long[] entry : served) {
            head = entry[0] <= call ? Math.max(head, entry[1]) : head;
        }
        while (count < units().size() && headOf(count) < head) {
            count++;
        }
        return count;
    }

    /** How many units may be there after the call with this number. */
    int mayHave(int call) {
        int count = 0;
        while (count < submittedAt.size() && submittedAt.get(count) < call) {
            count++;
        }
        return count;
    }

    /** How many openings had ended after the call with this number. */
    int openings(int call) {
        return (int) openedAt.stream().filter(at -> at <= call).count();
    }

    /** Position of the last event of the first {@code count} units. */
    long headOf(int count) {
        for (int i = count - 1; i >= 0; i--) {
            if (!units().get(i).events().isEmpty()) {
                return units().get(i).events().getLast().position();
            }
        }
        return 0;
    }

    /** The readable events of the first {@code count} units. */
    List<RecordedEvent> readable(int count) {
        return readableBy.computeIfAbsent(
                count, key -> Model.of(units().subList(0, key)).readable());
    }
}
