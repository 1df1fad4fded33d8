package org.leftfold.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.leftfold.cli.Command.contents;
import static org.leftfold.cli.Command.events;
import static org.leftfold.cli.Command.file;
import static org.leftfold.cli.Command.gzip;
import static org.leftfold.cli.Command.leftfold;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.leftfold.api.Metadata;
import org.leftfold.api.RecordedEvent;
import org.leftfold.api.Tag;

class XesImportTest {
    @TempDir Path folder;
    private Path store;

    @BeforeEach
    void choose_store() {
        store = folder.resolve("store");
    }

    private static String log(String content) {
        return "<log xes.version=\"1.0\">\n" + content + "\n</log>\n";
    }

    private static String trace(String name, String... events) {
        return "<trace><string key=\"concept:name\" value=\""
                + name
                + "\"/>"
                + String.join("", events)
                + "</trace>";
    }

    private static String event(String name) {
        return "<event><string key=\"concept:name\" value=\"" + name + "\"/></event>";
    }

    private String payloadOf(String attributes) {
        file(folder, "one.xes", log("<trace><event>" + attributes + "</event></trace>"));
        assertThat(leftfold("import", "--store", store, folder.resolve("one.xes")).err()).isEmpty();
        return events(store).getLast().payload().asText();
    }

    @Test
    void a_trace_becomes_a_stream_and_its_events_become_events() {
        Path file =
                file(
                        folder,
                        "loans.xes",
                        log(
                                """
                                <trace>
                                  <date key="REG_DATE" value="2011-10-01T00:38:44.546+02:00"/>
                                  <string key="concept:name" value="173688"/>
                                  <event>
                                    <string key="org:resource" value="112"/>
                                    <string key="lifecycle:transition" value="COMPLETE"/>
                                    <string key="concept:name" value="A_SUBMITTED"/>
                                    <date key="time:timestamp" value="2011-10-01T00:38:44.546+02:00"/>
                                  </event>
                                  <event><string key="concept:name" value="A_ACCEPTED"/></event>
                                </trace>\
                                """));

        Command.Result result = leftfold("import", "--store", store, file);

        assertThat(result.err()).isEmpty();
        assertThat(result.exitCode()).isZero();
        assertThat(result.out()).isEqualTo("imported 2 events into 1 streams\n");
        RecordedEvent first = events(store).getFirst();
        assertThat(first.stream().value()).isEqualTo("loans-173688");
        assertThat(first.type().value()).isEqualTo("A_SUBMITTED");
        assertThat(first.metadata().value(Metadata.ACTOR)).contains("112");
        assertThat(first.metadata().value(Metadata.OCCURRED_AT))
                .contains("2011-10-01T00:38:44.546+02:00");
        assertThat(first.tags()).containsExactly(Tag.of("lifecycle:COMPLETE"));
        assertThat(first.payload().asText())
                .isEqualTo(
                        "{\"org:resource\":\"112\",\"lifecycle:transition\":\"COMPLETE\","
                                + "\"concept:name\":\"A_SUBMITTED\","
                                + "\"time:timestamp\":{\"date\":\"2011-10-01T00:38:44.546+02:00\"},"
                                + "\"case\":{\"REG_DATE\":{\"date\":\"2011-10-01T00:38:44.546+02:00\"},"
                                + "\"concept:name\":\"173688\"}}");
        assertThat(events(store).getLast().payload().asText())
                .isEqualTo("{\"concept:name\":\"A_ACCEPTED\"}");
    }

    @Test
    void every_type_keeps_the_text_of_its_value() {
        assertThat(
                        payloadOf(
                                """
                                <int key="a" value="-12"/><int key="b" value="007"/>
                                <float key="c" value="1.50"/><float key="d" value="5"/>
                                <float key="e" value="1E3"/><float key="f" value="NaN"/>
                                <boolean key="g" value="true"/><boolean key="h" value="1"/>
                                <id key="i" value="x"/><string key="j" value="&quot;&#10;\u00fc"/>\
                                """))
                .isEqualTo(
                        "{\"a\":-12,\"b\":{\"int\":\"007\"},\"c\":1.50,\"d\":{\"float\":\"5\"},"
                                + "\"e\":1E3,\"f\":{\"float\":\"NaN\"},\"g\":true,"
                                + "\"h\":{\"boolean\":\"1\"},\"i\":{\"id\":\"x\"},"
                                + "\"j\":\"\\\"\\n\u00fc\",\"case\":{}}");
    }

    @Test
    void nesting_lists_and_containers_stay() {
        assertThat(
                        payloadOf(
                                """
                                <string key="a" value="x"><int key="b" value="1"/></string>
                                <list key="l"><values><int key="i" value="1"/><int key="i" value="2"/></values></list>
                                <list key="m"/><container key="c"><id key="d" value="y"/></container>\
                                """))
                .isEqualTo(
                        "{\"a\":{\"value\":\"x\",\"attributes\":{\"b\":1}},"
                                + "\"l\":{\"list\":[{\"key\":\"i\",\"value\":1},{\"key\":\"i\",\"value\":2}]},"
                                + "\"m\":{\"list\":null},"
                                + "\"c\":{\"container\":[{\"key\":\"d\",\"value\":{\"id\":\"y\"}}]},"
                                + "\"case\":{}}");
    }

    @Test
    void a_key_that_stands_twice_or_is_reserved_stays() {
        assertThat(payloadOf("<int key=\"a\" value=\"1\"/><int key=\"a\" value=\"2\"/>"))
                .isEqualTo(
                        "{\"attributes\":[{\"key\":\"a\",\"value\":1},{\"key\":\"a\",\"value\":2}],"
                                + "\"case\":{}}");
        store = folder.resolve("other");
        assertThat(payloadOf("<string key=\"case\" value=\"z\"/>"))
                .isEqualTo("{\"attributes\":{\"case\":\"z\"},\"case\":{}}");
    }

