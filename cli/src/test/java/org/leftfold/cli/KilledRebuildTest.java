package org.leftfold.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.leftfold.cli.Command.leftfold;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.leftfold.engine.EmbeddedEventStore;
import org.leftfold.framework.Leftfold;
import org.leftfold.framework.projection.Projection;
import org.leftfold.framework.projection.Projections;

/** A rebuild in a process of its own, whose views outlive it. */
class KilledRebuildTest {
    private static final int EVENTS = 6_000;
    private static final int STICKS_AT = 5_000;
    private static final Duration LONG = Duration.ofSeconds(60);

    @TempDir Path folder;

    @BeforeEach
    void keepViewsInAFile() {
        System.setProperty(Weighing.VIEWS, folder.resolve("views").toString());
    }

    @AfterEach
    void keepThemInMemory() {
        System.clearProperty(Weighing.VIEWS);
    }

    private Path store() {
        return folder.resolve("store");
    }

    private Object[] command(String name, Object... more) {
        List<Object> all = new ArrayList<>(List.of("projections", name, "--store", store()));
        all.addAll(List.of("--classpath", Weighing.application(folder, Weighing.Domain.class)));
        all.addAll(List.of(more));
        return all.toArray();
    }

    @Test
    void a_rebuild_that_was_killed_goes_on_where_it_was() throws Exception {
        try (EmbeddedEventStore events = EmbeddedEventStore.open(store())) {
            Weighing.append(events, 7, IntStream.range(0, EVENTS).toArray());
            Projection<?> crates = Weighing.crates();
            try (Projections projections = Weighing.builder(Leftfold.on(events)).start()) {
                assertThat(projections.await(crates, events.checkpoint(), LONG)).isTrue();
            }
        }

        killRebuild(command("rebuild", "crates", "--work", "--by", "anna"));
        Command.Result left = leftfold(command("status", "crates"));
        Command.Result again = leftfold(command("rebuild", "crates", "--work", "--swap-if-equal"));

        String seen = "generation 2 is being built, by anna: [1-8]\\d %, under way";
        assertThat(left.lines().getLast()).matches("    " + seen);
        assertThat(again.err()).matches("note: " + seen + "\n");
        assertThat(again.out())
                .containsPattern(
                        "generation 2 has caught up: (\\d|\\d\\d\\d|[1-5],\\d\\d\\d) events")
                .contains("generation 2 is equal to generation 1, and is read from now on")
                .contains("rows: 7 equal, 0 different, 0 added, 0 missing");
        assertThat(again.exitCode()).isZero();
    }

    /** Kills it when it cannot go on. */
    private void killRebuild(Object[] command) throws IOException, InterruptedException {
        List<String> all = new ArrayList<>();
        all.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        all.add("-D%s=%s".formatted(Weighing.VIEWS, System.getProperty(Weighing.VIEWS)));
        all.add("-D%s=%d".formatted(Weighing.STICKS_AT, STICKS_AT));
        all.addAll(List.of("-cp", System.getProperty("java.class.path")));
        all.add("org.leftfold.cli.Main");
        all.addAll(Arrays.asList(Command.texts(command)));
        Path errors = folder.resolve("errors");
        Process process = new ProcessBuilder(all).redirectError(errors.toFile()).start();
        String last = "";
        try (BufferedReader said = process.inputReader()) {
            while (!last.equals(Weighing.STICKS)) {
                String line = said.readLine();
                if (line == null) {
                    break;
                }
                last = line;
            }
        } finally {
            process.destroyForcibly().waitFor();
        }
        assertThat(last).as(Files.readString(errors)).isEqualTo(Weighing.STICKS);
    }
}
