/** Keeping the tables of an application up to date with events. */
@NullMarked
package org.leftfold.jdbc.view;

import org.jspecify.annotations.NullMarked;
