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
import org.leftfold.engine.log.Segment;

/**
 * Reads events at known positions. Events of one frame are read once in either direction. Not safe
 * for several threads.
 */
final class EventFetcher {
    private final Log log;
    private final EventIndex index;
    private final FrameReader reader = new FrameReader();
    private final BodyDecoder decoder = new BodyDecoder();
    private long location; // of the frame that the decoder is in, 0 for none
    private long decoded; // position of the last event that the decoder gave or skipped
    private final List<@Nullable RecordedEvent> frame =
            new ArrayList<>(); // events of one frame, for reading backward
    private long frameLocation;
    private long frameFirst; // position of the first of them

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
        long wanted = locate(position);
        if (wanted != location || position <= decoded) {
            location = 0; // in case reading fails
            reader.read(log.segmentAt(wanted), Log.offsetOf(wanted), decoder);
            location = wanted;
            decoded = 0;
        }
        while (decoder.next()) {
            decoded = decoder.position();
            if (decoded == position) {
                return decoder;
            }
            decoder.skip();
        }
        location = 0;
        throw missing(position, wanted);
    }

    /**
     * The event at {@code position}, which exists, or null if it was removed. Quick when positions
     * fall.
     */
    @Nullable RecordedEvent fetchBackward(long position) {
        long wanted = locate(position);
        if (wanted != frameLocation) {
            frameLocation = 0;
            frame.clear();
            location = 0;
            reader.read(log.segmentAt(wanted), Log.offsetOf(wanted), decoder);
            frameFirst = 0;
            while (decoder.next()) {
                frameFirst = frameFirst == 0 ? decoder.position() : frameFirst;
                if (decoder.isRemoved()) {
                    decoder.skip();
                    frame.add(null);
                } else {
                    frame.add(decoder.event());
                }
            }
            frameLocation = wanted;
        }
        long place = position - frameFirst;
        if (place < 0 || place >= frame.size()) {
            throw missing(position, wanted);
        }
        return frame.get((int) place);
    }

    private long locate(long position) {
        long found = index.locationOf(position);
        if (found == 0) {
            throw new IllegalStateException("there is no event at position " + position);
        }
        return found;
    }

    private Corruption missing(long position, long wanted) {
        Segment segment = log.segmentAt(wanted);
        return new Corruption(
                segment.fileName(),
                Log.offsetOf(wanted),
                "the frame does not hold position " + position);
    }
}
