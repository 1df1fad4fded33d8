/** Deciding on appends and storing them, one group in one transaction. */
@NullMarked
package org.leftfold.jdbc.append;

import org.jspecify.annotations.NullMarked;
