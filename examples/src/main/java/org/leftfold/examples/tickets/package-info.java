/**
 * Support tickets that somebody escalates: an aggregate whose state has a class of its own, and a
 * commit with the version that was on the screen, which is refused when somebody else was faster.
 *
 * <p>Entry point: {@link org.leftfold.examples.tickets.TicketDesk}. Rules are in {@code Ticket},
 * what they depend on is in {@code TicketState}.
 */
@NullMarked
package org.leftfold.examples.tickets;

import org.jspecify.annotations.NullMarked;
