package org.leftfold.engine;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.leftfold.api.RecordedEvent;
import org.leftfold.engine.index.EventIndex;
import org.leftfold.engine.log.BodyDecoder;
import org.leftfold.engine.log.Corruption;
import org.leftfold.engine.log.FrameReader;
import org.leftfold.engine.log.Log;

/**
 * Reads events at known positions. Events of one frame are read once in either direction. Not safe
 * for several threads.
 */
final class EventFetcher {
    private static final long[] NONE = {};

    private final Log log;
    private final EventIndex index;
    private final FrameReader reader = new FrameReader();
    private final BodyDecoder decoder = new BodyDecoder();
    private boolean isInFrame; // whether the decoder is in the frame that the reader has
    private long decoded; // position of the last event that the decoder gave or skipped
    private final List<@Nullable RecordedEvent> frame =
            new ArrayList<>(); // events of one frame, for reading backward
    private long frameFirst; // position of the first of them
    private long[] expected = NONE; // positions that may come next
    private long[] locations = NONE; // their places
    private int passed; // so many of them came, or were passed over

    EventFetcher(Log log, EventIndex index) {
        this.log = log;
        this.index = index;
    }

    /**
     * The event at {@code position}, which exists, or null if it was removed. Quick when positions
     * rise.
     */
    @Nullable RecordedEvent fetch(long position) {
        BodyDecoder at = seek(position);
        if (at.isRemoved()) {
            at.skip();
            return null;
        }
        return at.event();
    }

    /** A decoder that has the event at {@code position}, which exists, at hand. */
    BodyDecoder seek(long position) {
        boolean isHere =
                isInFrame
                        && position >= reader.firstPosition()
                        && position <= reader.lastPosition();
        if (!isHere) {
            read(position);
            decoded = 0;
        } else if (position <= decoded) {
            reader.again(decoder);
            decoded = 0;
        }
        while (decoder.next()) {
            decoded = decoder.position();
            if (decoded == position) {
                return decoder;
            }
            decoder.skip();
        }
        isInFrame = false;
        throw new IllegalStateException("a frame ends before its last event");
    }

    /** Looks up together where the events are that come next. */
    void expect(long[] positions) {
        passed = expected.length; // in case looking up fails
        locations = index.locationsOf(positions);
        expected = positions;
        passed = 0;
    }

    /** Whether the last event that was fetched is the only one of its frame. */
    boolean isAlone() {
        return reader.firstPosition() == reader.lastPosition();
    }

    private long locationOf(long position) {
        while (passed < expected.length) {
            int at = passed++;
            if (expected[at] == position) {
                return locations[at];
            }
        }
        return index.locationOf(position);
    }

    /** Reads the frame that holds a position. */
    private void read(long position) {
        long location = locationOf(position);
        if (location == 0) {
            throw new IllegalStateException("there is no event at position " + position);
        }
        Log.Place place = log.placeOf(location, position);
        isInFrame = false; // in case reading fails
        reader.read(place.segment(), place.offset(), decoder);
        if (position < reader.firstPosition() || position > reader.lastPosition()) {
            throw new Corruption(
                    place.segment().fileName(),
                    place.offset(),
                    "the frame does not hold position " + position);
        }
        isInFrame = true;
    }

    /**
     * The event at {@code position}, which exists, or null if it was removed. Quick when positions
     * fall.
     */
    @Nullable RecordedEvent fetchBackward(long position) {
        if (position < frameFirst || position >= frameFirst + frame.size()) {
            frame.clear();
            read(position);
            frameFirst = reader.firstPosition();
            isInFrame = false; // the decoder goes to its end
            while (decoder.next()) {
                if (decoder.isRemoved()) {
                    decoder.skip();
                    frame.add(null);
                } else {
                    frame.add(decoder.event());
                }
            }
        }
        return frame.get((int) (position - frameFirst));
    }
}
