package org.leftfold.cli.demo;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.leftfold.api.Append;
import org.leftfold.api.AppendCondition;
import org.leftfold.api.AppendResult;
import org.leftfold.api.ConditionFailedException;
import org.leftfold.api.EventStore;
import org.leftfold.api.Events;
import org.leftfold.api.ExpectedVersion;
import org.leftfold.api.FollowRequest;
import org.leftfold.api.NewEvent;
import org.leftfold.api.Query;
import org.leftfold.api.ReadRequest;
import org.leftfold.api.RecordedEvent;
import org.leftfold.api.StreamName;
import org.leftfold.api.Subscription;
import org.leftfold.api.VersionConflictException;
import org.leftfold.cli.terminal.Console;
import org.leftfold.cli.terminal.Style;
import org.leftfold.cli.terminal.TemporaryDirectory;
import org.leftfold.engine.EmbeddedEventStore;

/** A small cinema sells its seats: every promise of the store, shown once. For one thread. */
public final class Demo {
    private static final StreamName SCREENING = StreamName.of("screening", "1");
    private static final StreamName ADA = StreamName.of("member", "ada");
    private static final StreamName EVE = StreamName.of("member", "eve");

    /** In the environment: how the command was called, as {@code ./leftfold} in a clone. */
    private static final String CALLED = "LEFTFOLD_CALLED";

    private static final int FOLLOWER_WAIT_SECONDS = 10; // far more than a follower ever needs

    private final Console console;
    private final Narrator say;

    /** A demo that is told to {@code console}. */
    public Demo(Console console, Style style) {
        this.console = console;
        this.say = new Narrator(console.out(), style);
    }

    /** Runs the demo in a new store in {@code directory}, or in one that is deleted at the end. */
    public void run(@Nullable Path directory) throws IOException {
        if (directory != null) {
            tell(directory);
        } else {
            try (TemporaryDirectory temporary = TemporaryDirectory.create(null, "leftfold-demo")) {
                tell(temporary.path());
            }
        }
        next(directory);
    }

    private void tell(Path path) throws IOException {
        say.title("Leftfold demo: a small cinema", "store: " + path);
        try (EmbeddedEventStore store = EmbeddedEventStore.open(path)) {
            append(store);
            conflict(store);
            ruleAcrossStreams(store);
            follow(store);
            new DomainStory(say).run(store);
        }
        CrashStory crash = new CrashStory(console, say);
        try (EmbeddedEventStore store = crash.run(path)) {
            repeat(store);
            new SpeedStory(console, say).run(store);
        }
    }

    private void append(EventStore store) {
        say.chapter("Append", "events of one decision, all or none, durable on return");
        store.append(
                SCREENING,
                ExpectedVersion.noStream(),
                event("ScreeningPlanned", "{\"film\":\"Metropolis\",\"seats\":2}"),
                event("SeatSold", "{\"seat\":\"A1\",\"to\":\"Max\"}"));
        try (Events events = store.read(ReadRequest.stream(SCREENING))) {
            events.forEachRemaining(say::event);
        }
    }

    private static NewEvent event(String type, String json) {
        return NewEvent.ofJson(type, json);
    }

    private void conflict(EventStore store) {
        say.chapter("Conflict", "Ada and Bob have both seen version 2, one seat is left");
        ExpectedVersion seen = ExpectedVersion.exactly(store.version(SCREENING));
        AppendResult ada =
                store.append(
                        SCREENING, seen, event("SeatSold", "{\"seat\":\"A2\",\"to\":\"Ada\"}"));
        say.good("Ada gets the seat, version " + ada.lastVersion());
        try {
            store.append(SCREENING, seen, event("SeatSold", "{\"seat\":\"A2\",\"to\":\"Bob\"}"));
        } catch (VersionConflictException e) {
            say.refused(
                    "Bob is refused (%s): expected %s, found version %d; he missed:"
                            .formatted(e.code(), e.expected(), e.actualVersion()));
            try (Events missed = store.read(e.missed())) {
                missed.forEachRemaining(say::event);
            }
        }
    }

    private void ruleAcrossStreams(EventStore store) {
        say.chapter("A rule across streams", "an e-mail address belongs to one member");
        AppendCondition unique =
                AppendCondition.none("e-mail is unique", Query.tags("email:ada@example.org"));
        NewEvent joined =
                event("MemberJoined", "{\"name\":\"Ada\"}").withTags("email:ada@example.org");
        store.append(Append.to(ADA, ExpectedVersion.noStream(), joined).onlyIf(unique));
        say.good(ADA + " joins with ada@example.org");
        try {
            NewEvent second =
                    event("MemberJoined", "{\"name\":\"Eve\"}").withTags("email:ada@example.org");
            store.append(Append.to(EVE, ExpectedVersion.noStream(), second).onlyIf(unique));
        } catch (ConditionFailedException e) {
            say.refused(
                    "%s is refused (%s): '%s', see position %d"
                            .formatted(EVE, e.code(), e.condition().name(), e.foundPosition()));
        }
    }

    private void follow(EventStore store) throws IOException {
        say.chapter("Follow", "read from the start, then live, without gap or repeat");
        CountDownLatch live = new CountDownLatch(1);
        List<RecordedEvent> seen = new CopyOnWriteArrayList<>();
        Subscription follower =
                store.follow(
                        FollowRequest.fromStart(Query.all()),
                        event -> {
                            seen.add(event);
                            if (event.type().value().equals("SeatReturned")) {
                                live.countDown();
                            }
                        });
        try {
            store.append(
                    SCREENING,
                    ExpectedVersion.exactly(store.version(SCREENING)),
                    event("SeatReturned", "{\"seat\":\"A1\",\"by\":\"Max\"}"));
            if (!await(live)) {
                throw new IOException("the follower did not see the last event in time");
            }
        } finally {
            follower.close();
        }
        say.event(seen.getLast());
        say.good("%d events seen, in order".formatted(seen.size()));
        say.line("    where to go on later: " + follower.checkpoint());
    }

    private static boolean await(CountDownLatch latch) {
        try {
            return latch.await(FOLLOWER_WAIT_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private void repeat(EventStore store) {
        say.chapter("Repeat", "when the answer was lost, send the same events again");
        NewEvent sold = event("SeatSold", "{\"seat\":\"A1\",\"to\":\"Bob\"}");
        AppendResult first = store.append(SCREENING, ExpectedVersion.exactly(4), sold);
        AppendResult second = store.append(SCREENING, ExpectedVersion.exactly(4), sold);
        say.good(
                "first answer: position %d; second answer: position %d, stored once: %s"
                        .formatted(first.lastPosition(), second.lastPosition(), second.repeated()));
    }

    private void next(@Nullable Path directory) {
        say.plain("");
        String leftfold = "   " + console.environment().getOrDefault(CALLED, "leftfold");
        if (directory == null) {
            say.plain("Try next: the same with a store to keep, or with a log of your own.");
            say.plain(leftfold + " demo --store cinema");
            say.plain(leftfold + " import --store loans log.xes.gz");
            return;
        }
        say.plain("Try next:");
        say.plain(leftfold + " read --store %s %s".formatted(directory, SCREENING));
        say.plain(leftfold + " stats --store " + directory);
        say.plain(leftfold + " verify --store " + directory);
    }
}
