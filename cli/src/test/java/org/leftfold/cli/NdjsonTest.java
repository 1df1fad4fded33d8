package org.leftfold.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.leftfold.cli.Command.contents;
import static org.leftfold.cli.Command.events;
import static org.leftfold.cli.Command.file;
import static org.leftfold.cli.Command.leftfold;
import static org.leftfold.cli.Command.leftfoldWithInput;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.leftfold.api.ExpectedVersion;
import org.leftfold.api.NewEvent;
import org.leftfold.api.Payload;
import org.leftfold.api.StreamName;
import org.leftfold.engine.EmbeddedEventStore;

class NdjsonTest {
    @TempDir Path folder;
    private Path store;

    @BeforeEach
    void choose_store() {
        store = folder.resolve("store");
    }

    @Test
    void an_export_gives_equal_events_in_another_store_and_none_in_the_same() {
        StreamName stream = StreamName.of("order", "17");
        try (EmbeddedEventStore writer = EmbeddedEventStore.open(store)) {
            for (byte[] payload : payloads()) {
                NewEvent event = NewEvent.of("Größe \"x\"", Payload.of(payload));
                event = event.withMetadata("actor", "a\u0001\"\n").withTags("k:v:w", "a:b");
                writer.append(stream, ExpectedVersion.any(), event.withSchemaVersion(3));
            }
        }
        Path lines = folder.resolve("l.ndjson.gz");
        Path copy = folder.resolve("copy");

        leftfold("export", "--store", store, "--format", "ndjson", "--output", lines);
        Command.Result imported = leftfold("import", "--store", copy, lines);

        int count = payloads().size();
        assertThat(imported.out()).isEqualTo("imported " + count + " events into 1 streams\n");
        assertThat(contents(copy)).isEqualTo(contents(store));
        for (int i = 0; i < count; i++) {
            assertThat(events(copy).get(i).payload().toByteArray()).isEqualTo(payloads().get(i));
        }
        assertThat(leftfold("import", "--store", store, lines).out())
                .isEqualTo("imported 0 events into 0 streams (" + count + " already there)\n");
    }

    private static List<byte[]> payloads() {
        return List.of(
                bytes("{ \"b\" :1.00, \"a\":\t[1e5,123456789012345678901234567890.10] ,\"b\":2}"),
                bytes("\"text \\\" \\\\ \\u00e9 \u00fc\""),
                bytes("-0.0"),
                bytes("null"),
                bytes("[]"),
                bytes(" {}"),
                bytes("{}\n"),
                bytes("{\n}"),
                bytes("no json"),
                bytes("1 2"),
                bytes(""),
                bytes("[".repeat(2000) + "]".repeat(2000)),
                new byte[] {'"', (byte) 0xff, '"'},
                new byte[] {0, 1, 2});
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1.00",
                "-12",
                "\"a\\\"b\"",
                "true",
                "null",
                "{\"a\" : [ 1 , 2 ]}",
                "[ ]",
                "1E+2"
            })
    void data_is_taken_byte_for_byte(String data) {
        String line = "{\"data\" : " + data + " , \"stream\":\"s-1\",\"type\":\"T\"}\r\n";

        Command.Result result =
                leftfoldWithInput(
                        "\n" + line, "import", "--store", store, "--format", "ndjson", "-");

        assertThat(result.err()).isEmpty();
        assertThat(events(store).getFirst().payload().asText()).isEqualTo(data);
        assertThat(leftfold("read", "--store", store, "--all", "--json").out())
                .endsWith("\"data\":" + data + "}\n");
    }

    @Test
    void lines_without_ids_are_known_again_by_their_place() {
        String line = "{\"stream\":\"s-1\",\"type\":\"T\",\"data\":1}\n";
        Path file = file(folder, "l.jsonl", line + line);
        leftfold("import", "--store", store, file);
        file(folder, "l.jsonl", line + line + line);

        assertThat(leftfold("import", "--store", store, file).out())
                .isEqualTo("imported 1 events into 1 streams (2 already there)\n");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "[]                                      | expected a JSON object, found an array",
                "{\"type\":\"T\",\"data\":1}             | expected the fields stream, type and"
                        + " data, found no stream",
                "{\"stream\":\"s\",\"data\":1}           | expected the fields stream, type and"
                        + " data, found no type",
                "{\"stream\":\"s\",\"type\":\"T\"}       | expected the fields stream, type and"
                        + " data, found no data",
                "{\"stream\":1}                          | expected a string as stream, found the"
                        + " number 1",
                "{\"stream\":\"-s\"}                     | LF-1001: stream name '-s' is not"
                        + " allowed",
                "{\"id\":\"x\"}                          | LF-1001: event id 'x' is not allowed",
                "{\"schemaVersion\":\"1\"}               | expected a whole number as"
                        + " schemaVersion, found a string",
                "{\"schemaVersion\":12345678901}         | expected a JSON object in one line,"
                        + " found",
                "{\"tags\":[\"x\"]}                      | LF-1001: tag 'x' is not allowed",
                "{\"metadata\":{\"a\":null}}             | expected a string as metadata 'a', found"
                        + " null",
                "{\"dataBase64\":\"?\"}                  | expected base64 as dataBase64, found"
                        + " something else",
                "{\"data\":1,\"dataBase64\":\"\"}        | expected data or dataBase64 once, found"
                        + " another one",
                "{\"other\":1}                           | expected as field one of position,"
                        + " stream,",
                "{\"data\":01}                           | expected a JSON object in one line,"
                        + " found",
                "{\"data\":                              | expected a JSON object in one line,"
                        + " found",
                "{\"stream\":\"s\",\"type\":\"T\",\"data\":1} {} | expected one JSON object in a"
                        + " line, found more"
            })
    void bad_lines_are_refused(String line, String message) {
        Path file =
                file(
                        folder,
                        "l.ndjson",
                        "{\"stream\":\"s-1\",\"type\":\"T\",\"data\":1}\n" + line + "\n");

        Command.Result result = leftfold("import", "--store", store, file);

        assertThat(result.exitCode()).isEqualTo(2);
        assertThat(result.err()).contains("leftfold: " + file + ":2: " + message);
        assertThat(result.err()).contains("imported 1 events into 1 streams");
        assertThat(events(store)).hasSize(1);
    }

    @Test
    void a_known_id_with_other_content_is_refused() {
        String id =
                "\"id\":\"01890a5d-ac96-774b-bcce-b302099a8057\",\"stream\":\"s\",\"type\":\"T\",";
        Path file = file(folder, "l.ndjson", "{" + id + "\"data\":1}\n{" + id + "\"data\":2}\n");

        Command.Result result = leftfold("import", "--store", store, file);

        assertThat(result.exitCode()).isEqualTo(2);
        assertThat(result.err()).contains(file + ":2: the store has this event (id 01890a5d-");
    }
}
