/**
 * The test suite of the framework that every event store passes: repositories, decisions over
 * several streams, snapshots, messages and history, on that store.
 *
 * <p>Entry point: {@link org.leftfold.testkit.tck.framework.FrameworkTck}. It is used like {@code
 * EventStoreTck}, and says nothing about a store that passes not that one too.
 */
@NullMarked
package org.leftfold.testkit.tck.framework;

import org.jspecify.annotations.NullMarked;
