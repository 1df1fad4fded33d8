/**
 * The code that stands in {@code docs/guide}: regions between {@code @start} and {@code @end}, run
 * by a test.
 */
@NullMarked
package org.leftfold.examples.guide;

import org.jspecify.annotations.NullMarked;
