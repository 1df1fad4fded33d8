package org.leftfold.framework.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.leftfold.api.Payload;

class LossTest {
    /** Shapes, of which the JSON does not say which one it is. */
    sealed interface Shape {
        /** Round. */
        record Circle(int radius) implements Shape {}

        /** Not round. */
        record Square(int side) implements Shape {}
    }

    /** Could be stored, but never be read. */
    @EventName("drawn")
    record Drawn(List<Shape> shapes) {}

    /** Many kinds of fields. */
    record Many(
            OptionalInt number,
            OptionalLong larger,
            Optional<List<String>> list,
            Optional<String> text,
            Map<String, Integer> map,
            List<Double> numbers,
            double small,
            float single) {}

    @Test
    void an_event_that_could_be_stored_but_not_be_read_is_refused_at_the_start() {
        EventSchema<Drawn> schema = EventSchema.of(Drawn.class);
        assertThatThrownBy(() -> new EventCodec<>(schema, new JsonFormat()))
                .isInstanceOf(DefinitionException.class)
                .hasMessageContaining(Shape.class.getName());
    }

    @Test
    void missing_fields_have_the_default_of_their_type() {
        Many many = new JsonFormat().read(Payload.ofText("{}"), Many.class);
        assertThat(many.number()).isEmpty();
        assertThat(many.larger()).isEmpty();
        assertThat(many.list()).isEmpty();
        assertThat(many.text()).isEmpty();
        assertThat(many.map()).isEmpty();
        assertThat(many.numbers()).isEmpty();
    }

    @Test
    void numbers_are_the_same_behind_an_upcaster() {
        JsonFormat format = new JsonFormat();
        for (double each :
                new double[] {0.1, 1e308, 4.9e-324, Double.NEGATIVE_INFINITY, -0.0, 1.0 / 3}) {
            Many many =
                    new Many(
                            OptionalInt.of(1),
                            OptionalLong.of(Long.MAX_VALUE),
                            Optional.of(List.of()),
                            Optional.of(""),
                            Map.of(),
                            List.of(each),
                            each,
                            (float) each);
            Payload stored = format.write(many);
            assertThat(format.read(stored, Many.class)).usingRecursiveComparison().isEqualTo(many);
            assertThat(format.read(format.tree(stored), Many.class))
                    .usingRecursiveComparison()
                    .isEqualTo(many);
        }
    }
}
