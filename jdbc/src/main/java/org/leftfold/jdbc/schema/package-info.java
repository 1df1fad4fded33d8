/** The tables and their migrations. */
@NullMarked
package org.leftfold.jdbc.schema;

import org.jspecify.annotations.NullMarked;
