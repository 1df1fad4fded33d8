package org.leftfold.api;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is JSON and what is not; random texts are compared with another reader in the framework. */
class JsonTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "[]",
                "0",
                "-0",
                "true",
                "false",
                "null",
                "\"\"",
                " \t\r\n[ ] \n",
                "[[],{},[{}]]",
                "{\"a\":{\"b\":[1,2,{}]},\"a\":null}",
                "[-1.50e+10,0.1,10,1E5,2e-3]",
                "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00aF\\ud800\"",
                "{\"m\u00f6bel\":\"\uD55C \uD83D\uDE00 \u007f\"}",
            })
    void what_is_json_is_stored_as_it_stands(String json) {
        assertThat(NewEvent.ofJson("T", json).payload()).isEqualTo(Payload.ofText(json));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "`` | at byte 0 of 0, expected a value",
                "secret | at byte 0 of 6, expected a value",
                "{'a':1} | at byte 1 of 7, expected a name or '}'",
                "{\"a\" 1} | at byte 5 of 7, expected ':'",
                "{\"a\":} | at byte 5 of 6, expected a value",
                "{\"a\":1 | at byte 6 of 6, expected ',' or '}'",
                "{\"a\":1,} | at byte 7 of 8, expected a name",
                "{\"a\":1] | at byte 6 of 7, expected ',' or '}'",
                "[1,] | at byte 3 of 4, expected a value",
                "[,1] | at byte 1 of 4, expected a value",
                "[1 2] | at byte 3 of 5, expected ',' or ']'",
                "[} | at byte 1 of 2, expected a value",
                "1 2 | at byte 2 of 3, expected the end",
                "{}] | at byte 2 of 3, expected the end",
                "01 | at byte 1 of 2, expected the end",
                "+1 | at byte 0 of 2, expected a value",
                "1. | at byte 2 of 2, expected a digit",
                ".5 | at byte 0 of 2, expected a value",
                "-x | at byte 1 of 2, expected a digit",
                "1e+ | at byte 3 of 3, expected a digit",
                "NaN | at byte 0 of 3, expected a value",
                "tru | at byte 3 of 3, expected 'true'",
                "nul1 | at byte 3 of 4, expected 'null'",
                "\"a | at byte 2 of 2, expected '\"' to end a string",
                "\"\\x\" | at byte 2 of 4, expected an escape that JSON has",
                "\"\\u12g4\" | at byte 5 of 8, expected four hexadecimal digits",
                "[1] // why | at byte 4 of 10, expected the end",
                "`\uFEFF{}` | at byte 0 of 5, expected a value",
            })
    void what_is_none_is_refused_with_its_place(String text, String why) {
        Refusals.expect("LF-1014", why, () -> NewEvent.ofJson("T", text));
    }

    @Test
    void a_string_has_no_control_characters() {
        for (char c = 0; c < ' '; c++) {
            String text = "[\"a" + c + "\"]";
            Refusals.expect("LF-1014", "at byte 3 of 6", () -> NewEvent.ofJson("T", text));
        }
    }

    @Test
    void half_a_pair_is_refused_which_would_become_a_question_mark() {
        for (String half : new String[] {"\uD800", "\uDC00", "\uDC00\uD800"}) {
            Refusals.expect(
                    "LF-1014",
                    "character 4 of ",
                    () -> NewEvent.ofJson("T", "[\"\uD83D\uDE00" + half + "\"]"));
        }
    }

    @Test
    void brackets_are_kept_apart_as_deep_as_they_may_lie() {
        for (int depth : new int[] {1, 63, 64, 65, 128, 499, 500}) {
            NewEvent.ofJson("T", nested(depth, ""));
            Refusals.expect(
                    "LF-1014", "expected ',' or", () -> NewEvent.ofJson("T", nested(depth, "0 1")));
            String whole = nested(depth, "0");
            String open = whole.substring(0, whole.length() - 1);
            Refusals.expect("LF-1014", "expected ',' or", () -> NewEvent.ofJson("T", open));
        }
        Refusals.expect(
                "LF-1014",
                "at most 500 brackets in each other",
                () -> NewEvent.ofJson("T", "[".repeat(501) + "]".repeat(501)));
        Refusals.expect(
                "LF-1014", "at most 500", () -> NewEvent.ofJson("T", "[".repeat(10_000_000)));
    }

    /** Arrays and objects by turns, the innermost an array. */
    private static String nested(int depth, String innermost) {
        StringBuilder text = new StringBuilder("[" + innermost + "]");
        for (int i = 1; i < depth; i++) {
            text.insert(0, i % 2 == 1 ? "{\"a\":" : "[").append(i % 2 == 1 ? '}' : ']');
        }
        return text.toString();
    }
}
