/**
 * Snapshots: states kept beside the events so that a load need not start at version 1. They are
 * derived; every one may be lost or unreadable and the result of a load stays the same.
 *
 * <p>Entry point: {@link org.leftfold.framework.snapshot.Snapshots}, which a repository is given.
 */
@NullMarked
package org.leftfold.framework.snapshot;

import org.jspecify.annotations.NullMarked;
