package org.leftfold.api.shard;

import org.leftfold.api.Metadata;
import org.leftfold.api.RecordedEvent;
import org.leftfold.api.StreamName;

/**
 * One step of a move: an event in the stream, which takes a version there, and a note of it in the
 * own stream of the shard, stored by one append. What is known is known by the note: the stream may
 * be truncated, its versions never go back. Neither is seen outside.
 *
 * @param kind what it says
 * @param stream the stream that is moved
 * @param move the number of the move in the life of the stream, from 1
 * @param peer the shard at the other end: where the stream goes to, or comes from
 * @param next version, as seen outside, of the event that follows in this shard
 * @param departure position in the peer of the note that the stream ended there; of a departure 0
 * @param first of the end of an arrival the first version that could still be read then: what is
 *     below it in any shard was taken away since, and is shown no more; of others 0
 * @param version the version of its event in the stream in this shard
 * @param position the position of the note in this shard
 * @param metadata who moved it and why
 */
record Control(
        Kind kind,
        StreamName stream,
        long move,
        int peer,
        long next,
        long departure,
        long first,
        long version,
        long position,
        Metadata metadata) {
    /** The kinds, in the order of a move. */
    enum Kind {
        /** The stream is in the peer from now on; nothing may be appended behind this. */
        LEFT,
        /** Copies from the peer follow. */
        ARRIVING,
        /** All are there; the stream goes on here. */
        ARRIVED;

        /** The type of its events. */
        String type() {
            return switch (this) {
                case LEFT -> Marks.PREFIX + "Left";
                case ARRIVING -> Marks.PREFIX + "Arriving";
                case ARRIVED -> Marks.PREFIX + "Arrived";
            };
        }
    }

    /** One that is not stored yet, and has no place. */
    static Control due(
            Kind kind, StreamName stream, long move, int peer, long next, long departure) {
        return new Control(kind, stream, move, peer, next, departure, 0, 0, 0, Metadata.none());
    }

    /** The same with the first version that can be read. */
    Control from(long firstShown) {
        return new Control(
                kind, stream, move, peer, next, departure, firstShown, version, position, metadata);
    }

    /** Reads a note. */
    static Control of(Kind kind, RecordedEvent note) {
        Metadata metadata = note.metadata();
        return new Control(
                kind,
                StreamName.ofStored(metadata.value(Marks.STREAM).orElse("")),
                Marks.number(metadata, Marks.MOVE),
                Math.toIntExact(Marks.number(metadata, Marks.PEER)),
                Marks.number(metadata, Marks.NEXT),
                Marks.number(metadata, Marks.DEPARTURE),
                Marks.number(metadata, Marks.FIRST),
                Marks.number(metadata, Marks.VERSION),
                note.position(),
                metadata);
    }

    boolean is(Kind other) {
        return kind == other;
    }
}
