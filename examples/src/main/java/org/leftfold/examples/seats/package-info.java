/**
 * A rule that no single stream can keep: every seat of a screening is sold at most once, whoever
 * buys. Entry point: {@link org.leftfold.examples.seats.BoxOffice}.
 */
@NullMarked
package org.leftfold.examples.seats;

import org.jspecify.annotations.NullMarked;
