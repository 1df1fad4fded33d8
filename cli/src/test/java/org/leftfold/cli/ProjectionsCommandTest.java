package org.leftfold.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.leftfold.cli.Command.leftfoldWithInput;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.leftfold.api.spi.InMemoryViewStore;
import org.leftfold.engine.EmbeddedEventStore;
import org.leftfold.framework.Leftfold;
import org.leftfold.framework.projection.Projection;
import org.leftfold.framework.projection.Projections;

/** The code of an application and the place of its views are found on a class path. */
class ProjectionsCommandTest {
    private static final Duration LONG = Duration.ofSeconds(30);

    private static final String ROLLS_BACK =
            "note: generation 1 is being built, by anna: 99 %, under way; is read when it has caught up\n";

    @TempDir Path folder;
    private Path store = Path.of("");

    @BeforeEach
    void begin() {
        store = folder.resolve("store");
        Weighing.memory = new InMemoryViewStore();
        Weighing.factor = 1;
        Weighing.version = 1;
        Weighing.isMended = false;
        try (EmbeddedEventStore events = EmbeddedEventStore.open(store)) {
            Weighing.append(events, 3, 10, 20, 30, 11);
        }
    }

    private void append(int... grams) {
        try (EmbeddedEventStore events = EmbeddedEventStore.open(store)) {
            Weighing.append(events, 3, grams);
        }
    }

    /** Another program works on the projections until all have what is there. */
    private void work() throws InterruptedException {
        try (EmbeddedEventStore events = EmbeddedEventStore.openReadOnly(store);
                Projections projections = Weighing.builder(Leftfold.on(events)).start()) {
            for (Projection<?> each : List.of(Weighing.crates(), Weighing.total())) {
                assertThat(projections.await(each, events.checkpoint(), LONG)).isTrue();
            }
        }
    }

    private Command.Result projections(String command, Object... more) {
        return withInput("", command, more);
    }

    private Command.Result withInput(String input, String command, Object... more) {
        List<Object> all = new ArrayList<>(List.of("projections", command, "--store", store));
        all.addAll(List.of("--classpath", Weighing.application(folder, Weighing.Domain.class)));
        all.addAll(List.of(more));
        return leftfoldWithInput(input, all.toArray());
    }

    private static void isMistake(Command.Result result, String text) {
        assertThat(result.err()).contains(text);
        assertThat(result.out()).isEmpty();
        assertThat(result.exitCode()).isEqualTo(ExitCode.USER_MISTAKE);
    }

    @Test
    void the_projections_of_the_code_are_listed() {
        assertThat(projections("list").out())
                .isEqualTo(
                        """
                        projection  version  parts
                        crates            1      1
                        total             1      2
                        """);
        assertThat(projections("list", "--json").lines())
                .containsExactly(
                        "{\"projection\":\"crates\",\"version\":1,\"parts\":1}",
                        "{\"projection\":\"total\",\"version\":1,\"parts\":2}");
    }

    @Test
    void the_status_says_how_far_each_is() throws Exception {
        assertThat(projections("status").out())
                .isEqualTo(
                        """
                        projection  state          generation  events  lag  parked
                        crates      never started           1       0    4       0
                        total       never started           1       0    4       0
                        """);
        work();
        assertThat(projections("status", "total").lines())
                .startsWith(
                        "projection  state       generation  events  lag  parked",
                        "total       up to date           1       4    0       0",
                        "",
                        "part  events  lag")
                .hasSize(6);
        append(12, 13);
        assertThat(projections("status").out())
                .isEqualTo(
                        """
                        projection  state   generation  events  lag  parked
                        crates      behind           1       4    2       0
                        total       behind           1       4    2       0
                        """);
        work();
        assertThat(projections("status", "crates", "--json").out())
                .startsWith(
                        "{\"projection\":\"crates\",\"version\":1,\"state\":\"up to date\","
                                + "\"generation\":1,\"events\":6,\"lag\":0,\"parkedKeys\":0,"
                                + "\"parts\":[{\"part\":0,\"events\":6,\"lag\":0,\"checkpoint\":\"lf1:")
                .endsWith("\"}]}\n");
    }

