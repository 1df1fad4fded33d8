package org.leftfold.testkit.disk;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Rules that say which calls of a simulated disk go wrong. The first rule that matches a call
 * decides. Calls can be chosen by number: run the script once without faults, read {@link
 * SimulatedDirectory#callCount()}, then run it once for each number. Safe for any thread.
 */
public final class FaultPlan {
    private static final class Rule {
        final Predicate<Call> when;
        final Fault fault;
        int left;

        Rule(Predicate<Call> when, Fault fault, int left) {
            this.when = when;
            this.fault = fault;
            this.left = left;
        }
    }

    private final List<Rule> rules = new ArrayList<>();
    private final List<Call> hits = new ArrayList<>();

    /** A plan without rules. */
    public FaultPlan() {}

    /** The call with this number fails. */
    public FaultPlan once(int callIndex, Fault fault) {
        return add(call -> call.index() == callIndex, fault, 1);
    }

    /** The call with this number and all later ones fail. */
    public FaultPlan from(int callIndex, Fault fault) {
        return add(call -> call.index() >= callIndex, fault, Integer.MAX_VALUE);
    }

    /** Each call that matches fails. */
    public FaultPlan when(Predicate<Call> matches, Fault fault) {
        return add(matches, fault, Integer.MAX_VALUE);
    }

    /** The first call that matches fails. */
    public FaultPlan firstWhen(Predicate<Call> matches, Fault fault) {
        return add(matches, fault, 1);
    }

    /**
     * The calls that a rule matched so far, hooks not counted. A test proves with it that its fault
     * was reached.
     */
    public synchronized List<Call> hits() {
        return List.copyOf(hits);
    }

    /** Drops all rules, as when an operator has repaired the machine. */
    public synchronized void clear() {
        rules.clear();
    }

    private synchronized FaultPlan add(Predicate<Call> when, Fault fault, int times) {
        rules.add(new Rule(when, fault, times));
        return this;
    }

    /** The fault of a call, or null. Hooks that match are added to {@code hooks}. */
    synchronized @Nullable Fault faultOf(Call call, List<Runnable> hooks) {
        for (Rule rule : rules) {
            if (rule.left > 0 && rule.when.test(call)) {
                if (rule.left != Integer.MAX_VALUE) {
                    rule.left--;
                }
                if (rule.fault instanceof Fault.Before before) {
                    hooks.add(before.action());
                } else {
                    hits.add(call);
                    return rule.fault;
                }
            }
        }
        return null;
    }

    synchronized boolean isEmpty() {
        return rules.isEmpty();
    }
}
