package org.leftfold.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.leftfold.api.AdminAct;
import org.leftfold.api.Backup;
import org.leftfold.api.EventId;
import org.leftfold.api.EventType;
import org.leftfold.api.Metadata;
import org.leftfold.api.NewEvent;
import org.leftfold.api.Payload;
import org.leftfold.api.RecordedEvent;
import org.leftfold.api.StreamName;
import org.leftfold.api.Tag;
import org.leftfold.testkit.tck.ListBackup;

/** Whatever differs between two histories is found, and named. */
class ComparisonTest {
    private static final Instant TIME = Instant.parse("2026-01-01T00:00:00.000001Z");
    private static final StreamName ORDER = new StreamName("order-1");
    private static final EventId ID = NewEvent.ofJson("X", "{}").id();
    private static final Backup.Removed REMOVED = new Backup.Removed(1, ORDER, 1, ID, TIME, false);
    private static final Backup.Act ACT =
            new Backup.Act(ORDER, 2, new AdminAct("ada", "why"), TIME);

    private static RecordedEvent event(String payload) {
        return new RecordedEvent(
                2,
                ORDER,
                2,
                ID,
                new EventType("Placed"),
                1,
                TIME,
                Payload.ofText(payload),
                Metadata.of("actor", "anna"),
                Set.of(Tag.of("shop:north")));
    }

    private static Backup.Kept kept(String payload) {
        return new Backup.Kept(event(payload), true);
    }

    private static Comparison compare(List<Backup.Entry> one, List<Backup.Entry> other) {
        return Comparison.of(new ListBackup(one), new ListBackup(other), position -> {});
    }

    @Test
    void equal_histories_have_one_digest() {
        Comparison equal =
                compare(List.of(REMOVED, kept("a"), ACT), List.of(REMOVED, kept("a"), ACT));
        assertThat(equal.difference()).isEmpty();
        assertThat(equal.goesOn()).isFalse();
        assertThat(equal.events()).isEqualTo(2);
        assertThat(equal.acts()).isEqualTo(1);
        assertThat(equal.digest()).hasSize(64).isEqualTo(equal.digest());
        assertThat(compare(List.of(), List.of()).digest())
                .isEqualTo("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    }

    @Test
    void every_part_of_an_entry_counts() {
        RecordedEvent e = event("a");
        List<Backup.Entry> all =
                new ArrayList<>(
                        List.of(
                                kept("a"),
                                kept("b"),
                                new Backup.Kept(e, false),
                                new Backup.Removed(2, ORDER, 2, ID, TIME, true),
                                new Backup.Removed(2, ORDER, 2, ID, TIME, false),
                                new Backup.Removed(3, ORDER, 2, ID, TIME, true),
                                new Backup.Removed(2, new StreamName("x"), 2, ID, TIME, true),
                                new Backup.Removed(2, ORDER, 3, ID, TIME, true),
                                new Backup.Removed(
                                        2, ORDER, 2, NewEvent.ofJson("X", "{}").id(), TIME, true),
                                new Backup.Removed(2, ORDER, 2, ID, TIME.plusNanos(1000), true),
                                ACT,
                                new Backup.Act(ORDER, 3, ACT.act(), TIME),
                                new Backup.Act(ORDER, 2, new AdminAct("ada", "whY"), TIME),
                                new Backup.Act(ORDER, 2, new AdminAct("bda", "why"), TIME)));
        all.add(with(e, new EventType("Paid"), 1, e.metadata(), e.tags()));
        all.add(with(e, e.type(), 2, e.metadata(), e.tags()));
        all.add(with(e, e.type(), 1, Metadata.none(), e.tags()));
        all.add(with(e, e.type(), 1, e.metadata(), Set.of()));
        Set<String> digests = new HashSet<>();
        for (int i = 0; i < all.size(); i++) {
            for (int j = 0; j < all.size(); j++) {
                Comparison comparison = compare(List.of(all.get(i)), List.of(all.get(j)));
                assertThat(comparison.difference().isEmpty())
                        .as(all.get(i) + " and " + all.get(j))
                        .isEqualTo(i == j);
            }
            digests.add(compare(List.of(all.get(i)), List.of(all.get(i))).digest());
        }
        assertThat(digests).hasSize(all.size());
    }

    private static Backup.Kept with(
            RecordedEvent event, EventType type, int schema, Metadata metadata, Set<Tag> tags) {
        return new Backup.Kept(
                new RecordedEvent(
                        event.position(),
                        event.stream(),
                        event.version(),
                        event.id(),
                        type,
                        schema,
                        event.recordedAt(),
                        event.payload(),
                        metadata,
                        tags),
                true);
    }

    @Test
    void a_longer_history_is_told_by_its_side() {
        Comparison second = compare(List.of(REMOVED), List.of(REMOVED, kept("a")));
        assertThat(second.difference()).isEmpty();
        assertThat(second.goesOn()).isTrue();
        Comparison act = compare(List.of(REMOVED, ACT), List.of(REMOVED));
        assertThat(act.difference())
                .hasValue("the second ends before an act of ada on stream 'order-1'");
        Comparison first = compare(List.of(REMOVED, kept("a")), List.of(REMOVED));
        assertThat(first.difference())
                .hasValue(
                        "the second ends before an event %s at position 2, version 2 of stream 'order-1', recorded at %s, the last of its append"
                                .formatted(ID, TIME));
    }
}