    @Test
    void views_of_a_store_that_was_restored_are_not_up_to_date_until_they_are_rebuilt()
            throws Exception {
        work();
        Path backup = folder.resolve("backup");
        Command.leftfold("backup", "--store", store, "--to", backup);
        store = folder.resolve("restored");
        Command.leftfold("restore", "--from", backup, "--store", store);

        assertThat(projections("status", "crates").out())
                .isEqualTo(
                        """
                        projection  state        generation  events  lag  parked
                        crates      other store           1       4    4       0
                            its events are those of another store, such as the one that this was restored from: it cannot go on here; rebuild it, with --swap
                        """);
        assertThat(projections("status", "crates", "--json").out())
                .contains("\"state\":\"other store\"", "\"lag\":4,\"parkedKeys\"");
        Command.Result rebuilt =
                projections("rebuild", "crates", "--work", "--swap", "--by", "anna");
        assertThat(rebuilt.err()).isEmpty();
        assertThat(rebuilt.exitCode()).isZero();
        assertThat(projections("status", "crates").lines().getLast())
                .isEqualTo("crates      up to date           2       4    0       0");
    }

    @Test
    void a_paused_projection_says_so_until_it_is_resumed() throws Exception {
        isMistake(projections("pause", "crates"), "it was never started");
        work();
        assertThat(projections("pause", "crates").out())
                .isEqualTo("paused 'crates'; programs let it rest within a second\n");
        assertThat(projections("status", "crates").out()).contains("crates      paused ");
        assertThat(projections("resume", "crates").out()).isEqualTo("resumed 'crates'\n");
        assertThat(projections("status", "crates").out()).contains("crates      up to date ");
    }

    @Test
    void what_is_not_there_is_said_with_what_may_be_meant() {
        for (String command : List.of("status", "rebuild", "parked", "pause", "resume")) {
            isMistake(
                    projections(command, "crate"),
                    "leftfold: there is no projection 'crate'. Did you mean 'crates'?\n");
        }
        isMistake(
                projections("retry", "boxes", "--all"),
                "there is no projection 'boxes'; there are: crates, total\n");
        isMistake(
                Command.leftfold("projections", "sttus"),
                "there is no command 'projections sttus'. Did you mean 'status'?");
        isMistake(Command.leftfold("projections"), "Missing required subcommand");
        isMistake(
                Command.leftfold("projections", "list", "--store", store, "--classpath", folder),
                "no LeftfoldDomain was found in");
        isMistake(
                Command.leftfold(
                        "projections",
                        "list",
                        "--store",
                        store,
                        "--classpath",
                        Weighing.application(folder, Weighing.Silent.class)),
                "the application has no projections: projections(...) of"
                        + " org.leftfold.cli.Weighing$Silent gives none");
        isMistake(
                Command.leftfold(
                        "projections",
                        "list",
                        "--store",
                        folder.resolve("none"),
                        "--classpath",
                        Weighing.application(folder, Weighing.Domain.class)),
                "does not exist");
    }

    @Test
    void what_failed_is_listed_and_tried_again() throws Exception {
        append(-1, 14, 15, 16);
        work();
        assertThat(projections("status", "crates").lines().getLast())
                .isEqualTo("crates      up to date           1       8    0       1");
        assertThat(
                        projections("parked", "crates")
                                .out()
                                .replaceAll("\\d{4}-\\d\\d-\\d\\d \\S+Z", "TIME"))
                .isEqualTo(
                        """
                        key      state   event      type     tries  parked at
                        crate-0  failed  crate-0@3  weighed      1  TIME
                            java.lang.IllegalArgumentException: crate-0 weighs -1
                        crate-0  held    crate-0@4  weighed      0  TIME
                        """);
        assertThat(projections("parked", "crates", "--key", "crate-0", "--json").lines())
                .hasSize(2)
                .first()
                .asString()
                .startsWith(
                        "{\"key\":\"crate-0\",\"state\":\"failed\",\"stream\":\"crate-0\",\"version\":3,");
        isMistake(
                projections("parked", "crates", "--key", "crate-1"),
                "key 'crate-1' is not parked. Did you mean 'crate-0'?");
        assertThat(projections("parked", "total").err()).isEqualTo("no event is parked\n");

        Command.Result again = projections("retry", "crates", "--all");
        assertThat(again.out())
                .isEqualTo(
                        """
                        crate-0: applied 0, parked 2
                            java.lang.IllegalArgumentException: crate-0 weighs -1
                        """);
        assertThat(again.exitCode()).isEqualTo(ExitCode.DAMAGED);
        Weighing.isMended = true;
        Command.Result mended = projections("retry", "crates", "crate-0");
        assertThat(mended.out()).isEqualTo("crate-0: applied 2, parked 0\n");
        assertThat(mended.exitCode()).isZero();
        assertThat(projections("retry", "crates", "--all").err()).isEqualTo("no event is parked\n");
        isMistake(projections("retry", "crates", "crate-0"), "key 'crate-0' is not parked");
    }

