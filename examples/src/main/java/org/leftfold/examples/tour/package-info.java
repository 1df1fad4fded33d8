/**
 * The tour of {@code README.md}: open, append, conflict, a rule across streams, read, follow. Entry
 * point: {@link org.leftfold.examples.tour.Tour}.
 */
@NullMarked
package org.leftfold.examples.tour;

import org.jspecify.annotations.NullMarked;
