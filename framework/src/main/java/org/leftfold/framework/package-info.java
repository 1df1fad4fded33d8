/**
 * The framework: domain code on any event store.
 *
 * <p>Entry point: {@link org.leftfold.framework.Leftfold}. Rules of a domain are written as a
 * {@code Decider} or as an {@code Aggregate}; a {@code Repository} gives them commands; an {@code
 * EventSchema} says how events are stored and how older ones are read.
 */
@NullMarked
package org.leftfold.framework;

import org.jspecify.annotations.NullMarked;
