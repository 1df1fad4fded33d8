package org.leftfold.engine.crash;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.leftfold.api.Append;
import org.leftfold.api.AppendResult;
import org.leftfold.api.RecordedEvent;
import org.leftfold.api.StreamName;

/**
 * What the log holds wholly or not at all: an append, or a truncation.
 *
 * @param append what was appended, null for a truncation
 * @param result the answer, null for a truncation
 * @param events as they are stored; none for a truncation
 * @param truncated the stream, null for an append
 * @param firstKeptVersion of the truncated stream
 */
record Unit(
        @Nullable Append append,
        @Nullable AppendResult result,
        List<RecordedEvent> events,
        @Nullable StreamName truncated,
        long firstKeptVersion) {

    static Unit of(Append append, AppendResult result, List<RecordedEvent> events) {
        return new Unit(append, result, events, null, 0);
    }

    static Unit of(StreamName truncated, long firstKeptVersion) {
        return new Unit(null, null, List.of(), truncated, firstKeptVersion);
    }
}
