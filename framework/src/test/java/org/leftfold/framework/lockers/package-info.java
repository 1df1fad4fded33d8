/** A small domain for tests. */
@NullMarked
package org.leftfold.framework.lockers;

import org.jspecify.annotations.NullMarked;
