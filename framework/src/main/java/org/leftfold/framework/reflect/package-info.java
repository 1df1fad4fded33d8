/** Looks into classes of the application. Not exported: it is ours alone. */
@NullMarked
package org.leftfold.framework.reflect;

import org.jspecify.annotations.NullMarked;
