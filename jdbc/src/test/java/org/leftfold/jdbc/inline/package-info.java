/** Views that change in the same transaction as events are appended, on real servers. */
@NullMarked
package org.leftfold.jdbc.inline;

import org.jspecify.annotations.NullMarked;
