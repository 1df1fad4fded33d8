package org.leftfold.examples.tour;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;
import org.leftfold.api.Checkpoint;
import org.leftfold.api.EventStore;
import org.leftfold.api.ExpectedVersion;
import org.leftfold.api.FollowRequest;
import org.leftfold.api.NewEvent;
import org.leftfold.api.Query;
import org.leftfold.api.StreamName;
import org.leftfold.examples.AnyStore;
import org.leftfold.framework.Leftfold;
import org.leftfold.framework.LeftfoldDomain;

class TourTest {
    private final List<String> said = new ArrayList<>();

    @Test
    void the_tour_of_the_readme_prints_what_stands_there() throws IOException {
        try (EventStore store = AnyStore.open()) {
            Lockers.run(store, said::add);
        }
        assertThat(Files.readString(ReadmeTest.inRepository("README.md")))
                .contains("```\n" + String.join("\n", said) + "\n```");
    }

    @Test
    void the_command_finds_the_domain_of_the_tour_and_its_events() {
        try (EventStore store = AnyStore.open()) {
            Lockers.run(store, said::add);
            List<LeftfoldDomain> domains =
                    ServiceLoader.load(LeftfoldDomain.class).stream()
                            .map(ServiceLoader.Provider::get)
                            .toList();

            assertThat(domains).hasExactlyElementsOfTypes(LockersDomain.class);
            assertThat(domains.getFirst().repositories(Leftfold.on(store)))
                    .singleElement()
                    .satisfies(lockers -> {
                        assertThat(lockers.owns(new StreamName("locker-L7"))).isTrue();
                        assertThat(lockers.history("L7").toList()).hasSize(3);
                    });
        }
    }

    @Test
    void the_tour_does_what_it_says() {
        try (EventStore store = AnyStore.open()) {
            Tour.run(store, said::add);
        }

        assertThat(said.subList(0, said.size() - 1))
                .containsExactly(
                        "paid is version 2",
                        "stored twice: false",
                        "missed: OrderPaid",
                        "last: OrderPaid@2",
                        "ada joins: true",
                        "eve joins: false",
                        "1 order-17 OrderPlaced",
                        "2 order-17 OrderPaid",
                        "3 member-ada MemberJoined");
        assertThat(said.getLast()).startsWith("keep this: lf1:").endsWith(":3");
    }

    @Test
    void a_kept_checkpoint_goes_on_behind_what_was_seen() {
        AnyStore.Place place = AnyStore.place();
        try (EventStore store = place.open()) {
            Tour.run(store, said::add);
        }
        String kept = said.getLast().substring("keep this: ".length());
        said.clear();

        try (EventStore store = place.open()) {
            store.append(
                    StreamName.of("order", "18"),
                    ExpectedVersion.noStream(),
                    NewEvent.ofJson("OrderPlaced", "{}"));
            Checkpoint checkpoint = Checkpoint.parse(kept);
            Tour.follow(store, FollowRequest.after(Query.all(), checkpoint), said::add);
        }

        assertThat(said).containsExactly("4 order-18 OrderPlaced");
    }
}
