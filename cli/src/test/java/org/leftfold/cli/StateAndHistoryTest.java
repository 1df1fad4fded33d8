package org.leftfold.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.leftfold.cli.Command.leftfold;
import static org.leftfold.framework.repository.CommandOptions.by;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import java.util.jar.JarOutputStream;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.leftfold.api.ReadRequest;
import org.leftfold.api.spi.AesKeyWrapping;
import org.leftfold.api.spi.KeyWrapping;
import org.leftfold.engine.EmbeddedEventStore;
import org.leftfold.framework.Leftfold;
import org.leftfold.framework.LeftfoldDomain;
import org.leftfold.framework.codec.EventName;
import org.leftfold.framework.decide.Decider;
import org.leftfold.framework.privacy.DataSubject;
import org.leftfold.framework.privacy.PersonalData;
import org.leftfold.framework.privacy.Privacy;
import org.leftfold.framework.repository.Repository;
import org.leftfold.framework.snapshot.SnapshotPolicy;

/** The code of an application is found on a class path of its own. */
class StateAndHistoryTest {
    private static final KeyWrapping WRAPPING =
            new AesKeyWrapping(new byte[32], new SecureRandom()::nextBytes);

    @TempDir Path folder;
    private Instant afterFirst = Instant.MIN;

    /** The count of a thing was changed. */
    @EventName("count-changed")
    record CountChanged(int count, String unit) {}

    /** What it is. */
    record Counter(int count, String unit) {}

    static final class Counting implements Decider<CountChanged, Counter, CountChanged> {
        @Override
        public Counter initialState() {
            return new Counter(0, "");
        }

        @Override
        public List<CountChanged> decide(CountChanged command, Counter counter) {
            return List.of(command);
        }

        @Override
        public Counter evolve(Counter counter, CountChanged event) {
            return new Counter(event.count(), event.unit());
        }
    }

    /** What the application tells tools. */
    public static final class Domain implements LeftfoldDomain {
        @Override
        public List<Repository<?, ?, ?>> repositories(Leftfold leftfold) {
            return List.of(leftfold.repository("counter", new Counting()));
        }
    }

    /** A thing of somebody, who is personal. */
    @EventName("thing-given")
    record Given(@DataSubject String owner, @PersonalData String name) {}

    static final class Giving implements Decider<Given, String, Given> {
        @Override
        public String initialState() {
            return "";
        }

        @Override
        public List<Given> decide(Given command, String name) {
            return List.of(command);
        }

        @Override
        public String evolve(String name, Given event) {
            return event.name();
        }
    }

    /** What the application tells tools, with its keys. */
    public static final class SecretDomain implements LeftfoldDomain {
        @Override
        public List<Repository<?, ?, ?>> repositories(Leftfold leftfold) {
            EmbeddedEventStore store = (EmbeddedEventStore) leftfold.store();
            return List.of(things(store));
        }
    }

    private static Privacy privacy(EmbeddedEventStore store) {
        return Privacy.of(store, store.keys(WRAPPING), WRAPPING);
    }

    private static Repository<Given, String, Given> things(EmbeddedEventStore store) {
        return Leftfold.on(store)
                .protecting(privacy(store))
                .define("thing", new Giving())
                .snapshots(store.snapshots(), SnapshotPolicy.every(1))
                .build();
    }

    @Test
    void what_is_personal_is_shown_until_its_subject_is_forgotten() throws IOException {
        Path services = application().resolve("META-INF/services");
        Files.writeString(
                services.resolve(LeftfoldDomain.class.getName()),
                SecretDomain.class.getName() + "\n");
        Object[] command = {"state", "--store", store(), "--classpath", application(), "thing-1"};
        try (EmbeddedEventStore store = EmbeddedEventStore.open(store())) {
            things(store).handle("1", new Given("4711", "Erika"));
            things(store).handle("1", new Given("4711", "Erna"));
            assertThat(leftfold(command).out()).isEqualTo("thing-1 at version 2\n\"Erna\"\n");
            command[0] = "history";
            assertThat(leftfold(command).out()).contains("\"Erika\" -> \"Erna\"");
            privacy(store).forget("4711", "dpo", "asked for");
        }
        command[0] = "state";
        Command.Result after = leftfold(command);
        assertThat(after.out()).isEqualTo("thing-1 at version 2\n\"(erased)\"\n");
        assertThat(after.err()).isEmpty();
    }

