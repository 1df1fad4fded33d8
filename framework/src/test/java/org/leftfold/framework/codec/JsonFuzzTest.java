package org.leftfold.framework.codec;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.leftfold.api.InvalidRequestException;
import org.leftfold.api.NewEvent;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/** {@link NewEvent#ofJson} and Jackson agree on what is JSON. */
class JsonFuzzTest {
    private static final int TEXTS = 200_000;
    private static final String[] PIECES = {
        "{",
        "}",
        "[",
        "]",
        ":",
        ",",
        "\"",
        "\\",
        "/",
        "\\u00e9",
        "\\n",
        "u",
        "true",
        "false",
        "null",
        "0",
        "1",
        "9",
        "-",
        "+",
        ".",
        "e",
        "E",
        "12.5e-3",
        " ",
        "\n",
        "\t",
        "\r",
        "\u0001",
        "\u007f",
        "\u00e9",
        "\uD55C",
        "\uD83D\uDE00",
        "\u00a0",
        "'",
        "#",
        "//",
        "NaN",
        "\"a\"",
        "\"a\":1",
        "{}",
        "[]",
    };

    private final JsonFactory jackson = new JsonFactory();

    @Test
    void random_texts_are_json_for_both_or_for_none(TestReporter reporter) {
        long seed = System.nanoTime();
        reporter.publishEntry("seed", Long.toString(seed));
        Random random = new Random(seed);
        int wellFormed = 0;
        for (int i = 0; i < TEXTS; i++) {
            StringBuilder text = new StringBuilder();
            value(random, text, 4);
            for (int edits = random.nextInt(4); edits > 0; edits--) {
                edit(random, text);
            }
            boolean expected = isJsonForJackson(text.toString());
            wellFormed += expected ? 1 : 0;
            assertThat(isJsonForUs(text.toString()))
                    .as("seed %d, text %d: %s", seed, i, text)
                    .isEqualTo(expected);
        }
        assertThat(wellFormed).as("texts that are JSON").isBetween(TEXTS / 10, TEXTS * 9 / 10);
    }

    private static void value(Random random, StringBuilder text, int depth) {
        switch (random.nextInt(depth == 0 ? 4 : 7)) {
            case 0 -> text.append(random.nextInt());
            case 1 -> text.append(random.nextGaussian());
            case 2 -> text.append(random.nextBoolean() ? "null" : "true");
            case 3 -> string(random, text);
            case 4, 5 -> {
                text.append('{');
                for (int left = random.nextInt(4); left > 0; left--) {
                    string(random, text);
                    text.append(random.nextInt(5) == 0 ? " : " : ":");
                    value(random, text, depth - 1);
                    text.append(left > 1 ? "," : "");
                }
                text.append('}');
            }
            default -> {
                text.append('[');
                for (int left = random.nextInt(4); left > 0; left--) {
                    value(random, text, depth - 1);
                    text.append(left > 1 ? ", " : "");
                }
                text.append(']');
            }
        }
    }

    private static void string(Random random, StringBuilder text) {
        text.append('"');
        for (int left = random.nextInt(5); left > 0; left--) {
            text.append(random.nextInt(4) == 0 ? "\\t" : (char) ('a' + random.nextInt(26)));
        }
        text.append('"');
    }

    /** Takes out, puts in or replaces a piece, never half of a pair. */
    private static void edit(Random random, StringBuilder text) {
        int at = random.nextInt(text.length() + 1);
        if (at < text.length() && Character.isLowSurrogate(text.charAt(at))) {
            at--;
        }
        int kind = random.nextInt(3);
        if (kind != 0 && at < text.length()) {
            text.delete(at, at + Character.charCount(text.codePointAt(at)));
        }
        if (kind != 1) {
            text.insert(at, PIECES[random.nextInt(PIECES.length)]);
        }
    }

    private static boolean isJsonForUs(String text) {
        try {
            NewEvent.ofJson("T", text);
            return true;
        } catch (InvalidRequestException refused) {
            assertThat(refused.code()).isEqualTo("LF-1014");
            return false;
        }
    }

    /** One value, and nothing behind it: Jackson itself reads several. */
    private boolean isJsonForJackson(String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        try (JsonParser parser = jackson.createParser(ObjectReadContext.empty(), utf8)) {
            if (parser.nextToken() == null) {
                return false;
            }
            parser.skipChildren();
            if (parser.currentToken().isNumeric()) {
                parser.getNumberValue();
            }
            return parser.nextToken() == null;
        } catch (JacksonException refused) {
            return false;
        }
    }
}
