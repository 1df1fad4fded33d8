/**
 * The classic aggregate: a class with {@code process}, which takes a command and gives events, and
 * {@code apply}, which takes an event and changes the state.
 *
 * <p>Entry point: {@link org.leftfold.framework.aggregate.Aggregate}, which switches over sealed
 * types, or {@link org.leftfold.framework.aggregate.DispatchingAggregate}, where each command and
 * each event has an overload of its own. {@link org.leftfold.framework.aggregate.AggregateType}
 * checks one of them at the start and makes instances of it.
 */
@NullMarked
package org.leftfold.framework.aggregate;

import org.jspecify.annotations.NullMarked;
