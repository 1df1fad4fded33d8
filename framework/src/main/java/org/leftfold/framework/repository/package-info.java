/**
 * Repositories: they load what a stream means, let a command be decided, and append what happened,
 * with all that goes with it: conflicts, repetitions, snapshots, caches, messages that come twice.
 *
 * <p>Entry point: {@link org.leftfold.framework.repository.Repository}; {@link
 * org.leftfold.framework.repository.Decisions} decides over several streams. A command goes {@code
 * Repository}, {@code CommandRun}, {@code Loader}, the decider, {@code EventStore.append}.
 */
@NullMarked
package org.leftfold.framework.repository;

import org.jspecify.annotations.NullMarked;
