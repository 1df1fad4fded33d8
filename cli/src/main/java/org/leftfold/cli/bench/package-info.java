/**
 * A quick measurement of this machine with the real engine: {@code leftfold bench}.
 *
 * <p>Entry point: {@link org.leftfold.cli.bench.Bench}, which makes a {@link
 * org.leftfold.cli.bench.Measure} after the other. Each warms up before it counts. Nothing is
 * compared with other stores; the disk alone is measured to have something to hold the rest
 * against.
 */
@NullMarked
package org.leftfold.cli.bench;

import org.jspecify.annotations.NullMarked;
