package org.leftfold.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.leftfold.cli.Command.file;
import static org.leftfold.cli.Command.gzip;
import static org.leftfold.cli.Command.leftfold;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class XesErrorsTest {
    @TempDir Path folder;

    private void refuses(String content, String message) {
        Path file = file(folder, "l.xes", content);
        Command.Result result = leftfold("import", "--store", folder.resolve("store"), file);
        assertThat(result.exitCode()).isEqualTo(2);
        assertThat(result.out()).isEmpty();
        assertThat(result.err()).contains("leftfold: " + file + message);
        assertThat(result.err()).doesNotContain("\tat ");
    }

    @Test
    void another_root_element_is_refused() {
        refuses("<x/>", ":1: expected <log>, found <x>");
    }

    @Test
    void broken_xml_is_refused() {
        refuses("<log>\n<trace>\n</log>", ":3: expected well-formed XML, found an error: ");
        refuses("<log>\n<trace>\n", ":3: expected well-formed XML, found an error: ");
        refuses("", ":1: expected well-formed XML, found an error: ");
    }

    @Test
    void elements_at_the_wrong_place_are_refused() {
        refuses("<log>\n<event/></log>", ":2: expected <trace>, an attribute, <extension>,");
        refuses("<log><trace>\n<trace/></trace></log>", ":2: expected <event> or an attribute");
        refuses(
                "<log><trace><event>\n<event/></event></trace></log>",
                ":2: expected an attribute of the event, found <event>");
        refuses(
                "<log><trace><event>\n<x key=\"a\"/></event></trace></log>",
                ":2: expected an attribute of the event, found <x>");
        refuses(
                "<log><trace>\nhello</trace></log>",
                ":2: expected an element, found the text 'hello'");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "<string key='a'/>          | value=\"...\" in <string key=\"a\">, found no value",
                "<string value='a'/>        | key=\"...\" in <string>, found no key",
                "<int key='a' value='x'/>   | a whole number in <int key=\"a\">, found 'x'",
                "<int key='a' value='1.0'/> | a whole number in <int key=\"a\">, found '1.0'",
                "<float key='a' value=','/> | a number in <float key=\"a\">, found ','",
                "<boolean key='a' value='yes'/> | true or false in <boolean key=\"a\">, found"
                        + " 'yes'",
                "<date key='a' value='2011-13-01T00:00:00Z'/> | a date and time such as",
                "<date key='a' value='2011-02-30 10:00'/> | a date and time such as",
                "<int key='a' value='1' x='2'/> | only key and value in <int>, found 'x'"
            })
    void bad_attributes_are_refused(String attribute, String message) {
        String xml = attribute.replace('\'', '"');
        refuses(
                "<log>\n<trace>\n<event>" + xml + "</event></trace></log>",
                ":3: expected " + message);
    }

    @Test
    void document_types_and_entities_are_refused() {
        refuses(
                "<!DOCTYPE log [<!ENTITY a SYSTEM \"file:///etc/hostname\">]>\n<log/>",
                ":1: expected a log without a document type, found <!DOCTYPE>");
        refuses("<log><trace>&x;</trace></log>", ":1: expected ");
    }

    @Test
    void attributes_nested_without_end_are_refused() {
        String deep = "<string key=\"a\" value=\"b\">".repeat(101) + "</string>".repeat(101);
        refuses(
                "<log><trace><event>" + deep + "</event></trace></log>",
                ":1: attributes are nested more than 100 deep");
    }

    @Test
    void an_event_that_is_too_large_is_refused() {
        String large = "<string key=\"a\" value=\"" + "x".repeat(1 << 20) + "\"/>";
        refuses(
                "<log><trace>\n<event>" + large + "</event></trace></log>",
                ":2: LF-1002: 1048594 payload bytes of an event are too many");
    }

    @Test
    void a_gzip_file_that_is_cut_off_is_refused() throws IOException {
        byte[] whole = gzip("<log>\n" + "<trace><event/></trace>\n".repeat(1000) + "</log>");
        Path file = folder.resolve("l.xes.gz");
        Files.write(file, Arrays.copyOf(whole, whole.length / 2));
        Command.Result result = leftfold("import", "--store", folder.resolve("store"), file);
        assertThat(result.exitCode()).isEqualTo(2);
        assertThat(result.err())
                .containsPattern(
                        "l.xes.gz:\\d+: expected more of the file, found that it cannot be read");
    }

    @Test
    void bytes_that_only_start_like_gzip_are_refused() throws IOException {
        Path file = Files.write(folder.resolve("l.xes"), new byte[] {0x1f, (byte) 0x8b, 1, 2});
        Command.Result result = leftfold("import", "--store", folder.resolve("store"), file);
        assertThat(result.exitCode()).isEqualTo(2);
        assertThat(result.err()).contains(file + ":1: this is no gzip file that can be read");
    }
}
