/**
 * The stores that commands work on, wherever they are.
 *
 * <p>Entry point: {@link org.leftfold.cli.store.StorePlace}, made of what the user wrote: a
 * directory or the address of a database. It opens an {@link org.leftfold.cli.store.OpenStore}.
 * What belongs to databases is loaded only for them, so that a command on a directory starts as
 * fast as without.
 */
@NullMarked
package org.leftfold.cli.store;

import org.jspecify.annotations.NullMarked;
