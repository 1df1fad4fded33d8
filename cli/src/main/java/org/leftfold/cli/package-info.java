/**
 * The {@code leftfold} command.
 *
 * <p>Entry point: {@link org.leftfold.cli.Main}. Each command is a class of this package and says
 * in its help what it does; all of them reach the world through {@link
 * org.leftfold.cli.terminal.Console} and a store through {@link org.leftfold.cli.StoreOption} and
 * the package {@code store}. The formats of import and export have packages of their own: {@code
 * xes} and {@code ndjson}.
 */
@NullMarked
package org.leftfold.cli;

import org.jspecify.annotations.NullMarked;