    @Test
    void an_event_is_dropped_or_another_payload_read_in_its_place() throws Exception {
        append(-1, -2, 15, 16);
        work();
        Command.Result patched =
                withInput("{\"grams\":1}", "retry", "crates", "crate-0", "--patch", "-");
        assertThat(patched.out()).isEqualTo("crate-0: applied 2, parked 0\n");
        assertThat(projections("retry", "crates", "crate-1", "--drop").out())
                .isEqualTo("crate-1: applied 0, parked 0\n");
        assertThat(projections("parked", "crates").out()).contains("crate-1  skipped  crate-1@2");
        isMistake(projections("retry", "crates"), "name a KEY, or say --all");
        isMistake(projections("retry", "crates", "--all", "--drop"), "name the KEY whose first");
        isMistake(
                projections("retry", "crates", "x", "--drop", "--patch", "-"),
                "--drop leaves the event out that --patch mends");
    }

    @Test
    void a_patch_that_cannot_be_read_is_refused_and_changes_nothing() throws Exception {
        append(-1);
        work();
        Map.of(
                        "{\"grams\":}",
                        "the patch is no JSON object: at byte 9",
                        "[1]",
                        "the patch is no JSON object: the JSON is ARRAY",
                        "{\"grams\":[1]}",
                        "the patch cannot be read as 'weighed' of schema version 1",
                        "{\"gramms\":1}",
                        "the patch has 'gramms', which 'weighed' has not")
                .forEach((patch, mistake) -> {
                    Command.Result refused =
                            withInput(patch, "retry", "crates", "crate-0", "--patch", "-");
                    assertThat(refused.err()).startsWith("leftfold: LF-1221: ").contains(mistake);
                    assertThat(refused.exitCode()).isEqualTo(2);
                });
        assertThat(projections("parked", "crates").out()).doesNotContain("patched");
    }

    @Test
    void a_dry_run_counts_and_changes_nothing() throws Exception {
        work();
        assertThat(projections("rebuild", "total", "--dry-run").out())
                .isEqualTo(
                        """
                        a rebuild of 'total' reads 4 events in 2 parts; its view has 1 row now
                        events  type
                             4  weighed
                        """);
        assertThat(projections("rebuild", "total", "--dry-run", "--json").out())
                .isEqualTo(
                        "{\"projection\":\"total\",\"events\":4,\"rows\":1,\"parts\":2,"
                                + "\"byType\":{\"weighed\":4}}\n");
        isMistake(projections("rebuild", "total", "--cancel"), "nothing is being built");
    }

    @Test
    void an_equal_rebuild_is_built_compared_and_swapped_in_by_one_command() throws Exception {
        append(IntStream.range(0, 300).toArray());
        work();
        isMistake(projections("rebuild", "crates", "--work"), "say so with --by WHO");
        Command.Result result =
                projections("rebuild", "crates", "--work", "--swap-if-equal", "--by", "anna");
        assertThat(result.err()).isEmpty();
        assertThat(result.out().replaceAll("in \\d+\\.\\d s", "in TIME"))
                .isEqualTo(
                        """
                        generation 2 of 'crates' is begun
                        generation 2 has caught up: 304 events in TIME
                        generation 2 is equal to generation 1, and is read from now on
                        rows: 3 equal, 0 different, 0 added, 0 missing
                        """);
        assertThat(result.exitCode()).isZero();
        assertThat(projections("status", "crates").lines().getLast())
                .isEqualTo("crates      up to date           2     304    0       0");
        Command.Result back =
                projections("rebuild", "crates", "--work", "--roll-back", "--by", "x");
        assertThat(back.out()).endsWith("generation 1 of 'crates' is read now\n");
        assertThat(back.exitCode()).isZero();
    }

