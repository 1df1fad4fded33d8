/**
 * The store at work, for someone who sees it for the first time.
 *
 * <p>Entry point: {@link org.leftfold.cli.demo.Demo}, which tells one story after the other. {@link
 * org.leftfold.cli.demo.CrashingWriter} is the process that it kills.
 */
@NullMarked
package org.leftfold.cli.demo;

import org.jspecify.annotations.NullMarked;
