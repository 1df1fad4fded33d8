package org.leftfold.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.leftfold.cli.Command.contents;
import static org.leftfold.cli.Command.file;
import static org.leftfold.cli.Command.leftfold;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.leftfold.api.ExpectedVersion;
import org.leftfold.api.NewEvent;
import org.leftfold.api.Payload;
import org.leftfold.api.StreamName;
import org.leftfold.engine.EmbeddedEventStore;

class XesRoundTripTest {
    /** Written the way that the export writes, so that it must come back letter by letter. */
    private static final String LOG =
            """
            <?xml version="1.0" encoding="UTF-8"?>
            <!-- made by hand -->
            <?leftfold category="shop"?>
            <log xes.version="1.0" xmlns="http://www.xes-standard.org/" xmlns:x="urn:x">
            	<extension name="Concept" prefix="concept" uri="http://www.xes-standard.org/concept.xesext"/>
            	<global scope="event">
            		<string key="concept:name" value="UNKNOWN"/>
            	</global>
            	<classifier name="Activity" keys="concept:name"/>
            	<float key="average" value="19.944">
            		<float value="2.538"/>
            		<float key="10609" value="2.5380"/>
            	</float>
            	<trace>
            		<string key="concept:name" value="1">
            			<int key="weight" value="007"/>
            		</string>
            		<event>
            			<string key="concept:name" value="Größe &quot;x&quot; &amp; 😀&#10;&#9;"/>
            			<date key="time:timestamp" value="2011-10-01T00:38:44.546+02:00"/>
            			<float key="a" value="5"/>
            			<float key="a" value="5.0"/>
            		</event>
            		<event/>
            	</trace>
            	<trace>
            		<string key="concept:name" value="without events"/>
            	</trace>
            	<trace>
            		<event>
            			<list key="l">
            				<values>
            					<string key="k" value="v"/>
            					<string key="k" value="v"/>
            				</values>
            			</list>
            			<list key="m"/>
            			<container key="c">
            				<boolean key="b" value="true"/>
            			</container>
            		</event>
            	</trace>
            	<!-- between -->
            	<string key="late" value=""/>
            	<trace>
            		<string key="concept:name" value="1"/>
            		<event>
            			<string key="concept:name" value="again"/>
            		</event>
            	</trace>
            </log>
            """;

    @TempDir Path folder;

    @Test
    void a_log_comes_back_as_it_was() {
        Path store = folder.resolve("store");
        Path file = file(folder, "any.xes", LOG);

        assertThat(leftfold("import", "--store", store, file).out())
                .isEqualTo("imported 4 events into 2 streams\n");

        assertThat(leftfold("export", "--store", store, "--format", "xes").out()).isEqualTo(LOG);
    }

    @Test
    void an_export_gives_equal_events_in_another_store_and_none_in_the_same() {
        Path store = folder.resolve("store");
        Path copy = folder.resolve("copy");
        Path export = folder.resolve("renamed.xes.gz");
        leftfold("import", "--store", store, file(folder, "any.xes", LOG));

        Command.Result exported =
                leftfold("export", "--store", store, "--format", "xes", "--output", export);
        assertThat(exported.out()).isEqualTo("exported 4 events to " + export + "\n");
        assertThat(Files.exists(folder.resolve("renamed.xes.gz.part"))).isFalse();
        leftfold("import", "--store", copy, export);

        assertThat(contents(copy)).isEqualTo(contents(store));
        assertThat(leftfold("import", "--store", store, export).out())
                .isEqualTo("imported 0 events into 0 streams (4 already there)\n");
        assertThat(leftfold("export", "--store", copy, "--format", "xes").out()).isEqualTo(LOG);
    }

    @Test
    void another_log_for_the_same_category_replaces_what_is_kept_and_says_so() {
        Path store = folder.resolve("store");
        leftfold("import", "--store", store, file(folder, "any.xes", LOG));
        Path other = file(folder, "other.xes", LOG.replace("made by hand", "made again"));

        Command.Result result = leftfold("import", "--store", store, other);

        assertThat(result.exitCode()).isZero();
        assertThat(result.err()).contains("kept for category 'shop' are now those of " + other);
    }

    @Test
    void events_that_never_were_in_a_log_become_a_plain_one() {
        Path store = folder.resolve("store");
        try (EmbeddedEventStore events = EmbeddedEventStore.open(store)) {
            StreamName order = StreamName.of("order", "17");
            NewEvent paid = NewEvent.ofJson("Paid", "{\"cents\": 5}").withMetadata("actor", "anna");
            NewEvent bytes = NewEvent.of("Scanned", Payload.of(new byte[] {0, (byte) 0xff}));
            events.append(order, ExpectedVersion.any(), paid.withTags("a:b"), bytes);
        }

        String log = leftfold("export", "--store", store, "--format", "xes").out();

        assertThat(log)
                .contains("<string key=\"concept:name\" value=\"17\"/>")
                .contains("<string key=\"concept:name\" value=\"Paid\"/>")
                .contains("<string key=\"org:resource\" value=\"anna\"/>")
                .contains("<string key=\"payload\" value=\"{&quot;cents&quot;: 5}\"/>")
                .contains("<string key=\"leftfold:tag\" value=\"a:b\"/>")
                .contains("<string key=\"payloadBase64\" value=\"AP8=\"/>");
        Path again = file(folder, "again.xes", log);
        assertThat(leftfold("import", "--store", folder.resolve("copy"), again).out())
                .isEqualTo("imported 2 events into 1 streams\n");
    }

    @Test
    void a_log_needs_one_category() {
        Path store = folder.resolve("store");
        leftfold(
                "import",
                "--store",
                store,
                file(folder, "a.xes", "<log><trace><event/></trace></log>"));
        leftfold(
                "import",
                "--store",
                store,
                file(folder, "b.xes", "<log><trace><event/></trace></log>"));

        Command.Result result = leftfold("export", "--store", store, "--format", "xes");

        assertThat(result.exitCode()).isEqualTo(2);
        assertThat(result.err()).contains("choose one with --category, of [a, b]");
    }
}