    @Test
    void a_rebuild_of_a_store_that_was_restored_says_what_is_to_be_done() throws Exception {
        work();
        projections("rebuild", "crates", "--work", "--by", "anna");
        Path backup = folder.resolve("backup");
        Command.leftfold("backup", "--store", store, "--to", backup);
        store = folder.resolve("restored");
        Command.leftfold("restore", "--from", backup, "--store", store);

        assertThat(projections("status", "crates").out())
                .contains("generation 2 is being built, by anna: 0 %, stopped\n    LF-4002: ")
                .endsWith("Cancel the rebuild, then begin it again.\n");
        assertThat(projections("status", "crates", "--json").out())
                .contains("\"state\":\"stopped\",\"problem\":\"LF-4002: ");
        for (String how : List.of("--wait", "--work")) {
            Command.Result stopped = projections("rebuild", "crates", how, "--swap");
            assertThat(stopped.err()).contains("the rebuild has stopped: LF-4002: ");
            assertThat(stopped.exitCode()).isEqualTo(3);
        }
        projections("rebuild", "crates", "--cancel");
        assertThat(projections("rebuild", "crates", "--work", "--swap", "--by", "anna").exitCode())
                .isZero();
        assertThat(projections("status", "crates").lines().getLast())
                .isEqualTo("crates      up to date           3       4    0       0");
    }

    @Test
    void what_other_code_builds_is_not_waited_for_in_vain() throws Exception {
        work();
        Weighing.version = 2;
        projections("rebuild", "crates", "--work", "--swap", "--by", "anna");
        Command.Result refused =
                projections("rebuild", "crates", "--work", "--roll-back", "--by", "anna");
        assertThat(refused.err())
                .contains("is built by version 1 of its code, and this is version 2: ");
        assertThat(refused.exitCode()).isEqualTo(2);
        Weighing.version = 1;
        Command.Result back = projections("rebuild", "crates", "--work", "--roll-back");
        assertThat(back.out()).isEqualTo("generation 1 of 'crates' is read now\n");
    }

    @Test
    void a_roll_back_that_is_over_is_not_undone_by_the_same_command() throws Exception {
        work();
        projections("rebuild", "crates", "--work", "--swap", "--by", "anna");
        projections("rebuild", "crates", "--work", "--roll-back", "--by", "anna");
        for (String how : List.of("--work", "--wait")) {
            isMistake(
                    projections("rebuild", "crates", how, "--roll-back", "--by", "anna"),
                    "it was rolled back already, from generation 2 to 1, which is read");
        }
        assertThat(projections("status", "crates").lines().getLast())
                .isEqualTo("crates      up to date           1       4    0       0");
    }

    @Test
    void a_roll_back_that_is_under_way_is_gone_on_with() throws Exception {
        append(IntStream.range(0, 300).toArray());
        work();
        projections("rebuild", "crates", "--work", "--swap", "--by", "anna");
        append(12);
        assertThat(projections("rebuild", "crates", "--roll-back", "--by", "anna").exitCode())
                .isZero();
        Command.Result joined = projections("rebuild", "crates", "--roll-back");
        assertThat(joined.err()).isEqualTo(ROLLS_BACK);
        assertThat(joined.exitCode()).isZero();

        Command.Result again =
                projections("rebuild", "crates", "--work", "--roll-back", "--by", "anna");

        assertThat(again.err()).isEqualTo(ROLLS_BACK);
        assertThat(again.out()).isEqualTo("generation 1 of 'crates' is read now\n");
        assertThat(again.exitCode()).isZero();
        assertThat(projections("status", "crates").lines().getLast())
                .isEqualTo("crates      up to date           1     305    0       0");
    }

