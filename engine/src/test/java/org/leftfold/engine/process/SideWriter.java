package org.leftfold.engine.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.leftfold.api.Checkpoint;
import org.leftfold.api.Payload;
import org.leftfold.api.StreamName;
import org.leftfold.api.spi.AesKeyWrapping;
import org.leftfold.api.spi.KeyWrapping;
import org.leftfold.api.spi.LeaseStore.Lease;
import org.leftfold.api.spi.SnapshotStore.Snapshot;
import org.leftfold.engine.EmbeddedEventStore;
import org.leftfold.testkit.disk.SeededEntropy;

/** The small stores beside a log, each as a place for numbered things. */
enum SideWriter {
    SNAPSHOTS {
        @Override
        void write(EmbeddedEventStore store, int number) {
            store.snapshots()
                    .save(new Snapshot(stream(number), 1, "total", 1, Payload.ofText("17")));
        }

        @Override
        void remove(EmbeddedEventStore store, int number) {
            store.snapshots().drop(stream(number));
        }

        @Override
        boolean has(EmbeddedEventStore store, int number) {
            return store.snapshots().newest(stream(number), "total", 9).isPresent();
        }
    },

    CHECKPOINTS {
        @Override
        void write(EmbeddedEventStore store, int number) {
            boolean saved =
                    store.checkpoints().save(label(number), Checkpoint.of(EPOCH, number), 1);
            assertThat(saved).isTrue();
        }

        @Override
        void remove(EmbeddedEventStore store, int number) {
            store.checkpoints().forget(label(number));
        }

        @Override
        boolean has(EmbeddedEventStore store, int number) {
            return store.checkpoints().load(label(number)).isPresent();
        }
    },

    LEASES {
        @Override
        void write(EmbeddedEventStore store, int number) {
            assertThat(store.leases().acquire(label(number), "ann", HOUR)).isPresent();
        }

        // Whoever renews a lease for as long as before has it, and nothing is written.
        @Override
        void remove(EmbeddedEventStore store, int number) {
            store.leases().renew(lease(number), HOUR).ifPresent(store.leases()::release);
        }

        @Override
        boolean has(EmbeddedEventStore store, int number) {
            return store.leases().renew(lease(number), HOUR).isPresent();
        }

        // Leases were given one after the other, so their tokens are known.
        private Lease lease(int number) {
            return new Lease(label(number), "ann", number, Instant.EPOCH);
        }
    },

    KEYS {
        @Override
        void write(EmbeddedEventStore store, int number) {
            assertThat(store.keys(WRAPPING).currentOrNew(label(number))).isPresent();
        }

        @Override
        void remove(EmbeddedEventStore store, int number) {
            store.keys(WRAPPING).forget(label(number));
        }

        @Override
        boolean has(EmbeddedEventStore store, int number) {
            return store.keys(WRAPPING).find(label(number), 1).isPresent();
        }
    };

    private static final Duration HOUR = Duration.ofHours(1);
    private static final UUID EPOCH = new UUID(0x4000, 1);
    private static final KeyWrapping WRAPPING =
            new AesKeyWrapping(
                    new byte[AesKeyWrapping.MASTER_KEY_BYTES], new SeededEntropy(5)::fill);

    /** Stores a thing; numbers come in order, from 1. */
    abstract void write(EmbeddedEventStore store, int number);

    /** Takes a thing away. */
    abstract void remove(EmbeddedEventStore store, int number);

    /** Whether a thing is there. */
    abstract boolean has(EmbeddedEventStore store, int number);

    private static String label(int number) {
        return "thing " + number;
    }

    private static StreamName stream(int number) {
        return StreamName.of("thing", String.valueOf(number));
    }
}
