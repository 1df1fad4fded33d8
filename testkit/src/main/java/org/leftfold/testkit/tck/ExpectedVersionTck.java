package org.leftfold.testkit.tck;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.leftfold.testkit.tck.Samples.ORDER;
import static org.leftfold.testkit.tck.Samples.assertNothingStored;
import static org.leftfold.testkit.tck.Samples.event;
import static org.leftfold.testkit.tck.Samples.given;

import org.junit.jupiter.api.Test;
import org.leftfold.api.EventStore;
import org.leftfold.api.ExpectedVersion;
import org.leftfold.api.VersionConflictException;

/** What a writer may expect of a stream, against what the stream is (G4). */
public interface ExpectedVersionTck extends TckFixture {
    @Test
    default void no_stream_is_met_by_a_stream_that_was_never_written() {
        expectMet(ExpectedVersion.noStream(), 0);
    }

    @Test
    default void no_stream_is_not_met_by_a_written_stream() {
        expectConflict(ExpectedVersion.noStream(), 1);
        expectConflict(ExpectedVersion.noStream(), 3);
    }

    @Test
    default void exactly_zero_means_no_stream() {
        expectMet(ExpectedVersion.exactly(0), 0);
        expectConflict(ExpectedVersion.exactly(0), 1);
    }

    @Test
    default void exactly_is_met_by_the_same_version() {
        expectMet(ExpectedVersion.exactly(1), 1);
        expectMet(ExpectedVersion.exactly(3), 3);
    }

    @Test
    default void exactly_is_not_met_by_a_higher_version() {
        expectConflict(ExpectedVersion.exactly(1), 2);
        expectConflict(ExpectedVersion.exactly(1), 3);
    }

    @Test
    default void exactly_is_not_met_by_a_lower_version() {
        expectConflict(ExpectedVersion.exactly(3), 2);
        expectConflict(ExpectedVersion.exactly(Long.MAX_VALUE), 2);
    }

    @Test
    default void exactly_is_not_met_by_a_stream_that_was_never_written() {
        expectConflict(ExpectedVersion.exactly(1), 0);
    }

    @Test
    default void stream_exists_is_met_by_a_written_stream() {
        expectMet(ExpectedVersion.streamExists(), 1);
        expectMet(ExpectedVersion.streamExists(), 3);
    }

    @Test
    default void stream_exists_is_not_met_by_a_stream_that_was_never_written() {
        expectConflict(ExpectedVersion.streamExists(), 0);
    }

    @Test
    default void any_version_is_always_met() {
        expectMet(ExpectedVersion.any(), 0);
        expectMet(ExpectedVersion.any(), 1);
        expectMet(ExpectedVersion.any(), 3);
    }

    private void expectMet(ExpectedVersion expected, long actualVersion) {
        try (TckStore opened = openStore()) {
            EventStore store = opened.store();
            given(store, ORDER, (int) actualVersion);
            assertEquals(actualVersion + 1, store.append(ORDER, expected, event()).lastVersion());
            assertEquals(actualVersion + 1, store.version(ORDER));
        }
    }

    private void expectConflict(ExpectedVersion expected, long actualVersion) {
        try (TckStore opened = openStore()) {
            EventStore store = opened.store();
            given(store, ORDER, (int) actualVersion);
            VersionConflictException conflict =
                    assertNothingStored(
                            store,
                            VersionConflictException.class,
                            "LF-2001",
                            () -> store.append(ORDER, expected, event()));
            assertEquals(actualVersion, conflict.actualVersion());
            assertEquals(actualVersion, store.version(ORDER));
        }
    }
}
