package org.leftfold.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.leftfold.cli.Command.leftfold;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.OffsetDateTime;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.leftfold.api.Events;
import org.leftfold.api.Metadata;
import org.leftfold.api.Query;
import org.leftfold.api.QueryItem;
import org.leftfold.api.ReadRequest;
import org.leftfold.api.RecordedEvent;
import org.leftfold.api.StoreStatistics;
import org.leftfold.engine.EmbeddedEventStore;

/** The BPI Challenge 2012: the loan applications of a bank, which anybody can look up. */
class RealLogTest {
    private static final String LOG = "bpic2012.xes.gz";

    @TempDir Path folder;

    static Path log() {
        String data = System.getProperty("leftfold.data");
        Path root = Path.of("").toAbsolutePath();
        while (data == null && root != null && !Files.exists(root.resolve("mvnw"))) {
            root = root.getParent();
        }
        Path file =
                data != null
                        ? Path.of(data, LOG)
                        : Path.of(String.valueOf(root), "..", "shared", "data", LOG);
        Assumptions.assumeTrue(
                Files.isReadable(file),
                "the event log " + file + " is not there; -Dleftfold.data=DIR says where it is");
        return file;
    }

    @Test
    void a_real_log_is_imported_whole_and_exported_line_by_line() throws IOException {
        Path log = log();
        Path store = folder.resolve("store");

        assertThat(leftfold("import", "--store", store, log).out())
                .isEqualTo("imported 262200 events into 13087 streams\n");
        assertThat(leftfold("import", "--store", store, log).out())
                .isEqualTo("imported 0 events into 0 streams (262200 already there)\n");

        checkFacts(store);
        Path export = folder.resolve("export.xes");
        leftfold("export", "--store", store, "--format", "xes", "--output", export);
        checkSameLines(log, export);
        assertThat(leftfold("verify", "--store", store).out())
                .isEqualTo("verified 262200 events in 13087 streams: no problems\n");
    }

    private static void checkFacts(Path store) {
        try (EmbeddedEventStore events = EmbeddedEventStore.openReadOnly(store)) {
            StoreStatistics statistics = events.admin().statistics();
            assertThat(statistics.events()).isEqualTo(262_200);
            assertThat(statistics.streams()).isEqualTo(13_087);
            assertThat(statistics.types())
                    .containsEntry("A_SUBMITTED", 13_087L)
                    .containsEntry("W_Completeren aanvraag", 54_850L)
                    .containsEntry("A_APPROVED", 2_246L)
                    .containsEntry("A_DECLINED", 7_635L)
                    .containsEntry("A_CANCELLED", 2_807L);
            assertThat(steps(events, "SCHEDULE")).isEqualTo(7_371);
            assertThat(steps(events, "START")).isEqualTo(23_512);
            assertThat(steps(events, "COMPLETE")).isEqualTo(23_967);
            checkEvents(events);
        }
    }

    private static long steps(EmbeddedEventStore events, String transition) {
        Query query =
                Query.anyOf(
                        QueryItem.everything()
                                .andTypes("W_Completeren aanvraag")
                                .andTags("lifecycle:" + transition));
        try (Events found = events.read(ReadRequest.of(query))) {
            return found.stream().count();
        }
    }

    private static void checkEvents(EmbeddedEventStore events) {
        Set<String> actors = new HashSet<>();
        Map<String, OffsetDateTime> last = new HashMap<>();
        OffsetDateTime first = OffsetDateTime.MAX;
        OffsetDateTime latest = OffsetDateTime.MIN;
        long longest = 0;
        long withoutActor = 0;
        try (Events all = events.read(ReadRequest.all())) {
            while (all.hasNext()) {
                RecordedEvent event = all.next();
                event.metadata().value(Metadata.ACTOR).ifPresent(actors::add);
                withoutActor += event.metadata().value(Metadata.ACTOR).isEmpty() ? 1 : 0;
                longest = Math.max(longest, event.version());
                OffsetDateTime time =
                        OffsetDateTime.parse(
                                event.metadata().value(Metadata.OCCURRED_AT).orElseThrow());
                OffsetDateTime before = last.put(event.stream().value(), time);
                assertThat(before == null || !time.isBefore(before)).isTrue();
                first = time.isBefore(first) ? time : first;
                latest = time.isAfter(latest) ? time : latest;
            }
        }
        assertThat(actors).hasSize(68);
        assertThat(withoutActor).isEqualTo(18_010);
        assertThat(longest).isEqualTo(175);
        assertThat(first).isEqualTo(OffsetDateTime.parse("2011-10-01T00:38:44.546+02:00"));
        assertThat(latest).isEqualTo(OffsetDateTime.parse("2012-03-14T16:04:54.681+01:00"));
    }

    /** Apart from the first line and the one about the category, nothing may differ. */
    private static void checkSameLines(Path log, Path export) throws IOException {
        try (BufferedReader expected =
                        new BufferedReader(
                                new InputStreamReader(
                                        new GZIPInputStream(Files.newInputStream(log)),
                                        StandardCharsets.UTF_8));
                BufferedReader actual = Files.newBufferedReader(export)) {
            expected.readLine();
            actual.readLine();
            String line = actual.readLine();
            while (line != null) {
                if (!line.startsWith("<?leftfold ")) {
                    String source = expected.readLine();
                    if (!line.equals(source)) {
                        assertThat(line).isEqualTo(source);
                    }
                }
                line = actual.readLine();
            }
            assertThat(expected.readLine()).isNull();
        }
    }
}
