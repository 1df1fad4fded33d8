/** How a database is spoken to: its dialect, its tables, its connections and its errors. */
@NullMarked
package org.leftfold.jdbc.sql;

import org.jspecify.annotations.NullMarked;
