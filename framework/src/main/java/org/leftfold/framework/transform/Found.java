package org.leftfold.framework.transform;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.leftfold.api.EventStore;
import org.leftfold.api.ReadRequest;
import org.leftfold.api.RecordedEvent;
import org.leftfold.api.StreamName;

/**
 * The copied events of a target, beside the outputs that they are compared with. For one thread.
 */
interface Found extends AutoCloseable {
    /** The copied event that stands where an output belongs, or null if there is none. */
    @Nullable RecordedEvent at(Output output);

    /** Goes on behind the event that stands where an output belongs. */
    void pass(Output output);

    /** What is left when all outputs were compared, one event of it. */
    @Nullable RecordedEvent rest();

    /** How many events are there that were not copied from the source, or -1 if nobody counted. */
    long others();

    @Override
    void close();

    /** In a store with one order of all events: they stand in the order of the outputs. */
    final class InOrder implements Found {
        private final CopiedEvents events;

        InOrder(EventStore target, UUID source, long upTo) {
            this.events = new CopiedEvents(target.read(ReadRequest.all()), source, upTo);
        }

        @Override
        public @Nullable RecordedEvent at(Output output) {
            return events.current();
        }

        @Override
        public void pass(Output output) {
            events.advance();
        }

        @Override
        public @Nullable RecordedEvent rest() {
            RecordedEvent event = events.current();
            if (event != null) {
                events.advance();
            }
            return event;
        }

        @Override
        public long others() {
            return events.others();
        }

        @Override
        public void close() {
            events.close();
        }
    }

    /**
     * In a sharded store: in order in each stream only, so each event is looked up. How far each
     * stream is, is found again by halving when it was not used for long.
     */
    final class ByStream implements Found {
        private static final int MAX_STREAMS = 50_000; // about 10 MiB

        private final EventStore target;
        private final UUID source;
        private final long upTo;
        private long passed;
        private @Nullable CopiedEvents all;
        private final Map<StreamName, Long> versions =
                new LinkedHashMap<>(16, 0.75f, true) {
                    private static final long serialVersionUID = 1L;

                    @Override
                    protected boolean removeEldestEntry(Map.Entry<StreamName, Long> eldest) {
                        return size() > MAX_STREAMS;
                    }
                };

        ByStream(EventStore target, UUID source, long upTo) {
            this.target = target;
            this.source = source;
            this.upTo = upTo;
        }

        @Override
        public @Nullable RecordedEvent at(Output output) {
            Long before = versions.get(output.stream());
            long version = before == null ? versionBefore(output) : before;
            RecordedEvent event = firstAbove(output.stream(), version);
            versions.put(output.stream(), event == null ? version : event.version() - 1);
            return event;
        }

        /** The version of the last event that belongs in front of an output. */
        private long versionBefore(Output output) {
            long low = 0;
            long high = target.version(output.stream()) + 1;
            while (high - low > 1) {
                long middle = low + (high - low) / 2;
                RecordedEvent event = firstAbove(output.stream(), middle - 1);
                boolean isBefore =
                        event != null
                                && Provenance.of(event)
                                        .filter(it -> it.key().compareTo(output.key()) < 0)
                                        .isPresent();
                if (isBefore) {
                    low = middle;
                } else {
                    high = middle;
                }
            }
            return low;
        }

        private @Nullable RecordedEvent firstAbove(StreamName stream, long version) {
            ReadRequest request = ReadRequest.stream(stream).afterVersion(version);
            try (CopiedEvents one = new CopiedEvents(target.read(request), source, upTo)) {
                return one.current();
            }
        }

        @Override
        public void pass(Output output) {
            passed++;
            versions.merge(output.stream(), 1L, Long::sum);
        }

        /** All are counted: what is there beside those that were passed belongs nowhere. */
        @Override
        public @Nullable RecordedEvent rest() {
            CopiedEvents counted = all;
            if (counted == null) {
                counted = new CopiedEvents(target.read(ReadRequest.all()), source, upTo);
                all = counted;
            }
            RecordedEvent event = counted.current();
            while (event != null && passed > 0) {
                passed--;
                counted.advance();
                event = counted.current();
            }
            if (event != null) {
                counted.advance();
            }
            return event;
        }

        @Override
        public long others() {
            return all == null ? 0 : all.others();
        }

        @Override
        public void close() {
            if (all != null) {
                all.close();
            }
        }
    }
}
