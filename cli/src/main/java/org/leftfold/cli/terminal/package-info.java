/**
 * What the commands see of the world around them: where text comes from and goes to.
 *
 * <p>Entry point: {@link org.leftfold.cli.terminal.Console}, given to every command, so that tests
 * run commands in their own process. Text leaves through {@link org.leftfold.cli.terminal.Output},
 * colours come from {@link org.leftfold.cli.terminal.Style}.
 */
@NullMarked
package org.leftfold.cli.terminal;

import org.jspecify.annotations.NullMarked;
