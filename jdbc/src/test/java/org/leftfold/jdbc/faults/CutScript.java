package org.leftfold.jdbc.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.leftfold.api.Append;
import org.leftfold.api.AppendCondition;
import org.leftfold.api.AppendResult;
import org.leftfold.api.ConflictException;
import org.leftfold.api.EventStore;
import org.leftfold.api.ExpectedVersion;
import org.leftfold.api.NewEvent;
import org.leftfold.api.Query;
import org.leftfold.api.StreamName;
import org.leftfold.api.VersionConflictException;

/**
 * Appends of each sort, alone and as a group. A store whose server lives answers as if no
 * connection had ever been cut.
 */
final class CutScript {
    private static final int GROUP = 12;

    private final EventStore store;
    private final Ledger ledger;
    private final String run;
    private final SplittableRandom random;
    private int settledByIds;

    CutScript(EventStore store, Ledger ledger, String run, long seed) {
        this.store = store;
        this.ledger = ledger;
        this.run = run;
        this.random = new SplittableRandom(seed);
    }

    /** How many appends found that they had been made before their connection was lost. */
    int settledByIds() {
        return settledByIds;
    }

    void play() {
        StreamName stream = new StreamName("cut-" + run);
        List<NewEvent> three = List.of(event(), event(), event());
        Append first = Append.to(stream, ExpectedVersion.any(), three);
        AppendResult result = append(first);
        assertThat(result.lastVersion()).isEqualTo(3);
        append(Append.to(stream, ExpectedVersion.exactly(3), event()));
        append(Append.to(new StreamName("other-" + run), ExpectedVersion.noStream(), event()));
        append(Append.to(stream, ExpectedVersion.streamExists(), event(), event()));
        Append wrong = Append.to(stream, ExpectedVersion.exactly(1), event());
        assertThatThrownBy(() -> store.append(wrong)).isInstanceOf(VersionConflictException.class);
        ledger.refused(wrong);
        String tag = "run:" + run;
        append(
                Append.to(stream, ExpectedVersion.exactly(6), event().withTags(tag))
                        .andTo(
                                new StreamName("third-" + run),
                                ExpectedVersion.noStream(),
                                event().withTags(tag))
                        .onlyIf(AppendCondition.none("once", Query.tags(tag))));
        AppendResult again = store.append(first);
        assertThat(again.repeated()).as("the same ids again").isTrue();
        assertThat(again.writes()).isEqualTo(result.writes());
        group(stream, first);
    }

    /** Appends at once, which share transactions: most are stored, some refused, one repeated. */
    private void group(StreamName stream, Append repeated) {
        List<Append> appends = new ArrayList<>();
        for (int i = 0; i < GROUP; i++) {
            appends.add(
                    switch (i % 4) {
                        case 0 -> Append.to(stream, ExpectedVersion.any(), event());
                        case 1 ->
                                Append.to(
                                        new StreamName("group-" + run + "-" + i),
                                        ExpectedVersion.noStream(),
                                        event(),
                                        event());
                        case 2 -> Append.to(stream, ExpectedVersion.noStream(), event());
                        default ->
                                Append.to(
                                        new StreamName("never-" + run),
                                        ExpectedVersion.streamExists(),
                                        event());
                    });
        }
        appends.add(repeated);
        List<CompletableFuture<AppendResult>> answers =
                appends.stream().map(store::appendAsync).toList();
        for (int i = 0; i < appends.size(); i++) {
            Append append = appends.get(i);
            boolean accepted = i == GROUP || i % 4 < 2;
            try {
                AppendResult result = answers.get(i).join();
                assertThat(accepted).as("append %d of the group is stored", i).isTrue();
                note(append, result, i < GROUP);
            } catch (CompletionException e) {
                assertThat(e.getCause()).isInstanceOf(ConflictException.class);
                assertThat(accepted).as("append %d of the group is refused", i).isFalse();
                ledger.refused(append);
            }
        }
    }

    private NewEvent event() {
        return Samples.event(random);
    }

    private AppendResult append(Append append) {
        AppendResult result = store.append(append);
        note(append, result, true);
        return result;
    }

    private void note(Append append, AppendResult result, boolean madeOnce) {
        ledger.acknowledged(append, result);
        if (madeOnce && result.repeated()) {
            settledByIds++;
        }
    }
}
