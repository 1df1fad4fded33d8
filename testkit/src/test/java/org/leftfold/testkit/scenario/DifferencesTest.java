package org.leftfold.testkit.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class DifferencesTest {
    record Address(String street, @Nullable String city) {}

    record Line(String item, int quantity) {}

    record Order(Address address, List<Line> lines, Map<String, BigDecimal> prices) {}

    record Wish(Optional<Line> line) {}

    record Anything(@Nullable Object value) {}

    @SuppressWarnings("unused") // by reflection only
    static final class Plain {
        private final Address address;
        private int visits;

        Plain(Address address, int visits) {
            this.address = address;
            this.visits = visits;
        }

        void visit() {
            visits++;
        }
    }

    private static final Address HOME = new Address("Elm Street", "Bonn");

    @Test
    void records_are_compared_all_the_way_down() {
        Order expected =
                new Order(
                        HOME,
                        List.of(new Line("tea", 2), new Line("milk", 1)),
                        Map.of("tea", new BigDecimal("1.50")));
        Order actual =
                new Order(
                        new Address("Elm Street", null),
                        List.of(new Line("tea", 3)),
                        Map.of("tea", new BigDecimal("1.5"), "milk", BigDecimal.ONE));
        assertThat(Differences.between(expected, expected)).isEmpty();
        assertThat(Differences.between(expected, actual))
                .containsExactly(
                        "address.city: expected \"Bonn\", came null",
                        "lines[0].quantity: expected 2, came 3",
                        "lines[1]: expected Line[item=milk, quantity=1], came nothing",
                        "prices[\"tea\"]: expected 1.50, came 1.5",
                        "prices[\"milk\"]: expected nothing, came 1");
        assertThat(Differences.between(List.of(), List.of(1)))
                .containsExactly("[0]: expected nothing, came 1");
    }

    @Test
    void arrays_and_classes_without_equals_are_alike_if_their_fields_are() {
        assertThat(Differences.between(new Anything(new byte[] {1}), new Anything(new byte[] {1})))
                .isEmpty();
        assertThat(Differences.between(new Anything(new byte[] {1}), new Anything(new byte[] {2})))
                .containsExactly("value[0]: expected 1, came 2");
        Plain plain = new Plain(HOME, 1);
        assertThat(Differences.between(plain, new Plain(HOME, 1))).isEmpty();
        Plain visited = new Plain(HOME, 1);
        visited.visit();
        assertThat(Differences.between(new Anything(plain), new Anything(visited)))
                .containsExactly("value.visits: expected 1, came 2");
    }

    @Test
    void the_class_is_told_where_the_texts_are_the_same() {
        assertThat(Differences.between(new Anything(1), new Anything(1L)))
                .containsExactly("value: expected 1 (java.lang.Integer), came 1 (java.lang.Long)");
        assertThat(Differences.between("1", 1)).containsExactly("expected \"1\", came 1");
    }

    @Test
    void what_is_optional_or_null_is_compared_inside() {
        Wish tea = new Wish(Optional.of(new Line("tea", 1)));
        assertThat(Differences.between(tea, new Wish(Optional.of(new Line("tea", 2)))))
                .containsExactly("line.quantity: expected 1, came 2");
        assertThat(Differences.between(tea, new Wish(Optional.empty())))
                .containsExactly("line: expected Line[item=tea, quantity=1], came null");
        Map<String, Object> withNull = new HashMap<>();
        withNull.put("a", null);
        assertThat(Differences.between(withNull, Map.of()))
                .containsExactly("[\"a\"]: expected null, came nothing");
        assertThat(Differences.between(Arrays.asList("a", null), List.of("a", "b")))
                .containsExactly("[1]: expected null, came \"b\"");
    }

    @Test
    void lists_of_events_tell_what_is_missing_superfluous_moved_or_changed() {
        Line a = new Line("a", 1);
        Line b = new Line("b", 1);
        Line c = new Line("c", 1);
        assertThat(EventLists.differences(List.of(a, b, c), List.of(a, b, c))).isEmpty();
        assertThat(EventLists.differences(List.of(a, b, c), List.of(a, c)))
                .containsExactly("expected event 2 is missing: Line[item=b, quantity=1]");
        assertThat(EventLists.differences(List.of(a, c), List.of(a, b, c)))
                .containsExactly("event 2 was not expected: Line[item=b, quantity=1]");
        assertThat(EventLists.differences(List.of(a, b), List.of(b, a)))
                .containsExactly(
                        "expected event 1 came as event 2, in another order: Line[item=a, quantity=1]");
        assertThat(EventLists.differences(List.of(a, b), List.of(HOME, a, c)))
                .containsExactly(
                        "expected event 2, which came as event 3 (Line), item: expected \"b\", came \"c\"",
                        "event 1 was not expected: Address[street=Elm Street, city=Bonn]");
        assertThat(EventLists.differences(List.of(a), List.of(b)))
                .containsExactly("event 1 (Line), item: expected \"a\", came \"b\"");
        assertThat(EventLists.differences(List.of(a, a), List.of(a)))
                .containsExactly("expected event 2 is missing: Line[item=a, quantity=1]");
    }
}
