package org.leftfold.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.leftfold.cli.Command.leftfold;

import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.leftfold.api.AdminAct;
import org.leftfold.api.Backup;
import org.leftfold.api.ExpectedVersion;
import org.leftfold.api.NewEvent;
import org.leftfold.api.Payload;
import org.leftfold.api.RecordedEvent;
import org.leftfold.api.ScavengeReport;
import org.leftfold.api.StreamName;
import org.leftfold.cli.terminal.ByteSize;
import org.leftfold.engine.EmbeddedEventStore;
import org.leftfold.engine.EmbeddedOptions;

class ScavengeCommandTest {
    private static final String[] WHO = {"--by", "ann", "--why", "carts are short-lived"};
    private static final StreamName CART = new StreamName("cart-1");
    private static final StreamName ORDER = new StreamName("order-1");

    @TempDir Path folder;
    private Path store;

    /** Ten events in each of two streams, half of them of the year 2020. */
    @BeforeEach
    void fill_store() {
        store = folder.resolve("store");
        Instant longAgo = Instant.parse("2020-01-01T00:00:00Z");
        EmbeddedOptions past = EmbeddedOptions.defaults().clock(() -> longAgo);
        for (EmbeddedOptions options : List.of(past, EmbeddedOptions.defaults())) {
            try (EmbeddedEventStore events = EmbeddedEventStore.open(store, options)) {
                for (StreamName stream : List.of(CART, ORDER)) {
                    events.append(stream, ExpectedVersion.any(), five());
                }
            }
        }
    }

    private static List<NewEvent> five() {
        List<NewEvent> events = new ArrayList<>();
        for (int n = 0; n < 5; n++) {
            byte[] content = new byte[64 << 10];
            new SplittableRandom(n).nextBytes(content);
            events.add(NewEvent.of("Changed", Payload.wrap(content)));
        }
        return events;
    }

    private Command.Result scavenge(String... more) {
        List<String> all = new ArrayList<>(List.of("scavenge", "--store", store.toString()));
        all.addAll(List.of(more));
        return leftfold(all.toArray());
    }

    private Command.Result retain(String... rules) {
        List<String> all = new ArrayList<>(List.of(rules));
        all.addAll(List.of(WHO));
        return scavenge(all.toArray(String[]::new));
    }

    private List<String> readable() {
        List<String> places = new ArrayList<>();
        for (RecordedEvent event : Command.events(store)) {
            places.add(event.stream() + "@" + event.version());
        }
        return places;
    }

    private static void assertFine(Command.Result result) {
        assertThat(result.err()).isEmpty();
        assertThat(result.exitCode()).isZero();
    }

    private void assertRefused(Command.Result result, String text) {
        assertThat(result.exitCode()).isEqualTo(2);
        assertThat(result.out()).isEmpty();
        assertThat(result.err()).startsWith("leftfold: ").contains(text).doesNotContain("\tat ");
        assertThat(readable()).hasSize(20);
    }

    @Test
    void what_was_deleted_gives_its_space_back() {
        try (EmbeddedEventStore events = EmbeddedEventStore.open(store)) {
            events.admin().delete(CART, new AdminAct("bob", "test"));
        }

        Command.Result result = scavenge();

        assertFine(result);
        assertThat(result.out())
                .startsWith("scavenged: 10 events removed, ")
                .endsWith(")\n")
                .contains(" -> ");
        assertThat(readable()).hasSize(10).allMatch(place -> place.startsWith("order-1@"));
        assertThat(leftfold("verify", "--store", store).exitCode()).isZero();
        assertThat(scavenge().out()).startsWith("scavenged: 0 events removed, nothing freed (");
    }

    @Test
    void an_age_and_a_category_are_kept_to() {
        Command.Result result = retain("--category", "cart", "--max-age", "30d");

        assertFine(result);
        assertThat(result.lines().getFirst()).isEqualTo("truncated 1 streams");
        assertThat(result.lines().get(1)).startsWith("scavenged: 5 events removed, ");
        assertThat(result.lines()).hasSize(2);
        assertThat(readable()).hasSize(15).contains("order-1@1", "cart-1@6", "cart-1@10");
        assertThat(retain("--category", "cart", "--max-age", "30d").lines().getFirst())
                .isEqualTo("truncated 0 streams: all events that can be read are kept");
    }

    @Test
    void a_count_is_kept_to_in_all_streams_and_the_act_says_who_and_why() {
        Command.Result result = retain("--max-count", "2");

        assertFine(result);
        assertThat(result.lines().getFirst()).isEqualTo("truncated 2 streams");
        assertThat(readable())
                .containsExactlyInAnyOrder("cart-1@9", "cart-1@10", "order-1@9", "order-1@10");
        assertThat(acts())
                .hasSize(2)
                .allMatch(act -> act.act().equals(new AdminAct("ann", "carts are short-lived")));
    }

