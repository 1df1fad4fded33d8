package org.leftfold.engine.side;

import org.jspecify.annotations.Nullable;

/**
 * How making a file anew ended.
 *
 * @param failure why it was not made; null if it was
 * @param inDoubt whether it may have been made nevertheless
 */
record Remaking(@Nullable Throwable failure, boolean inDoubt) {}
