package org.leftfold.testkit.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.leftfold.framework.codec.EventName;
import org.leftfold.framework.codec.EventSchema;
import org.leftfold.framework.privacy.DataSubject;
import org.leftfold.framework.privacy.PersonalData;
import org.leftfold.framework.projection.Projection;

/** Views of events with personal data are tested like others, and without that data as well. */
class PersonalProjectionTest {
    sealed interface ReaderEvent {
        @EventName("reader-joined")
        record Joined(@DataSubject String reader, @PersonalData String name)
                implements ReaderEvent {}

        @EventName("book-lent")
        record Lent(String title) implements ReaderEvent {}
    }

    private static final EventSchema<ReaderEvent> SCHEMA = EventSchema.of(ReaderEvent.class);

    static final class Card {
        private String name = "";
        private int books;

        void apply(ReaderEvent.Joined joined) {
            name = joined.name();
        }

        void apply(ReaderEvent.Lent lent) {
            books++;
        }
    }

    /** Takes for granted that everybody has two names. */
    static final class Strict {
        private int letters;

        void apply(ReaderEvent.Joined joined) {
            letters += joined.name().split(" ", 2)[1].length();
        }

        int letters() {
            return letters;
        }
    }

    private static <V> ProjectionScenario<V> given(Class<V> rows) {
        return ProjectionScenario.of(Projection.of("cards", rows, SCHEMA).build())
                .given(
                        "reader-1",
                        new ReaderEvent.Joined("1", "Ada Lovelace"),
                        new ReaderEvent.Lent("Emma"))
                .given("reader-2", new ReaderEvent.Joined("2", "Karl Marx"));
    }

    @Test
    void a_view_of_personal_data_has_it_and_survives_faults_and_erasures() {
        given(Card.class)
                .then("reader-1", card -> assertThat(card.name + card.books).endsWith("Lovelace1"))
                .thenKeys("reader-1", "reader-2")
                .survivesFaults();
    }

    @Test
    void a_view_that_cannot_bear_erased_data_is_found() {
        assertThatThrownBy(() -> given(Strict.class).survivesFaults())
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining(
                        "when all data subjects were forgotten, it fails on version 1 of stream 'reader-1'")
                .hasMessageContaining("ArrayIndexOutOfBounds");
    }
}
