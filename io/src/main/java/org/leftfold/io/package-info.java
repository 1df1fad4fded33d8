/**
 * The storage seam: everything a store asks of the machine below it.
 *
 * <p>Entry point: {@link org.leftfold.io.Machine}, which bundles one {@link
 * org.leftfold.io.Directory} of files, a {@link org.leftfold.io.TimeSource} and an {@link
 * org.leftfold.io.EntropySource}. Production uses {@link
 * org.leftfold.io.Machine#system(java.nio.file.Path)}; tests use the simulated disk of {@code
 * leftfold-testkit}, which keeps unsynced writes apart and can crash, tear, reorder, fill up or
 * fail at any call. Nothing else in Leftfold touches a file.
 *
 * <p>A write is durable after {@link org.leftfold.io.DataFile#force()}; a created, renamed or
 * deleted name is durable after {@link org.leftfold.io.Directory#force()}. Read those two first.
 */
@NullMarked
package org.leftfold.io;

import org.jspecify.annotations.NullMarked;
