/**
 * The test suites that stores for snapshots, checkpoints, leases, keys and views pass: what the
 * contracts of {@code org.leftfold.api.spi} promise, and nothing stronger.
 *
 * <p>Entry point: {@link org.leftfold.testkit.tck.spi.CheckpointStoreTck}, then its four sisters.
 * The test class of a store implements one and says how an empty store is opened; JUnit finds the
 * tests, which are default methods. No test is ever skipped: a store that keeps nothing beyond its
 * closing answers {@link org.leftfold.testkit.tck.spi.SpiTckStore#reopen()} with itself.
 */
@NullMarked
package org.leftfold.testkit.tck.spi;

import org.jspecify.annotations.NullMarked;
