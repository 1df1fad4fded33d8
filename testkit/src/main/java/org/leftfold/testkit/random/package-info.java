/**
 * Repeatable random tests: {@link org.leftfold.testkit.random.Seeds} runs a test for many seeds and
 * says which one failed, {@link org.leftfold.testkit.random.Shrinker} makes a failing script small.
 */
@NullMarked
package org.leftfold.testkit.random;

import org.jspecify.annotations.NullMarked;
