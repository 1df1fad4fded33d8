/** Tests of projections on stores in memory. */
@NullMarked
package org.leftfold.framework.projection;

import org.jspecify.annotations.NullMarked;
