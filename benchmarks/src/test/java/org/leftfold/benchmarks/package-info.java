/** Whether the benchmarks do what they say; never how fast. */
@NullMarked
package org.leftfold.benchmarks;

import org.jspecify.annotations.NullMarked;