    @Test
    void a_roll_back_that_has_caught_up_is_over_when_its_command_starts_again() throws Exception {
        work();
        projections("rebuild", "crates", "--work", "--swap", "--by", "anna");
        projections("rebuild", "crates", "--roll-back", "--by", "anna"); // nobody swaps it in
        Command.Result again = projections("rebuild", "crates", "--work", "--roll-back");
        assertThat(again.out()).isEqualTo("generation 1 of 'crates' is read now\n");
        assertThat(again.exitCode()).isZero();
        projections("rebuild", "crates", "--by", "anna");
        isMistake(
                projections("rebuild", "crates", "--work", "--roll-back", "--by", "anna"),
                "a rebuild is under way; cancel that first");
    }

    @Test
    void generations_that_differ_end_with_an_exit_code_of_their_own() throws Exception {
        work();
        Weighing.factor = 2;
        assertThat(projections("rebuild", "crates", "--by", "anna").out())
                .isEqualTo("generation 2 of 'crates' is begun\n");
        assertThat(projections("status", "crates").lines().getLast())
                .isEqualTo("    generation 2 is being built, by anna: 0 %, under way");
        isMistake(projections("rebuild", "crates", "--by", "bert"), "cancel that first");
        assertThat(projections("rebuild", "crates", "--pause").exitCode()).isZero();
        isMistake(projections("rebuild", "crates", "--work"), "is paused; --resume lets it go on");
        assertThat(projections("rebuild", "crates", "--resume").exitCode()).isZero();

        Command.Result differs = projections("rebuild", "crates", "--work", "--verify");
        assertThat(differs.err())
                .isEqualTo("note: generation 2 is being built, by anna: 0 %, under way\n");
        assertThat(differs.out())
                .endsWith(
                        """
                        generation 2 differs from generation 1, which is read still
                        rows: 0 equal, 3 different, 0 added, 0 missing
                        such as crate-0, crate-1, crate-2
                        """);
        assertThat(differs.exitCode()).isEqualTo(ExitCode.DAMAGED);
        Command.Result kept = projections("rebuild", "crates", "--swap-if-equal", "--json");
        assertThat(kept.out()).contains("\"different\":3").contains("\"swapped\":false");
        assertThat(kept.exitCode()).isEqualTo(ExitCode.DAMAGED);
        assertThat(projections("rebuild", "crates", "--swap").out())
                .isEqualTo("generation 2 of 'crates' is read from now on, with 3 rows\n");
    }

    @Test
    void a_rebuild_is_built_by_another_program_and_waited_for() throws Exception {
        work();
        try (EmbeddedEventStore events = EmbeddedEventStore.openReadOnly(store);
                Projections working = Weighing.builder(Leftfold.on(events)).start()) {
            Command.Result result =
                    projections("rebuild", "total", "--wait", "--verify", "--by", "anna");
            assertThat(result.err()).isEmpty();
            assertThat(result.out())
                    .contains("generation 2 is equal to generation 1\nrows: 1 equal");
            assertThat(result.exitCode()).isZero();
            assertThat(working.rebuild("total").status()).isPresent();
            assertThat(projections("rebuild", "total", "--cancel").exitCode()).isZero();
            assertThat(working.rebuild("total").status()).isEmpty();
        }
        isMistake(
                projections("rebuild", "total", "--cancel", "--work"), "--work and --wait are for");
        isMistake(projections("rebuild", "total", "--cancel", "--swap"), "mutually exclusive");
    }

    @Test
    void events_that_fail_in_a_rebuild_are_told_and_parked_there() throws Exception {
        Weighing.isMended = true;
        append(-1);
        work();
        Weighing.isMended = false;
        Command.Result result =
                projections("rebuild", "crates", "--work", "--verify", "--by", "anna");
        assertThat(result.err())
                .isEqualTo(
                        "note: crate-0@3 is parked, for key 'crate-0':"
                                + " java.lang.IllegalArgumentException: crate-0 weighs -1\n");
        assertThat(result.out()).endsWith("parked in it: 1 key, so rows are not complete\n");
        assertThat(result.exitCode()).isEqualTo(ExitCode.DAMAGED);
        assertThat(projections("parked", "crates").err()).isEqualTo("no event is parked\n");
        assertThat(projections("parked", "crates", "--of-rebuild").out()).contains("crate-0@3");
        Weighing.isMended = true;
        assertThat(projections("retry", "crates", "--all", "--of-rebuild").exitCode()).isZero();
        assertThat(projections("rebuild", "crates", "--swap-if-equal").exitCode()).isZero();
    }
}
