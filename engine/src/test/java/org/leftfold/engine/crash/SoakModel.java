package org.leftfold.engine.crash;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.leftfold.api.AdminAct;
import org.leftfold.api.Append;
import org.leftfold.api.AppendResult;
import org.leftfold.api.AuditPolicy;
import org.leftfold.api.InMemoryEventStore;
import org.leftfold.api.LeftfoldException;
import org.leftfold.api.ReadRequest;
import org.leftfold.api.RecordedEvent;
import org.leftfold.api.Retention;
import org.leftfold.api.StoreAdmin;
import org.leftfold.api.StreamName;

/**
 * What a store that runs for a long time has to hold: the contract in memory, and what is in doubt
 * behind it. It is scavenged too: of removed events it knows places and ids only. One thread.
 */
final class SoakModel implements Contents.Known, AutoCloseable {
    static final AdminAct ACT = new AdminAct("tester", "because");
    private static final int MOST_APPENDS = 60;

    private final List<Append> appends = new ArrayList<>(); // some old and the newest
    private final List<Doubt> doubts = new ArrayList<>();
    private final InMemoryEventStore store;
    private Instant now = Instant.EPOCH;

    /** A call whose outcome is unknown; it is there only if all before it are. */
    private record Doubt(long micros, Runnable call) {}

    SoakModel() {
        this.store = InMemoryEventStore.open(() -> now, AuditPolicy.none());
    }

    /** What an append is answered at a time; stores it if it is accepted. */
    Model.Outcome append(Append append, long micros) {
        long before = store.head();
        try {
            now = at(micros);
            AppendResult result = store.append(append);
            if (store.head() > before) {
                doubts.clear(); // what was not there before this one never comes
                remember(append);
            }
            return new Model.Outcome("", result, null);
        } catch (LeftfoldException e) {
            return Model.Outcome.refused(e.code());
        }
    }

    private void remember(Append append) {
        if (appends.size() == MOST_APPENDS) {
            appends.remove((int) (store.head() % MOST_APPENDS)); // each as likely: some get old
        }
        appends.add(append);
    }

    /** The code that a truncation is refused with, empty if it is not; 0 stands for a deletion. */
    String truncate(StreamName stream, long firstKept, long micros) {
        try {
            now = at(micros);
            if (firstKept == 0) {
                store.admin().delete(stream, ACT);
            } else {
                store.admin().truncate(stream, firstKept, ACT);
            }
            return "";
        } catch (LeftfoldException e) {
            return e.code();
        }
    }

    /** Makes unreadable what a rule does not keep, and forgets it. */
    long retain(Retention retention, long micros) {
        now = at(micros);
        long truncated = store.admin().retain(retention, ACT, looked -> {});
        store.admin().scavenge(position -> {});
        return truncated;
    }

    private static Instant at(long micros) {
        return Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
    }

    /** An append may be there or not. */
    void doubt(Append append, long micros) {
        doubts.add(new Doubt(micros, () -> append(append, micros)));
    }

    /** A truncation may be there or not. */
    void doubt(StreamName stream, long firstKept, long micros) {
        doubts.add(new Doubt(micros, () -> truncate(stream, firstKept, micros)));
    }

    boolean isInDoubt() {
        return !doubts.isEmpty();
    }

    /**
     * Takes over what is in doubt, one call after the other, until the store is found to be this.
     *
     * @return whether it is
     */
    boolean settle(BooleanSupplier isThis) {
        List<Doubt> open = List.copyOf(doubts);
        doubts.clear();
        for (Doubt doubt : open) {
            if (isThis.getAsBoolean()) {
                return true;
            }
            doubt.call().run();
        }
        return isThis.getAsBoolean();
    }

    /** The readable events in order. */
    List<RecordedEvent> readable() {
        return store.read(ReadRequest.all()).toList();
    }

    StoreAdmin admin() {
        return store.admin();
    }

    @Override
    public long version(StreamName stream) {
        return store.version(stream);
    }

    @Override
    public long head() {
        return store.head();
    }

    @Override
    public List<Append> appends() {
        return appends;
    }

    @Override
    public void close() {
        store.close();
    }
}
