package org.leftfold.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class NamesTest {
    @Test
    void a_name_has_1_to_255_bytes() {
        Refusals.expect("LF-1001", "it is empty", () -> new EventType(""));
        assertThat(new EventType("n").value()).isEqualTo("n");
        assertThat(new EventType("n".repeat(255)).value()).hasSize(255);
        Refusals.expect(
                "LF-1001",
                "it takes 256 bytes of UTF-8, 255 are allowed",
                () -> new EventType("n".repeat(256)));
    }

    @Test
    void the_length_of_a_name_is_counted_in_bytes_of_utf_8() {
        assertThat(new EventType("\u00E9".repeat(127)).value()).hasSize(127);
        assertThat(new EventType("\uD83D\uDE80".repeat(63) + "abc").value()).hasSize(129);
        Refusals.expect("LF-1001", "256 bytes", () -> new EventType("\u00E9".repeat(128)));
        Refusals.expect("LF-1001", "256 bytes", () -> new EventType("\uD83D\uDE80".repeat(64)));
    }

    @Test
    void letters_of_every_script_are_allowed() {
        for (String name :
                List.of(
                        "\u6CE8\u6587",
                        "\u0627\u0644\u0637\u0644\u0628",
                        "\uD83D\uDC69\u200D\uD83D\uDE80",
                        "a b",
                        "~!")) {
            assertThat(new StreamName(name).value()).isEqualTo(name);
        }
    }

    @Test
    void invisible_characters_are_refused_and_shown() {
        for (String bad : List.of("\u0000", "\n", "\u007F", "\u0085", "\u2028", "\u2029")) {
            Refusals.expect(
                    "LF-1001", "at index 1 is invisible", () -> new EventType("a" + bad + "b"));
        }
        Refusals.expect("LF-1001", "'a\\u{A}b'", () -> new EventType("a\nb"));
    }

    @Test
    void characters_that_turn_the_direction_of_text_are_refused() {
        for (int codePoint :
                new int[] {
                    0x061C, 0x200E, 0x200F, 0x202A, 0x202B, 0x202C, 0x202D, 0x202E, 0x2066, 0x2067,
                    0x2068, 0x2069, 0xFEFF
                }) {
            String name = "a" + Character.toString(codePoint);
            Refusals.expect("LF-1001", "U+%04X".formatted(codePoint), () -> new EventType(name));
        }
    }

    @Test
    void half_a_surrogate_pair_is_refused() {
        Refusals.expect("LF-1001", "U+D83D", () -> new EventType("a\uD83D"));
        Refusals.expect("LF-1001", "U+DE80", () -> new EventType("\uDE80a"));
        Refusals.expect("LF-1001", "U+DE80", () -> new EventType("\uDE80\uD83D"));
    }

    @Test
    void a_name_is_in_normal_form_c() {
        assertThat(new EventType("\u00E9").value()).isEqualTo("\u00E9");
        Refusals.expect("LF-1001", "normal form C", () -> new EventType("e\u0301"));
        Refusals.expect("LF-1001", "normal form C", () -> new EventType("\u212B"));
    }

    @Test
    void a_long_refused_name_is_cut_in_the_text() {
        String message = Refusals.of(() -> new EventType("x".repeat(1000))).getMessage();
        assertThat(message).contains("x".repeat(60) + "...").doesNotContain("x".repeat(61));
    }

    @Test
    void the_category_of_a_stream_ends_at_the_first_dash() {
        assertThat(new StreamName("order-17-b").category()).isEqualTo("order");
        assertThat(new StreamName("order-17-b").id()).isEqualTo("17-b");
        assertThat(new StreamName("settings").category()).isEqualTo("settings");
        assertThat(new StreamName("settings").id()).isEmpty();
        assertThat(new StreamName("order-").id()).isEmpty();
        assertThat(StreamName.of("order", "17")).isEqualTo(new StreamName("order-17"));
        Refusals.expect("LF-1001", "ends a category", () -> StreamName.of("or-der", "17"));
        Refusals.expect("LF-1001", "is empty", () -> new StreamName("-17"));
        Refusals.expect(
                "LF-1001",
                "category '' is not allowed: it is empty",
                () -> StreamName.of("", "17"));
        Refusals.expect(
                "LF-1001",
                "id '' is not allowed: it is empty, and tells no two things of 'order' apart",
                () -> StreamName.of("order", ""));
    }

    @Test
    void a_tag_has_a_key_and_a_value() {
        assertThat(Tag.of("order:17")).isEqualTo(new Tag("order", "17"));
        assertThat(Tag.of("url:http://x")).isEqualTo(new Tag("url", "http://x"));
        assertThat(new Tag("url", "http://x")).hasToString("url:http://x");
        for (String bad : List.of("", ":", "order", "order:", ":17")) {
            Refusals.expect("LF-1001", () -> Tag.of(bad));
        }
        Refusals.expect("LF-1001", "its key contains ':'", () -> new Tag("a:b", "c"));
        assertThat(Tag.of("k:" + "v".repeat(253)).value()).hasSize(253);
        Refusals.expect("LF-1001", "256 bytes", () -> Tag.of("k:" + "v".repeat(254)));
    }

    @Test
    void an_act_needs_an_actor_and_a_reason() {
        assertThat(new AdminAct("ann", "retention").reason()).isEqualTo("retention");
        Refusals.expect("LF-1001", () -> new AdminAct("", "retention"));
        Refusals.expect("LF-1001", "it is blank", () -> new AdminAct(" ", "retention"));
        Refusals.expect("LF-1001", "it is blank", () -> new AdminAct("ann", "  "));
        Refusals.expect("LF-1001", () -> new AdminAct("ann", "x".repeat(256)));
    }

    @Test
    void names_are_ordered_by_their_letters() {
        assertThat(new StreamName("a").compareTo(new StreamName("b"))).isNegative();
        assertThat(new EventType("b").compareTo(new EventType("a"))).isPositive();
        assertThat(Tag.of("a:1").compareTo(Tag.of("a:1"))).isZero();
        assertThat(new StreamName("order-1")).hasToString("order-1");
        assertThat(new EventType("Placed")).hasToString("Placed");
    }
}
