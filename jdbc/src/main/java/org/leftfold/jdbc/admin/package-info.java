/** Administrative acts: counts, checks, retention, backup and restore. */
@NullMarked
package org.leftfold.jdbc.admin;

import org.jspecify.annotations.NullMarked;
