/** Tests of copies and transformations. */
@NullMarked
package org.leftfold.framework.transform;

import org.jspecify.annotations.NullMarked;