    private Path store() {
        return folder.resolve("store");
    }

    private Path application() {
        return folder.resolve("application");
    }

    @BeforeEach
    void fill() throws IOException {
        Path services = application().resolve("META-INF/services");
        Files.createDirectories(services);
        Files.writeString(
                services.resolve(LeftfoldDomain.class.getName()), Domain.class.getName() + "\n");
        try (EmbeddedEventStore store = EmbeddedEventStore.open(store())) {
            var counters = Leftfold.on(store).repository("counter", new Counting());
            counters.handle("7", new CountChanged(7, "kg"), by("anna").because("delivery"));
            afterFirst = store.read(ReadRequest.all()).toList().getFirst().recordedAt();
            counters.handle("7", new CountChanged(10, "kg"), by("bert"));
            counters.handle("7", new CountChanged(10, "t"));
        }
    }

    private Command.Result state(Object... more) {
        Object[] all = new Object[6 + more.length];
        List<Object> first =
                List.of("state", "--store", store(), "--classpath", application(), "counter-7");
        first.toArray(all);
        System.arraycopy(more, 0, all, 6, more.length);
        return leftfold(all);
    }

    @Test
    void the_state_is_shown_now_at_a_version_and_at_a_moment() {
        assertThat(state().out())
                .isEqualTo("counter-7 at version 3\n{\"count\":10,\"unit\":\"t\"}\n");
        assertThat(state("--at", 1).out())
                .isEqualTo("counter-7 at version 1\n{\"count\":7,\"unit\":\"kg\"}\n");
        assertThat(state("--at", afterFirst.minusMillis(1)).exitCode())
                .isEqualTo(ExitCode.USER_MISTAKE);
        assertThat(state("--at", afterFirst, "--json").out())
                .startsWith("{\"stream\":\"counter-7\",\"version\":")
                .contains("\"unit\":\"kg\"");
        assertThat(state("--at", 99).exitCode()).isEqualTo(ExitCode.USER_MISTAKE);
        assertThat(state("--at", 99).err())
                .contains("version 99 is not allowed: the stream 'counter-7' is at version 3");
        assertThat(state("--at", "yesterday").err())
                .contains("--at yesterday: a version such as 3");
    }

    @Test
    void the_history_says_who_when_why_and_what_changed() {
        Command.Result all =
                leftfold("history", "--store", store(), "--classpath", application(), "counter-7");
        assertThat(all.exitCode()).isZero();
        assertThat(
                        all.out()
                                .replaceAll(
                                        "\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z",
                                        "TIME"))
                .isEqualTo(
                        """
                             1  TIME  count-changed  by anna: delivery
                                count: 0 -> 7
                                unit: "" -> "kg"
                             2  TIME  count-changed  by bert
                                count: 7 -> 10
                             3  TIME  count-changed
                                unit: "kg" -> "t"
                        """);
        Command.Result counts =
                leftfold(
                        "history",
                        "--store",
                        store(),
                        "--classpath",
                        application(),
                        "counter-7",
                        "--field",
                        "count",
                        "--json");
        assertThat(counts.out().lines())
                .hasSize(2)
                .first()
                .asString()
                .contains("\"changes\":[{\"path\":\"count\",\"before\":0,\"after\":7}]");
    }

    @Test
    void a_field_that_no_event_has_changed_is_told() {
        Object[] command = {
            "history",
            "--store",
            store(),
            "--classpath",
            application(),
            "counter-7",
            "--field",
            "cuont"
        };
        Command.Result slip = leftfold(command);
        assertThat(slip.err())
                .isEqualTo("leftfold: no event has changed 'cuont'. Did you mean 'count'?\n");
        assertThat(slip.exitCode()).isEqualTo(ExitCode.USER_MISTAKE);
        command[7] = "weight";
        Command.Result none = leftfold(command);
        assertThat(none.err())
                .isEqualTo("no event has changed 'weight'; what was changed: count, unit\n");
        assertThat(none.exitCode()).isZero();
    }

    @Test
    void an_id_without_its_category_is_understood() {
        for (String written : List.of("7", "countr-7")) {
            Command.Result result =
                    leftfold("state", "--store", store(), "--classpath", application(), written);
            assertThat(result.err())
                    .isEqualTo(
                            ("leftfold: the stream '%s' belongs to no category of the application,"
                                            + " which has [counter]. Did you mean 'counter-7'?\n")
                                    .formatted(written));
            assertThat(result.exitCode()).isEqualTo(ExitCode.USER_MISTAKE);
        }
    }

