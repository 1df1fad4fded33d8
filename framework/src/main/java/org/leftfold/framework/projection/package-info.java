/**
 * Views that are built from events, and subscribers that react to them (R91 to R105).
 *
 * <p>Entry point: {@link org.leftfold.framework.projection.Projection} says what events mean,
 * {@link org.leftfold.framework.projection.Projections} runs them. An event goes from the follower
 * of a part ({@code PartRun}) into its buffer, and from there with others into one transaction
 * ({@code PartWriter}, {@code PartTransaction}) with the place behind them. What fails is parked
 * ({@link org.leftfold.framework.projection.Parking}). A {@link
 * org.leftfold.framework.projection.Rebuild} makes the next generation beside the one that is read.
 * Where it all is kept: {@link org.leftfold.api.spi.ViewStore}.
 */
@NullMarked
package org.leftfold.framework.projection;

import org.jspecify.annotations.NullMarked;
