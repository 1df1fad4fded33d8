package org.leftfold.framework.projection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.leftfold.framework.projection.Parcels.append;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.leftfold.api.InMemoryEventStore;
import org.leftfold.api.spi.InMemoryViewStore;
import org.leftfold.framework.Leftfold;
import org.leftfold.framework.projection.Parcels.Weighed;

/** What is logged of an event that fails: one stack trace, then lines. */
class LoggingListenerTest {
    private final Logger logger = Logger.getLogger("org.leftfold.framework.projection");
    private final List<LogRecord> records = new ArrayList<>();
    private final Handler handler =
            new Handler() {
                @Override
                public void publish(LogRecord line) {
                    synchronized (records) {
                        records.add(line);
                    }
                }

                @Override
                public void flush() {}

                @Override
                public void close() {}
            };

    @BeforeEach
    void listen() {
        logger.addHandler(handler);
        logger.setUseParentHandlers(false);
    }

    @AfterEach
    void stop() {
        logger.removeHandler(handler);
        logger.setUseParentHandlers(true);
    }

    @Test
    void an_event_that_fails_again_and_again_is_told_with_one_stack_trace() {
        try (InMemoryEventStore store = InMemoryEventStore.open()) {
            append(store, "p1", new Weighed(-1));
            var stories =
                    Parcels.stories()
                            .onError(ErrorPolicy.retry(2).pausing(Duration.ZERO).thenStop())
                            .build();
            try (Projections running =
                    Leftfold.on(store).projections(new InMemoryViewStore()).add(stories).start()) {
                Parcels.until(() -> count() >= 4 && !running.status("stories").parts().isEmpty());
            }
            synchronized (records) {
                assertThat(records).hasSize(4);
                assertThat(records).filteredOn(line -> line.getThrown() != null).hasSize(1);
                assertThat(records.get(0).getThrown()).isInstanceOf(IllegalArgumentException.class);
                assertThat(records.get(2).getMessage())
                        .isEqualTo(
                                "projection 'stories': attempt 3 at version 1 of stream 'parcel-p1' failed with java.lang.IllegalArgumentException again; attempt 1 shows where");
                assertThat(records.get(3).getMessage()).contains("has stopped in front of event");
            }
        }
    }

    private int count() {
        synchronized (records) {
            return records.size();
        }
    }
}
