package org.leftfold.testkit.tck;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.LongConsumer;
import java.util.function.UnaryOperator;
import org.leftfold.api.AdminAct;
import org.leftfold.api.Append;
import org.leftfold.api.AppendResult;
import org.leftfold.api.EventStore;
import org.leftfold.api.Events;
import org.leftfold.api.ReadRequest;
import org.leftfold.api.RecordedEvent;
import org.leftfold.api.Retention;
import org.leftfold.api.ScavengeReport;
import org.leftfold.api.StoreAdmin;
import org.leftfold.api.StreamName;
import org.leftfold.api.UncountedVersions;

/** Stores whose retention or scavenging is wrong in one way that a real store's could be. */
final class BrokenAdmins {
    private BrokenAdmins() {}

    /** A store and its administration, for the suite. */
    record Pair(EventStore store, StoreAdmin admin) {}

    /** Changes the rule that is kept to. */
    private static Pair retaining(Pair whole, UnaryOperator<Retention> change) {
        return new Pair(
                whole.store(),
                new DelegatingAdmin(whole.admin()) {
                    @Override
                    public long retain(Retention retention, AdminAct act, LongConsumer progress) {
                        return inner.retain(change.apply(retention), act, progress);
                    }
                });
    }

    static Pair changesNothing(Pair whole) {
        return retaining(whole, retention -> retention);
    }

    static Pair keepsOneTooMany(Pair whole) {
        return retaining(
                whole,
                rule ->
                        rule.maxCount().orElse(Long.MAX_VALUE) == Long.MAX_VALUE
                                ? rule
                                : rule.maxCount(rule.maxCount().getAsLong() + 1));
    }

    static Pair losesWhatIsExactlyAsOld(Pair whole) {
        return retaining(whole, rule -> withAge(rule, Duration.ofNanos(-1000)));
    }

    static Pair keepsWhatIsAMicrosecondTooOld(Pair whole) {
        return retaining(whole, rule -> withAge(rule, Duration.ofNanos(1000)));
    }

    private static Retention withAge(Retention rule, Duration more) {
        Duration longest = Duration.ofDays(10_000);
        return rule.maxAge()
                .filter(age -> age.compareTo(longest) < 0 && age.compareTo(more.negated()) > 0)
                .map(age -> rule.maxAge(age.plus(more)))
                .orElse(rule);
    }

    static Pair forgetsTheCategory(Pair whole) {
        return retaining(
                whole, rule -> new Retention(Optional.empty(), rule.maxAge(), rule.maxCount()));
    }

    static Pair looksAtTheAgeOnly(Pair whole) {
        return retaining(
                whole,
                rule ->
                        rule.maxAge().isEmpty()
                                ? rule
                                : new Retention(
                                        rule.category(), rule.maxAge(), OptionalLong.empty()));
    }

    /** Counts what a sharded store wrote into the streams that it moved. */
    static Pair countsEventsOfMoves(Pair whole) {
        return new Pair(
                whole.store(),
                new DelegatingAdmin(whole.admin()) {
                    @Override
                    public long retain(Retention retention, AdminAct act, LongConsumer progress) {
                        long truncated = inner.retain(retention, act, progress);
                        for (RecordedEvent each : whole.store().read(ReadRequest.all()).toList()) {
                            each.metadata()
                                    .value(UncountedVersions.STREAM_KEY)
                                    .map(StreamName::new)
                                    .ifPresent(stream -> keep(retention, stream, act));
                        }
                        return truncated;
                    }

                    private void keep(Retention retention, StreamName stream, AdminAct act) {
                        long version = whole.store().version(stream);
                        long count = retention.maxCount().orElse(version);
                        if (count < version) {
                            inner.truncate(stream, version - count + 1, act);
                        }
                    }
                });
    }

    static Pair saysThatItDidSomethingEachTime(Pair whole) {
        return new Pair(
                whole.store(),
                new DelegatingAdmin(whole.admin()) {
                    @Override
                    public long retain(Retention retention, AdminAct act, LongConsumer progress) {
                        return Math.max(1, inner.retain(retention, act, progress));
                    }
                });
    }

    /** From the first scavenge on every append gets new ids. */
    static Pair forgetsIds(Pair whole) {
        EventStore forgetful = BrokenStores.forgetsIds(whole.store());
        boolean[] scavenged = new boolean[1];
        return new Pair(
                new DelegatingStore(whole.store()) {
                    @Override
                    public AppendResult append(Append append) {
                        return scavenged[0] ? forgetful.append(append) : inner.append(append);
                    }
                },
                new DelegatingAdmin(whole.admin()) {
                    @Override
                    public ScavengeReport scavenge(LongConsumer progress) {
                        scavenged[0] = true;
                        return inner.scavenge(progress);
                    }
                });
    }

    static Pair removesOneReadableEvent(Pair whole) {
        return new Pair(
                whole.store(),
                new DelegatingAdmin(whole.admin()) {
                    @Override
                    public ScavengeReport scavenge(LongConsumer progress) {
                        try (Events events = whole.store().read(ReadRequest.all().limit(1))) {
                            if (events.hasNext()) {
                                RecordedEvent first = events.next();
                                inner.truncate(first.stream(), first.version() + 1, AdminTck.ACT);
                            }
                        }
                        return inner.scavenge(progress);
                    }
                });
    }

    static Pair countsRemovedEventsAgain(Pair whole) {
        long[] all = new long[1];
        return new Pair(
                whole.store(),
                new DelegatingAdmin(whole.admin()) {
                    @Override
                    public ScavengeReport scavenge(LongConsumer progress) {
                        ScavengeReport report = inner.scavenge(progress);
                        all[0] += report.removedEvents();
                        return new ScavengeReport(
                                all[0], report.bytesBefore(), report.bytesAfter());
                    }
                });
    }

    static Pair freesNothing(Pair whole) {
        return new Pair(
                whole.store(),
                new DelegatingAdmin(whole.admin()) {
                    @Override
                    public ScavengeReport scavenge(LongConsumer progress) {
                        long bytes = inner.statistics().bytes();
                        return new ScavengeReport(0, bytes, bytes);
                    }
                });
    }

    static Pair scavengesSeveralTimesAtOnce(Pair whole) {
        return new Pair(
                whole.store(),
                new DelegatingAdmin(whole.admin()) {
                    @Override
                    public ScavengeReport scavenge(LongConsumer progress) {
                        ScavengeReport report = inner.scavenge(position -> {});
                        progress.accept(whole.store().head());
                        return report;
                    }
                });
    }
}
