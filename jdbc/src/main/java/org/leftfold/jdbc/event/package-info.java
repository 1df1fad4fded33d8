/** How events are written into rows, and made from them again. */
@NullMarked
package org.leftfold.jdbc.event;

import org.jspecify.annotations.NullMarked;
