/** Tests of what is not public. */
@NullMarked
package org.leftfold.framework.snapshot;

import org.jspecify.annotations.NullMarked;
