/** A stream of many ages, read on every path. */
@NullMarked
package org.leftfold.framework.evolution;

import org.jspecify.annotations.NullMarked;
