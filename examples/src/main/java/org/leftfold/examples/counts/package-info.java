/**
 * A count that somebody asks to update and somebody else approves or rejects: the classic
 * aggregate, with one {@code process} for each command and one {@code apply} for each event. Who
 * changed the count, when, from what to what and why is read from the same events; nothing else is
 * kept for it.
 *
 * <p>Entry point: {@link org.leftfold.examples.counts.CountStory}. Rules are in {@code Count}.
 */
@NullMarked
package org.leftfold.examples.counts;

import org.jspecify.annotations.NullMarked;