    private List<Backup.Act> acts() {
        List<Backup.Act> acts = new ArrayList<>();
        try (EmbeddedEventStore events = EmbeddedEventStore.openReadOnly(store);
                Backup backup = events.admin().backup()) {
            backup.forEachRemaining(entry -> {
                if (entry instanceof Backup.Act act) {
                    acts.add(act);
                }
            });
        }
        return acts;
    }

    @Test
    void every_unit_of_an_age_is_understood() {
        for (String old : List.of("2000d", "9000h", "9000m", "9000s")) {
            assertThat(retain("--max-age", old, "--category", "nobody").exitCode())
                    .as(old)
                    .isZero();
        }
        assertThat(readable()).hasSize(20);
        assertFine(retain("--max-age", "100000d"));
        assertThat(readable()).as("nothing is that old").hasSize(20);
        assertFine(retain("--max-age", "3600s"));
        assertThat(readable()).hasSize(10);
    }

    @Test
    void mistakes_are_told_and_change_nothing() {
        assertRefused(scavenge("--max-count", "2"), "--by WHO --why TEXT");
        assertRefused(scavenge("--max-count", "2", "--by", "ann"), "--by WHO --why TEXT");
        assertRefused(scavenge("--by", "ann"), "--by and --why are for rules");
        assertRefused(scavenge("--category", "cart"), "add --max-age AGE or --max-count N");
        assertRefused(retain("--max-count", "0"), "LF-1003");
        assertRefused(retain("--max-age", "0d"), "LF-1003");
        assertRefused(retain("--max-age", "30"), "--max-age 30: a number and s, m, h or d");
        assertRefused(retain("--max-age", "-3d"), "--max-age -3d: a number and");
        assertRefused(retain("--max-count", "2", "-c", "a-b"), "LF-1001");
        assertRefused(scavenge("--max-count", "2", "--by", " ", "--why", "x"), "LF-1001");
        Path missing = folder.resolve("missing");
        assertThat(leftfold("scavenge", "--store", missing).err()).contains("does not exist");
        assertThat(missing).doesNotExist();
    }

    @Test
    void one_stream_is_truncated_or_deleted() {
        Command.Result truncated = about("truncate", "cart-1", "--before", "9");
        assertFine(truncated);
        assertThat(truncated.out())
                .isEqualTo("truncated stream 'cart-1': versions below 9 cannot be read any more\n");
        assertThat(readable()).hasSize(12).contains("cart-1@9", "cart-1@10");

        Command.Result deleted = about("delete", "order-1");
        assertFine(deleted);
        assertThat(deleted.out())
                .isEqualTo("deleted stream 'order-1': versions up to 10 cannot be read any more\n");
        assertThat(readable()).containsExactly("cart-1@9", "cart-1@10");
        assertThat(acts()).hasSize(2).allMatch(act -> act.act().actor().equals("ann"));
    }

    private Command.Result about(String command, String stream, String... more) {
        List<Object> all = new ArrayList<>(List.of(command, "--store", store, stream));
        all.addAll(List.of(more));
        all.addAll(List.of(WHO));
        return leftfold(all.toArray());
    }

    @Test
    void a_stream_or_version_that_is_not_there_cannot_be_truncated_or_deleted() {
        assertRefused(about("truncate", "cart-1", "--before", "12"), "LF-1003");
        assertRefused(about("truncate", "cart-1", "--before", "1"), "LF-1003");
        assertRefused(about("truncate", "cart-2", "--before", "2"), "LF-1003");
        assertRefused(about("delete", "cart-2"), "LF-1003");
        assertRefused(leftfold("delete", "--store", store, "cart-1"), "--by WHO --why TEXT");
        assertRefused(
                leftfold("truncate", "--store", store, "cart-1", "--before", "2", "--by", "ann"),
                "--by WHO --why TEXT");
    }

    @Test
    void beside_a_writer_it_is_refused() {
        try (EmbeddedEventStore writer = EmbeddedEventStore.open(store)) {
            assertThat(writer.head()).isEqualTo(20);
            Command.Result result = scavenge();
            assertThat(result.exitCode()).isEqualTo(4);
            assertThat(result.err()).startsWith("leftfold: LF-3004");
        }
    }

    @Test
    void sizes_are_told_in_their_unit() {
        assertThat(ScavengeCommand.text(new ScavengeReport(7, 3 << 20, 1 << 20)))
                .isEqualTo("scavenged: 7 events removed, 2.0 MiB freed (3.0 MiB -> 1.0 MiB)");
        assertThat(ScavengeCommand.text(new ScavengeReport(1, 100, 300)))
                .isEqualTo("scavenged: 1 events removed, nothing freed (100 B -> 300 B)");
        assertThat(ByteSize.text(1023)).isEqualTo("1023 B");
        assertThat(ByteSize.text(1536)).isEqualTo("1.5 KiB");
    }
}
