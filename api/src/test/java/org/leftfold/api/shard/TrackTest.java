package org.leftfold.api.shard;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.leftfold.api.Metadata;
import org.leftfold.api.StreamName;
import org.leftfold.api.shard.Control.Kind;

/** How the events of moves shift the versions of a stream in one shard. */
class TrackTest {
    private static final StreamName STREAM = new StreamName("order-1");

    /** Three events, away, back with two more, one event, away again. */
    private static final Track THERE_AND_BACK =
            Track.NONE
                    .with(control(Kind.LEFT, 1, 4, 4))
                    .with(control(Kind.ARRIVING, 2, 5, 4))
                    .with(control(Kind.ARRIVED, 2, 8, 6))
                    .with(control(Kind.LEFT, 3, 10, 7));

    /** Came with the first two events truncated. */
    private static final Track CUT =
            Track.NONE.with(control(Kind.ARRIVING, 1, 1, 3)).with(control(Kind.ARRIVED, 1, 4, 5));

    private static Control control(Kind kind, long move, long version, long next) {
        return new Control(
                kind, STREAM, move, 1, next, 9, 0, version, 100 + version, Metadata.none());
    }

    @Test
    void versions_count_on_behind_the_events_of_moves() {
        long[] inner = {1, 2, 3, 6, 7, 9};
        for (int i = 0; i < inner.length; i++) {
            assertThat(THERE_AND_BACK.version(inner[i])).isEqualTo(i + 1);
            assertThat(THERE_AND_BACK.lastAtOrBelow(i + 1)).isEqualTo(inner[i]);
        }
        assertThat(THERE_AND_BACK.lastAtOrBelow(0)).isZero();
        assertThat(THERE_AND_BACK.streamVersion(10)).isEqualTo(6);
        assertThat(THERE_AND_BACK.streamVersion(9)).isEqualTo(6);
        assertThat(THERE_AND_BACK.streamVersion(8)).isEqualTo(5);
        assertThat(THERE_AND_BACK.streamVersion(4)).isEqualTo(3);
    }

    @Test
    void a_stream_that_was_never_moved_counts_as_its_shard_does() {
        assertThat(Track.NONE.version(7)).isEqualTo(7);
        assertThat(Track.NONE.expected(7)).isEqualTo(7);
        assertThat(Track.NONE.lastAtOrBelow(Long.MAX_VALUE)).isEqualTo(Long.MAX_VALUE);
        assertThat(Track.NONE.streamVersion(0)).isZero();
        assertThat(Track.NONE.isWhole()).isTrue();
    }

    @Test
    void what_a_writer_expects_is_what_its_shard_has() {
        Track home = Track.NONE.with(control(Kind.ARRIVED, 2, 8, 6));
        assertThat(home.expected(5)).isEqualTo(8);
        assertThat(home.expected(6)).isEqualTo(9);
        assertThat(home.expected(2)).isLessThan(8);
        assertThat(home.expected(Long.MAX_VALUE)).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void events_that_were_truncated_before_are_missing_and_their_versions_stay() {
        assertThat(CUT.version(2)).isEqualTo(3);
        assertThat(CUT.version(3)).isEqualTo(4);
        assertThat(CUT.version(5)).isEqualTo(5);
        assertThat(CUT.lastAtOrBelow(2)).isZero();
        assertThat(CUT.isWhole()).isFalse();
        assertThat(THERE_AND_BACK.isWhole()).isTrue();
    }

    @Test
    void only_what_came_between_the_ends_of_an_arrival_is_a_copy() {
        assertThat(THERE_AND_BACK.isCopied(3)).isFalse();
        assertThat(THERE_AND_BACK.isCopied(6)).isTrue();
        assertThat(THERE_AND_BACK.isCopied(9)).isFalse();
    }

    @Test
    void an_event_of_a_move_counts_once_and_in_its_place() {
        Track track = Track.NONE.with(control(Kind.ARRIVED, 2, 8, 6));
        Control first = control(Kind.LEFT, 1, 4, 4);
        assertThat(track.with(first).with(first).controls()).hasSize(2).startsWith(first);
    }
}
