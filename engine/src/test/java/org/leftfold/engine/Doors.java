package org.leftfold.engine;

import java.nio.file.Path;
import java.util.function.BooleanSupplier;
import org.leftfold.api.spi.HeadSignal;
import org.leftfold.engine.EmbeddedEventStore.Execution;
import org.leftfold.io.Machine;
import org.leftfold.testkit.disk.SimulatedMachine;

/** Lets the tests of other packages in at what is not public. */
public final class Doors {
    private Doors() {}

    /** A new store on a simulated disk, with a writer thread and the clocks of the system. */
    public static EmbeddedEventStore openSimulated() {
        Machine simulated = SimulatedMachine.empty(1).machine();
        return Opening.forWriting(
                simulated.withTime(Machine.system(Path.of("")).time()),
                EmbeddedOptions.defaults().segmentBytes(4 << 10, 4 << 10),
                Execution.THREADS);
    }

    /** A store on a simulated disk with all its threads and the monotonic clock of the system. */
    public static EmbeddedEventStore openSimulated(SimulatedMachine machine) {
        return Opening.forWriting(
                machine.machine().withTime(Machine.system(Path.of("")).time()),
                options(machine),
                Execution.THREADS);
    }

    /** The same for reading only. */
    public static EmbeddedEventStore openSimulatedForReading(SimulatedMachine machine) {
        return Opening.forReading(
                machine.machine().withTime(Machine.system(Path.of("")).time()), options(machine));
    }

    private static EmbeddedOptions options(SimulatedMachine machine) {
        return EmbeddedOptions.defaults()
                .clock(machine.time())
                .segmentBytes(4 << 10, 16 << 10)
                .indexMemoryBytes(64 << 10);
    }

    /** What followers wait at. */
    public static final class Signal {
        private final HeadSignal signal = new HeadSignal();

        /** Wakes everybody. */
        public void headMoved() {
            signal.headMoved();
        }

        /** Waits. */
        public void await(BooleanSupplier done) {
            signal.await(done);
        }
    }
}
