/**
 * The seats of a conference, which registrants reserve, commit and cancel: a decider with snapshots
 * and a cache, and two ways through the rush of the last day.
 *
 * <p>Entry point: {@link org.leftfold.examples.conference.Conferences}. All seats of a conference
 * in one stream: {@code SeatDecider}, which keeps the total. A stream for each registrant, and
 * nothing but bookings and cancellations: {@code BookingDecider}.
 */
@NullMarked
package org.leftfold.examples.conference;

import org.jspecify.annotations.NullMarked;
