package org.leftfold.testkit.disk;

import org.leftfold.io.Machine;

/**
 * A machine for tests: a simulated disk, a manual clock and seeded identities.
 *
 * @param disk where the files are
 * @param time the clocks
 * @param entropy the source of identities
 */
public record SimulatedMachine(SimulatedDirectory disk, ManualTime time, SeededEntropy entropy) {
    /** A machine with an empty disk. */
    public static SimulatedMachine empty(long seed) {
        return with(new SimulatedDirectory(), seed);
    }

    /** A machine that finds this disk, with a new clock and new identities. */
    public static SimulatedMachine with(SimulatedDirectory disk, long seed) {
        return new SimulatedMachine(disk, new ManualTime(), new SeededEntropy(seed));
    }

    /**
     * The same machine after a crash: time and identities go on, the disk is what the crash left.
     */
    public SimulatedMachine restartedWith(SimulatedDirectory image) {
        return new SimulatedMachine(image, time, entropy);
    }

    /** What a store is opened on. */
    public Machine machine() {
        return new Machine(disk, time, entropy);
    }
}
