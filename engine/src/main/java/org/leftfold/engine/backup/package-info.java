/**
 * Copies of a store's files: {@link org.leftfold.engine.backup.Taking} makes a backup, which is a
 * closed store without index, and {@link org.leftfold.engine.backup.Restoring} makes a store of a
 * backup. Both copy with {@link org.leftfold.engine.backup.SegmentCopier}, which checks what it has
 * written, and make a new state visible with one rename at the end.
 */
@NullMarked
package org.leftfold.engine.backup;

import org.jspecify.annotations.NullMarked;
