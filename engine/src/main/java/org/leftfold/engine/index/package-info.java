/**
 * The index: every event filed under its stream, its category, its type, its tags and its id.
 * Derived from the log, and rebuilt from it where it is missing or damaged.
 *
 * <p>Entry point: {@link org.leftfold.engine.index.EventIndex}, whose implementation {@link
 * org.leftfold.engine.index.TieredIndex} keeps the newest events in memory and the others in files.
 * Queries become cursors over positions in {@link org.leftfold.engine.index.QueryPlan}.
 */
@NullMarked
package org.leftfold.engine.index;

import org.jspecify.annotations.NullMarked;
