/**
 * What happened, by whom, why, and what it changed: history of one thing, and the audit of a whole
 * store. Both are read from the events themselves, for there is no second record (R90).
 *
 * <p>Entry points: {@code Repository.history}, {@link org.leftfold.framework.history.Audit}.
 */
@NullMarked
package org.leftfold.framework.history;

import org.jspecify.annotations.NullMarked;
