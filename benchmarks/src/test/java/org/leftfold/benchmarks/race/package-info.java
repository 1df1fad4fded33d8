/** Whether the race counts what it says. */
@NullMarked
package org.leftfold.benchmarks.race;

import org.jspecify.annotations.NullMarked;
