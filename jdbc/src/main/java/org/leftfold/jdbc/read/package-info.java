/** Queries as SQL, and reading page by page. */
@NullMarked
package org.leftfold.jdbc.read;

import org.jspecify.annotations.NullMarked;
