/**
 * For tests of domain code: what a decider or an aggregate does with a command, as given, when and
 * then, what a projection makes of events and a subscriber does with them, and whether the
 * aggregates of a test are what their events make.
 *
 * <p>Entry points: {@link org.leftfold.testkit.scenario.Scenario}, {@link
 * org.leftfold.testkit.scenario.ProjectionScenario} and {@link
 * org.leftfold.testkit.scenario.SubscriberScenario}. {@link
 * org.leftfold.testkit.scenario.ReplayOracle} goes around a test with a repository; {@link
 * org.leftfold.testkit.scenario.ManualClock} and {@link
 * org.leftfold.testkit.scenario.RecordedWaiting} stand in for time. Failures are plain {@link
 * AssertionError}s, so any test framework will do.
 */
@NullMarked
package org.leftfold.testkit.scenario;

import org.jspecify.annotations.NullMarked;