    @Test
    void what_has_no_name_gets_one() {
        Path file =
                file(
                        folder,
                        "My log-1.XES",
                        log(trace("x", event("A")) + "<trace><event/></trace>"));

        leftfold("import", "--store", store, file);

        assertThat(events(store).getLast().stream().value()).isEqualTo("My_log_1-trace2");
        assertThat(events(store).getLast().type().value()).isEqualTo("event");
    }

    @Test
    void names_that_break_the_rules_are_made_legal_the_same_way_every_time() {
        String longName = "n".repeat(300);
        Path file =
                file(
                        folder,
                        "u.xes",
                        log(trace(longName, event("A\u200f")) + trace("e\u0301", event("B"))));

        leftfold("import", "--store", store, file);

        RecordedEvent first = events(store).getFirst();
        assertThat(first.stream().value()).hasSize(255).matches("u-n+~[0-9a-f]{16}");
        assertThat(first.type().value()).matches("A_~[0-9a-f]{16}");
        assertThat(first.payload().asText()).contains(longName).contains("A\u200f");
        assertThat(events(store).getLast().stream().value()).isEqualTo("u-\u00e9");
        assertThat(leftfold("import", "--store", store, file).out())
                .isEqualTo("imported 0 events into 0 streams (2 already there)\n");
    }

    @Test
    void importing_again_adds_nothing_whatever_the_packing() throws IOException {
        String log = log(trace("1", event("A"), event("B")) + trace("2", event("A")));
        Path plain = file(folder, "l.xes", log);
        Path packed = Files.write(folder.resolve("packed.bin"), gzip(log));

        leftfold("import", "--store", store, plain);
        List<String> before = contents(store);
        Command.Result again =
                leftfold("import", "--store", store, "--format", "xes", "-c", "l", packed);

        assertThat(again.out()).isEqualTo("imported 0 events into 0 streams (3 already there)\n");
        assertThat(contents(store)).isEqualTo(before);
    }

    @Test
    void a_trace_that_has_grown_gets_its_new_events() {
        Path file = file(folder, "l.xes", log(trace("1", event("A"), event("B"))));
        leftfold("import", "--store", store, file);
        file(folder, "l.xes", log(trace("1", event("A"), event("B"), event("C"), event("D"))));

        Command.Result grown = leftfold("import", "--store", store, file);

        assertThat(grown.out()).isEqualTo("imported 2 events into 1 streams (2 already there)\n");
        assertThat(events(store))
                .extracting(e -> e.type().value())
                .containsExactly("A", "B", "C", "D");
        assertThat(leftfold("import", "--store", store, file).out())
                .isEqualTo("imported 0 events into 0 streams (4 already there)\n");
    }

    @Test
    void a_long_trace_that_has_grown_keeps_its_order() {
        StringBuilder events = new StringBuilder();
        for (int i = 1; i <= 2500; i++) {
            events.append(event("E" + i));
            if (i == 500) {
                leftfold(
                        "import",
                        "--store",
                        store,
                        file(folder, "l.xes", log(trace("1", events.toString()))));
            }
        }

        Command.Result grown =
                leftfold(
                        "import",
                        "--store",
                        store,
                        file(folder, "l.xes", log(trace("1", events.toString()))));

        assertThat(grown.out())
                .isEqualTo("imported 2000 events into 1 streams (500 already there)\n");
        List<RecordedEvent> stored = events(store);
        for (int i = 0; i < stored.size(); i++) {
            assertThat(stored.get(i).type().value()).isEqualTo("E" + (i + 1));
        }
    }

    @Test
    void traces_of_the_same_name_share_a_stream() {
        Path file =
                file(
                        folder,
                        "l.xes",
                        log(
                                trace("1", event("A"))
                                        + trace("2", event("B"))
                                        + trace("1", event("A"))));

        assertThat(leftfold("import", "--store", store, file).out())
                .isEqualTo("imported 3 events into 2 streams\n");
        assertThat(leftfold("import", "--store", store, file).out())
                .isEqualTo("imported 0 events into 0 streams (3 already there)\n");
    }

    @Test
    void an_event_that_has_changed_is_refused_with_its_line() {
        Path file = file(folder, "l.xes", log(trace("1", event("A"), "\n", event("B"))));
        leftfold("import", "--store", store, file);
        file(folder, "l.xes", log(trace("1", event("A"), "\n", event("X"))));

        Command.Result changed = leftfold("import", "--store", store, file);

        assertThat(changed.exitCode()).isEqualTo(2);
        assertThat(changed.out()).isEmpty();
        assertThat(changed.err())
                .contains(file + ":3: the store has this event (id ")
                .contains("in stream 'l-1') with other content")
                .contains("--category NAME");
        assertThat(events(store)).hasSize(2);
    }

    @Test
    void what_was_read_before_an_error_stays() {
        Path file = file(folder, "l.xes", log(trace("1", event("A")) + "\n<trace><event></trace>"));

        Command.Result result = leftfold("import", "--store", store, file);

        assertThat(result.exitCode()).isEqualTo(2);
        assertThat(result.err())
                .contains(
                        "before that it had imported 1 events into 1 streams. What is stored"
                                + " stays");
        assertThat(events(store)).hasSize(1);
        file(folder, "l.xes", log(trace("1", event("A")) + "\n" + trace("2", event("B"))));
        assertThat(leftfold("import", "--store", store, file).out())
                .isEqualTo("imported 1 events into 1 streams (1 already there)\n");
    }
}
