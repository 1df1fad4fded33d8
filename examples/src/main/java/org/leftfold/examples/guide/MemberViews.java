package org.leftfold.examples.guide;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.leftfold.api.EventStore;
import org.leftfold.api.spi.LeaseStore;
import org.leftfold.api.spi.ViewStore;
import org.leftfold.examples.guide.Members.MemberEvent;
import org.leftfold.framework.Leftfold;
import org.leftfold.framework.codec.DomainEvent;
import org.leftfold.framework.projection.Delivery;
import org.leftfold.framework.projection.ErrorPolicy;
import org.leftfold.framework.projection.EventHandlerMethod;
import org.leftfold.framework.projection.EventSubscriber;
import org.leftfold.framework.projection.Keying;
import org.leftfold.framework.projection.Parking;
import org.leftfold.framework.projection.Projection;
import org.leftfold.framework.projection.Projections;
import org.leftfold.framework.projection.Rebuild;
import org.leftfold.framework.projection.RebuildReport;
import org.leftfold.testkit.scenario.ProjectionScenario;
import org.leftfold.testkit.scenario.SubscriberScenario;

/** What the club wants to see of its members. */
final class MemberViews {
    private MemberViews() {}

    // @start region="object"
    /** A member as one looks for it: by every name that it ever had. */
    static final class MemberCard {
        private final Set<String> names = new TreeSet<>();
        private String city = "";

        void apply(MemberEvent.Joined joined) {
            names.add(joined.name());
        }

        void apply(MemberEvent.Renamed renamed) {
            names.add(renamed.name());
        }

        void apply(MemberEvent.Moved moved) {
            city = moved.city();
        }

        Set<String> names() {
            return names;
        }

        String city() {
            return city;
        }
    }

    static final Projection<MemberCard> CARDS =
            Projection.of("member-cards", MemberCard.class, Members.SCHEMA).build();

    // @end

    // @start region="function"
    record Club(int members) {}

    static final Projection<Club> CLUBS =
            Projection.of("clubs", Club.class, Members.SCHEMA, MemberViews::count)
                    .keyedBy(Keying.tag("club"))
                    .parts(4)
                    .onError(ErrorPolicy.retry(2).thenPark())
                    .build();

    private static Club count(@Nullable Club club, DomainEvent<MemberEvent> event, String key) {
        return new Club(club == null ? 1 : club.members() + 1);
    }

    // @end

    // @start region="subscriber"
    @EventSubscriber(id = "welcome-letters")
    static final class WelcomeLetters {
        private final Consumer<String> post;

        WelcomeLetters(Consumer<String> post) {
            this.post = post;
        }

        @EventHandlerMethod
        void on(MemberEvent.Joined joined, Delivery delivery) {
            delivery.afterwards(() -> post.accept("Dear " + joined.name()));
        }
    }

    // @end

    static void run(EventStore store, ViewStore views, Consumer<String> say)
            throws InterruptedException {
        var members = Members.onSchema(store);
        // @start region="run"
        Projection<Void> letters =
                Projection.subscriber(new WelcomeLetters(say), Members.SCHEMA).build();
        Leftfold leftfold = Leftfold.on(store);
        try (Projections projections =
                leftfold.projections(views).add(CARDS).add(CLUBS).add(letters).start()) {

            var joined = members.save("m5", new Members.Join("Ada", "chess"));
            if (!projections.await(CARDS, joined.position(), Duration.ofSeconds(5))) {
                throw new IllegalStateException(
                        "it is late: " + projections.status("member-cards"));
            }
            MemberCard card = projections.rows(CARDS).find("member-m5").orElseThrow();

            say.accept(card.names() + " " + projections.status("member-cards").state());
        }
        // @end
    }

    static void looksAndRebuilds(Projections projections, Consumer<String> say)
            throws InterruptedException {
        // @start region="rebuild"
        Rebuild rebuild = projections.rebuild("member-cards");
        say.accept(rebuild.plan().events() + " events to read");
        rebuild.begin("clerk"); // what is read goes on
        if (!rebuild.awaitReady(Duration.ofMinutes(5))) {
            say.accept("it takes longer: " + rebuild.status());
            return;
        }
        RebuildReport report = rebuild.verify();
        say.accept(report.equal() + " rows equal, " + report.different() + " different");
        rebuild.swap(); // or swapIfEqual(), or cancel()
        // @end
    }

    static void parked(Projections projections, Consumer<String> say) {
        // @start region="parked"
        Parking parking = projections.parking("clubs");
        parking.list()
                .forEach(event ->
                        say.accept(event.state() + " " + event.key() + ": " + event.error()));
        for (String key : parking.keys()) {
            Parking.Outcome outcome = parking.retry(key); // or drop, or patch
            say.accept(outcome.applied() + " applied, " + outcome.left() + " left");
        }
        // @end
    }

    static Projections shared(
            EventStore store, ViewStore views, LeaseStore leases, String hostName) {
        // @start region="share"
        Projections projections =
                Leftfold.on(store)
                        .projections(views)
                        .sharing(leases, "club", hostName, Duration.ofSeconds(10))
                        .add(CLUBS)
                        .start();
        // @end
        return projections;
    }

    static List<String> past(EventStore store) {
        // @start region="fold"
        var clubs = Leftfold.on(store).fold(CLUBS);
        Club now = clubs.find("chess").orElseThrow();
        Club then = clubs.upTo(10).find("chess").orElseThrow();
        // @end
        return List.of(now.toString(), then.toString());
    }

    static void test() {
        // @start region="test"
        ProjectionScenario.of(CLUBS)
                .given("member-m1", new MemberEvent.Joined("Ada", "chess", "KR"))
                .given("member-m2", new MemberEvent.Joined("Bo", "chess", "KR"))
                .thenRow("chess", new Club(2))
                .thenNone("go")
                .survivesFaults();
        // @end
    }

    static void testLetters() {
        // @start region="letters"
        SubscriberScenario.<Set<String>>of(
                        ConcurrentSkipListSet::new,
                        post ->
                                Projection.subscriber(new WelcomeLetters(post::add), Members.SCHEMA)
                                        .build())
                .given("member-m1", new MemberEvent.Joined("Ada", "chess", "KR"))
                .survivesFaults(post -> post);
        // @end
    }
}
