package org.leftfold.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Checkpoints of one store and of several shards, and that they are kept apart. */
class CheckpointTest {
    private static final UUID EPOCH = UUID.fromString("01890a5d-ac96-774b-bcce-b302099a8057");
    private static final UUID OTHER = UUID.fromString("01890a5d-ac96-774b-bcce-b302099a8058");
    private static final Checkpoint VECTOR =
            Checkpoint.ofShards(List.of(Checkpoint.of(EPOCH, 7), Checkpoint.of(OTHER, 0)));

    @Test
    void the_text_of_one_store_stays_as_it_was() {
        assertThat(Checkpoint.of(EPOCH, 7)).hasToString("lf1:" + EPOCH + ":7");
        assertThat(Checkpoint.parse("lf1:" + EPOCH + ":7")).isEqualTo(Checkpoint.of(EPOCH, 7));
    }

    @Test
    void a_vector_has_a_text_of_its_own_which_is_read_back() {
        assertThat(VECTOR).hasToString("lfv1:" + EPOCH + ":7," + OTHER + ":0");
        assertThat(Checkpoint.parse(VECTOR.toString())).isEqualTo(VECTOR).hasSameHashCodeAs(VECTOR);
        assertThat(Checkpoint.parse("lfv1:" + EPOCH + ":7"))
                .isNotEqualTo(Checkpoint.of(EPOCH, 7))
                .isEqualTo(Checkpoint.ofShards(List.of(Checkpoint.of(EPOCH, 7))));
    }

    @Test
    void what_looks_like_neither_is_refused() {
        for (String text :
                List.of(
                        "",
                        "lfv1:",
                        "lfv1:" + EPOCH + ":7,",
                        "lfv1:" + EPOCH + ":7;" + OTHER + ":0",
                        "lfv1:lf1:" + EPOCH + ":7",
                        "lf1:" + EPOCH + ":7," + OTHER + ":0",
                        EPOCH + ":7",
                        "lfv1:" + EPOCH + ":99999999999999999999")) {
            Refusals.expect("LF-1001", "checkpoint", () -> Checkpoint.parse(text));
        }
    }

    @Test
    void one_kind_is_refused_where_the_other_is_needed() {
        assertThatThrownBy(() -> VECTOR.positionIn(EPOCH, 100))
                .isInstanceOf(StaleCheckpointException.class)
                .hasMessage(
                        "LF-4002: checkpoint "
                                + VECTOR
                                + " is no place in this store, which has no further shards: it belongs to another"
                                + " store. Give the follower a checkpoint of this store, or rebuild it.");
        assertThatThrownBy(() -> VECTOR.shardsIn(3))
                .isInstanceOf(StaleCheckpointException.class)
                .hasMessageContaining("which has 3 shards");
        assertThatThrownBy(() -> Checkpoint.of(EPOCH, 7).shardsIn(2))
                .isInstanceOf(StaleCheckpointException.class);
        assertThat(VECTOR.shardsIn(2)).hasSize(2);
    }

    @Test
    void a_vector_of_nothing_or_of_vectors_is_refused() {
        Refusals.expect("LF-1003", "a vector has one", () -> Checkpoint.ofShards(List.of()));
        Refusals.expect("LF-1003", "a vector has one", () -> Checkpoint.ofShards(List.of(VECTOR)));
    }

    @Test
    void places_in_one_history_are_compared() {
        Checkpoint seven = Checkpoint.of(EPOCH, 7);
        assertThat(seven.at(9)).isEqualTo(Checkpoint.of(EPOCH, 9));
        assertThat(seven.later(seven.at(9))).isEqualTo(seven.at(9));
        assertThat(seven.later(seven.at(5))).isEqualTo(seven);
        assertThat(seven.beginning()).isEqualTo(seven.at(0));
        assertThat(VECTOR.beginning().shardsIn(2))
                .containsExactly(Checkpoint.of(EPOCH, 0), Checkpoint.of(OTHER, 0));
        assertThat(seven.reaches(7)).isTrue();
        assertThat(seven.reaches(8)).isFalse();
    }
}
