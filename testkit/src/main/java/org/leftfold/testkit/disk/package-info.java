/**
 * The simulated disk: what a store would find after a power cut at any call, and calls that go
 * wrong as asked.
 *
 * <p>Entry point: {@link org.leftfold.testkit.disk.SimulatedDirectory}, or {@link
 * org.leftfold.testkit.disk.SimulatedMachine} for a whole machine. A write goes file, page cache
 * (the current bytes of a node), and with a force to its durable bytes; a read sees the page cache.
 * For crashes read {@link org.leftfold.testkit.disk.Journal}, {@link
 * org.leftfold.testkit.disk.CrashPoint} and {@link org.leftfold.testkit.disk.CrashOutcomes}, in
 * this order; for errors {@link org.leftfold.testkit.disk.FaultPlan}.
 */
@NullMarked
package org.leftfold.testkit.disk;

import org.jspecify.annotations.NullMarked;
