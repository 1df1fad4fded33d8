package org.leftfold.testkit.scenario;

import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.leftfold.api.InMemoryEventStore;
import org.leftfold.api.Metadata;
import org.leftfold.api.spi.InMemoryViewStore;
import org.leftfold.api.spi.ViewStore;
import org.leftfold.framework.codec.JsonFormat;
import org.leftfold.framework.codec.PayloadFormat;
import org.leftfold.framework.projection.Projection;

/**
 * A test of a subscriber: given these events, this is what it has done.
 *
 * <pre>{@code
 * SubscriberScenario.of(
 *                 Post::new,
 *                 post -> Projection.subscriber(new WelcomeLetters(post::send), SCHEMA).build())
 *         .given("member-1", new Joined("Ada"))
 *         .then(post -> assertEquals(List.of("Dear Ada"), post.letters()))
 *         .survivesFaults(Post::letters);
 * }</pre>
 *
 * <p>Immutable.
 *
 * @param <W> what it acts on: each run has a new one
 */
public final class SubscriberScenario<W> {
    private static final PayloadFormat PICTURES = JsonFormat.ofPictures();

    private final Supplier<? extends W> world;
    private final Function<? super W, Projection<Void>> subscriber;
    private final Function<? super W, ? extends ViewStore> views;
    private final GivenEvents given;

    private SubscriberScenario(
            Supplier<? extends W> world,
            Function<? super W, Projection<Void>> subscriber,
            Function<? super W, ? extends ViewStore> views,
            GivenEvents given) {
        this.world = world;
        this.subscriber = subscriber;
        this.views = views;
        this.given = given;
    }

    /**
     * Begins a scenario.
     *
     * @param world makes what it acts on, as it is before the first event
     * @param subscriber makes a subscriber that acts on that
     */
    public static <W> SubscriberScenario<W> of(
            Supplier<? extends W> world, Function<? super W, Projection<Void>> subscriber) {
        return new SubscriberScenario<>(
                world, subscriber, any -> new InMemoryViewStore(), GivenEvents.none());
    }

    /**
     * Keeps its place in another store of views than one in memory: for subscribers that take part
     * in its transactions, as by a {@code Connection}.
     *
     * @param store makes an empty one, such as one on the database that is the world
     */
    public SubscriberScenario<W> keptIn(Function<? super W, ? extends ViewStore> store) {
        return new SubscriberScenario<>(world, subscriber, store, given);
    }

    /** These events happened in a stream, after those given before. */
    public SubscriberScenario<W> given(String stream, Object... events) {
        return given(stream, Metadata.none(), events);
    }

    /** The same with who, when and why. */
    public SubscriberScenario<W> given(String stream, Metadata metadata, Object... events) {
        return new SubscriberScenario<>(
                world, subscriber, views, given.and(stream, metadata, events));
    }

    /** This is what it has done when each event was delivered once, says the caller. */
    public SubscriberScenario<W> then(Consumer<? super W> check) {
        check.accept(followed(UnreliableViews.Fault.NONE));
        return this;
    }

    /**
     * Whatever happens to it, it has done the same in the end: the transaction of each event is
     * lost behind its call, and the event delivered again; each event (of the first {@value
     * ProjectionRuns#MAX_POISONED}) is unreadable for a while, parks, and is retried, unless keys
     * come from the inside of events; and it is rebuilt and swapped, if it says how what it has
     * written is cleared. What it does in a handler by itself has to be such that doing it again
     * changes nothing; what it does {@code afterwards}, or in the transaction, needs no care. Parts
     * act beside each other, so with several the order of what they have done should not count.
     *
     * <p>Not tried is a crash between a commit and what is done {@code afterwards}, which is then
     * never done. Last, if events have personal data, all their subjects are forgotten: no event
     * may fail then.
     *
     * @param seen what counts of the world: two are equal when their fields are
     * @throws AssertionError that says under which fault it has done something else, or on which
     *     event it fails without its personal data
     */
    public SubscriberScenario<W> survivesFaults(Function<? super W, ?> seen) {
        String expected = picture(seen, followed(UnreliableViews.Fault.NONE));
        requireSame(
                "when its transactions are lost and delivered again",
                expected,
                picture(seen, followed(UnreliableViews.Fault.EACH_ONCE)));
        W again = world.get();
        ProjectionRuns<Void> runs = runs(again);
        try (InMemoryEventStore store = runs.filled()) {
            runs.rebuilt(
                    store,
                    views.apply(again),
                    rebuild -> {
                        rebuild.swap();
                        requireSame("when it is rebuilt", expected, picture(seen, again));
                    });
            for (long position = 1; position <= runs.poisonable(store); position++) {
                W poisoned = world.get();
                runs(poisoned).poisoned(store, position, views.apply(poisoned), done -> {});
                requireSame(
                        "when event %d was unreadable for a while".formatted(position),
                        expected,
                        picture(seen, poisoned));
            }
            W forgetting = world.get();
            runs(forgetting).forgotten(store, views.apply(forgetting));
        }
        return this;
    }

    private W followed(UnreliableViews.Fault fault) {
        W acted = world.get();
        runs(acted).followed(new UnreliableViews(views.apply(acted), fault), done -> {});
        return acted;
    }

    private ProjectionRuns<Void> runs(W acted) {
        return new ProjectionRuns<>(subscriber.apply(acted), given);
    }

    private static <W> String picture(Function<? super W, ?> seen, W acted) {
        Object found = seen.apply(acted);
        return found == null ? "nothing" : PICTURES.write(found).asText();
    }

    private static void requireSame(String when, String expected, String found) {
        if (!found.equals(expected)) {
            throw new AssertionError(
                    "it has done something else %s:%n  %s%nand not%n  %s"
                            .formatted(when, found, expected));
        }
    }
}
