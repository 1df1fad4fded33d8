package org.leftfold.jdbc.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.leftfold.api.IntegrityException;
import org.leftfold.api.Metadata;
import org.leftfold.testkit.random.Seeds;

/** Metadata as the text in which they are stored. */
class EventTextsTest {
    private static final List<String> PARTS =
            List.of(
                    "a", "\"", "\\", "\n", "\u0001", ":", ",", "{", "}", "\":\"", "é", "😀",
                    "\u2028");

    @Test
    void metadata_come_back_as_they_were_whatever_they_hold() {
        Seeds.check(
                Seeds.range(1, 2_000),
                (seed, random) -> {
                    Metadata metadata = Metadata.of(entries(random));
                    Metadata back = EventTexts.metadata(EventTexts.ofMetadata(metadata), 1);
                    assertThat(back).isEqualTo(metadata);
                    assertThat(back.sizeBytes()).isEqualTo(metadata.sizeBytes());
                });
    }

    private static Map<String, String> entries(SplittableRandom random) {
        Map<String, String> entries = new HashMap<>();
        int count = random.nextInt(4);
        for (int i = 0; i < count; i++) {
            StringBuilder value = new StringBuilder();
            int parts = random.nextInt(4);
            for (int j = 0; j < parts; j++) {
                value.append(PARTS.get(random.nextInt(PARTS.size())));
            }
            entries.put("key" + i, value.toString());
        }
        return entries;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{",
                "}",
                "{\"a\"}",
                "{\"a\":\"b\"",
                "{\"a\":\"b}",
                "{\"a\":\"b\",}",
                "{\"a\":\"b\",\"c\"}",
                "{\"a\":1}",
                "[\"a\",\"b\"]",
                "{\"a\",\"b\"}",
                "{\"a\":\"b\":\"c\":\"d\"}",
                "{\"a\":\"b\"}}",
                "\"a\""
            })
    void what_nobody_wrote_is_an_error_of_the_row(String text) {
        assertThatThrownBy(() -> EventTexts.metadata(text, 7))
                .isInstanceOf(IntegrityException.class)
                .hasMessageContaining("position 7");
    }

    @Test
    void an_object_that_somebody_has_formatted_is_read_all_the_same() {
        assertThat(EventTexts.metadata("{ \"a\" : \"b\" }", 1))
                .isEqualTo(Metadata.of(Map.of("a", "b")));
    }
}
