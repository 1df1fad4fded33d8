package org.leftfold.framework.projection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Set;
import org.junit.jupiter.api.Test;
import org.leftfold.api.Tag;
import org.leftfold.framework.codec.DefinitionException;
import org.leftfold.framework.codec.EventSchema;
import org.leftfold.framework.projection.Parcels.Lost;
import org.leftfold.framework.projection.Parcels.Moved;
import org.leftfold.framework.projection.Parcels.ParcelEvent;

/** A view that is keyed by a tag nobody has would stay empty, and nobody would be told. */
class KeyingTagTest {
    private static Projection.Builder<ParcelEvent, Long> view(
            EventSchema<ParcelEvent> schema, String tagKey, Class<?>... events) {
        return Projection.<ParcelEvent, Long>of(
                        "depots", Long.class, schema, (row, event, key) -> 1L, events)
                .keyedBy(Keying.tag(tagKey));
    }

    @Test
    void a_misspelt_key_is_refused_and_the_right_ones_are_named() {
        assertThatThrownBy(() -> view(Parcels.SCHEMA, "form").build())
                .isInstanceOf(DefinitionException.class)
                .hasMessageContaining(
                        "it is keyed by the tag 'form', which none of its events has: they have 'from', 'to'. Spell it as one of these,");
        assertThatThrownBy(() -> view(Parcels.SCHEMA, "from", Lost.class).build())
                .isInstanceOf(DefinitionException.class)
                .hasMessageContaining("which none of its events has: they have no tags");
        assertThat(view(Parcels.SCHEMA, "from").build().knowsKeysAhead()).isTrue();
        assertThat(view(Parcels.SCHEMA, "message").build().knowsKeysAhead()).isTrue();
    }

    @Test
    void where_a_function_gives_the_tags_nobody_can_tell() {
        EventSchema<ParcelEvent> more =
                EventSchema.builder(ParcelEvent.class)
                        .tags(Moved.class, moved -> Set.of(new Tag("way", moved.from())))
                        .build();
        assertThat(view(more, "way").build().knowsKeysAhead()).isTrue();
    }
}
