/**
 * The test suite that every event store passes: what the contract promises, and nothing stronger.
 *
 * <p>Entry point: {@link org.leftfold.testkit.tck.EventStoreTck}. The test class of a store
 * implements it and says in {@code openStore} how an empty store is opened; JUnit finds the tests,
 * which are default methods. Each opens a store of its own and closes it. Themes have an interface
 * each, such as {@link org.leftfold.testkit.tck.AppendTck}; read that one first, then {@link
 * org.leftfold.testkit.tck.IdempotencyTck} and {@link org.leftfold.testkit.tck.FollowTck}.
 *
 * <p>No test is ever skipped: a store that cannot pass one does not keep the contract.
 */
@NullMarked
package org.leftfold.testkit.tck;

import org.jspecify.annotations.NullMarked;
