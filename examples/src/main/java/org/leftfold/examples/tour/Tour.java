package org.leftfold.examples.tour;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.leftfold.api.Append;
import org.leftfold.api.AppendCondition;
import org.leftfold.api.AppendResult;
import org.leftfold.api.Checkpoint;
import org.leftfold.api.ConditionFailedException;
import org.leftfold.api.EventHandler;
import org.leftfold.api.EventStore;
import org.leftfold.api.Events;
import org.leftfold.api.ExpectedVersion;
import org.leftfold.api.FollowRequest;
import org.leftfold.api.Metadata;
import org.leftfold.api.NewEvent;
import org.leftfold.api.Query;
import org.leftfold.api.ReadRequest;
import org.leftfold.api.RecordedEvent;
import org.leftfold.api.StreamName;
import org.leftfold.api.Subscription;
import org.leftfold.api.VersionConflictException;
import org.leftfold.engine.EmbeddedEventStore;

/**
 * The five-minute tour. The regions between {@code @start} and {@code @end} stand in {@code
 * README.md} word for word; a test compares them.
 */
public final class Tour {
    private Tour() {}

    /** Takes the tour in a directory, {@code shop} unless another one is named. */
    public static void main(String[] args) {
        run(Path.of(args.length == 0 ? "shop" : args[0]), System.out::println);
    }

    /** Takes the tour on the store in {@code directory}, and tells what happens. */
    // @start region="open"
    static void run(Path directory, Consumer<String> say) {
        try (EventStore store = EmbeddedEventStore.open(directory)) { // made if it is missing
            run(store, say);
        }
    }

    static void run(EventStore store, Consumer<String> say) {
        StreamName order = StreamName.of("order", "17");
        append(store, order, say);
        cancelLate(store, order, say);
        read(store, order, say);
        say.accept("ada joins: " + join(store, "ada", "ada@example.org"));
        say.accept("eve joins: " + join(store, "eve", "ada@example.org"));
        Checkpoint done = follow(store, FollowRequest.fromStart(Query.all()), say);
        say.accept("keep this: " + done); // text, for FollowRequest.after(query, checkpoint)
    }

    // @end

    // @start region="append"
    static void append(EventStore store, StreamName order, Consumer<String> say) {
        NewEvent placed =
                NewEvent.ofJson("OrderPlaced", "{\"item\":\"lamp\",\"price\":49.90}")
                        .withMetadata(Metadata.ACTOR, "ada");
        store.append(order, ExpectedVersion.noStream(), placed); // on return it is on disk

        NewEvent paid = NewEvent.ofJson("OrderPaid", "{\"amount\":49.90}");
        AppendResult first = store.append(order, ExpectedVersion.exactly(1), paid);
        AppendResult again = store.append(order, ExpectedVersion.exactly(1), paid); // answer lost?
        say.accept("paid is version %d".formatted(first.lastVersion()));
        say.accept("stored twice: " + !again.repeated());
    }

    // @end

    // @start region="conflict"
    static void cancelLate(EventStore store, StreamName order, Consumer<String> say) {
        NewEvent cancelled = NewEvent.ofJson("OrderCancelled", "{}");
        try {
            store.append(order, ExpectedVersion.exactly(1), cancelled); // decided on version 1
        } catch (VersionConflictException conflict) {
            List<RecordedEvent> missed = store.read(conflict.missed()).toList(); // exactly these
            say.accept("missed: " + missed.getFirst().type());
        }
    }

    // @end

    // @start region="condition"
    static boolean join(EventStore store, String member, String email) {
        NewEvent joined = NewEvent.ofJson("MemberJoined", "{}").withTags("email:" + email);
        AppendCondition unique =
                AppendCondition.none("e-mail is unique", Query.tags("email:" + email));
        StreamName stream = StreamName.of("member", member);
        try {
            store.append(Append.to(stream, ExpectedVersion.noStream(), joined).onlyIf(unique));
            return true;
        } catch (ConditionFailedException taken) {
            return false; // somebody has it, in whatever stream: taken.foundPosition()
        }
    }

    // @end

    // @start region="read"
    static void read(EventStore store, StreamName order, Consumer<String> say) {
        try (Events events = store.read(ReadRequest.stream(order).backward().limit(1))) {
            for (RecordedEvent event : events) { // fetched as they are taken
                say.accept("last: %s@%d".formatted(event.type(), event.version()));
            }
        }
    }

    static Checkpoint follow(EventStore store, FollowRequest request, Consumer<String> say) {
        CompletableFuture<Checkpoint> caughtUp = new CompletableFuture<>();
        EventHandler handler =
                new EventHandler() {
                    @Override
                    public void handle(RecordedEvent event) {
                        say.accept(event.position() + " " + event.stream() + " " + event.type());
                    }

                    @Override
                    public void caughtUp(Checkpoint checkpoint) {
                        caughtUp.complete(checkpoint); // what follows arrives as it is appended
                    }
                };
        try (Subscription subscription = store.follow(request, handler)) {
            CompletableFuture.anyOf(caughtUp, subscription.completion()).join();
            return subscription.checkpoint();
        }
    }

    // @end
}
