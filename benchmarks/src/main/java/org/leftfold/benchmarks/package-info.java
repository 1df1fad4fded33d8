/**
 * Measures Leftfold beside other embedded stores, and all of them beside the bare log.
 *
 * <p>Entry point: {@link org.leftfold.benchmarks.Main}. It opens the stores of a run ({@link
 * org.leftfold.benchmarks.Contest}) and lets them take turns in {@link
 * org.leftfold.benchmarks.Writes}, {@link org.leftfold.benchmarks.Scan} and {@link
 * org.leftfold.benchmarks.Latency}; {@link org.leftfold.benchmarks.Report} prints what came into
 * {@link org.leftfold.benchmarks.Results}. The method is described in {@code docs/benchmarks.md}.
 */
@NullMarked
package org.leftfold.benchmarks;

import org.jspecify.annotations.NullMarked;
