/**
 * An order from its creation to its end: an aggregate that switches over sealed types, so that a
 * new command or event does not compile until its rule is written. Mistakes are not erased, but
 * corrected by further events.
 *
 * <p>Entry point: {@link org.leftfold.examples.orders.OrderStory}. Rules are in {@code Order}.
 */
@NullMarked
package org.leftfold.examples.orders;

import org.jspecify.annotations.NullMarked;
