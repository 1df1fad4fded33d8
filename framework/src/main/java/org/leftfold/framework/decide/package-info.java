/**
 * Deciders: pure functions that hold the rules of a domain. They know no store, no clock and no
 * chance; a time comes with the command.
 *
 * <p>Entry point: {@link org.leftfold.framework.decide.Decider}. Aggregates are the other style, in
 * the package beside this one.
 */
@NullMarked
package org.leftfold.framework.decide;

import org.jspecify.annotations.NullMarked;
