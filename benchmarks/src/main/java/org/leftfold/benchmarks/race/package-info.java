/**
 * Whether a reader that follows a log misses events while writers hold transactions open, roll back
 * and are killed.
 *
 * <p>Entry point: {@link org.leftfold.benchmarks.race.NobodySkips}.
 */
@NullMarked
package org.leftfold.benchmarks.race;

import org.jspecify.annotations.NullMarked;