    @Test
    void a_slip_in_the_name_of_a_category_is_told() {
        Command.Result slip = leftfold("read", "--store", store(), "--category", "cuonter");
        assertThat(slip.err())
                .isEqualTo(
                        "leftfold: no stream of category 'cuonter' has an event. Did you mean 'counter'?\n");
        assertThat(slip.exitCode()).isEqualTo(ExitCode.USER_MISTAKE);
        Command.Result none = leftfold("read", "--store", store(), "--category", "order");
        assertThat(none.err()).isEqualTo("no event matches\n");
        assertThat(none.exitCode()).isZero();
    }

    @Test
    void all_jars_of_a_directory_are_named_by_a_star() throws IOException {
        Path jars = Files.createDirectory(folder.resolve("jars"));
        String named = "META-INF/services/" + LeftfoldDomain.class.getName();
        try (JarOutputStream jar =
                new JarOutputStream(Files.newOutputStream(jars.resolve("app.jar")))) {
            jar.putNextEntry(new ZipEntry(named));
            jar.write(Files.readAllBytes(application().resolve(named)));
            jar.closeEntry();
        }
        Path star = jars.resolve("*");
        assertThat(leftfold("state", "--store", store(), "--classpath", star, "counter-7").out())
                .startsWith("counter-7 at version 3\n");
        Path none = folder.resolve("none").resolve("*");
        assertThat(leftfold("state", "--store", store(), "--classpath", none, "counter-7").err())
                .contains("--classpath: there is no file or directory '" + none + "'");
    }

    @Test
    void both_commands_name_a_stream_and_the_code_in_the_same_way() {
        for (String command : List.of("state", "history")) {
            assertThat(leftfold(command, "--help").out())
                    .as(command)
                    .contains("--classpath")
                    .containsPattern("STREAM +The stream, such as locker-L7\\.");
            Command.Result without =
                    leftfold(command, "--store", store(), "--classpath", application());
            assertThat(without.exitCode()).isEqualTo(ExitCode.USER_MISTAKE);
            assertThat(without.err()).contains("Missing required parameter: 'STREAM'");
            Command.Result noId =
                    leftfold(command, "--store", store(), "--classpath", application(), "counter-");
            assertThat(noId.exitCode()).isEqualTo(ExitCode.USER_MISTAKE);
            assertThat(noId.err()).contains("id '' is not allowed");
        }
    }

    @Test
    void a_history_of_a_stream_that_never_was_is_no_empty_history() {
        Command.Result none =
                leftfold("history", "--store", store(), "--classpath", application(), "counter-8");
        assertThat(none.exitCode()).isEqualTo(ExitCode.USER_MISTAKE);
        assertThat(none.err())
                .isEqualTo("leftfold: there is no stream 'counter-8'. Did you mean 'counter-7'?\n");
    }

    @Test
    void the_help_says_what_a_domain_is_and_how_it_is_named() {
        for (String command : List.of("state", "history")) {
            assertThat(leftfold(command, "--help").out())
                    .as(command)
                    .contains(
                            "a public class of yours that implements "
                                    + LeftfoldDomain.class.getName())
                    .contains("META-INF/services/" + LeftfoldDomain.class.getName())
                    .contains("docs/command.md#state");
        }
    }

    @Test
    void what_cannot_be_found_is_said() {
        assertThat(leftfold("state", "--store", store(), "--classpath", folder, "counter-7").err())
                .contains("no LeftfoldDomain was found in")
                .contains("META-INF/services/org.leftfold.framework.LeftfoldDomain");
        assertThat(
                        leftfold(
                                        "state",
                                        "--store",
                                        store(),
                                        "--classpath",
                                        application(),
                                        "order-7")
                                .err())
                .contains("the stream 'order-7' belongs to no category of the application")
                .contains("[counter]");
        assertThat(
                        leftfold(
                                        "state",
                                        "--store",
                                        store(),
                                        "--classpath",
                                        application(),
                                        "counter-8")
                                .err())
                .isEqualTo("leftfold: there is no stream 'counter-8'. Did you mean 'counter-7'?\n");
        assertThat(leftfold("state", "--store", store(), "--classpath", "nowhere", "x-1").err())
                .contains("there is no file or directory 'nowhere'");
    }
}
