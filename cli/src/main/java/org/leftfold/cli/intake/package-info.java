/**
 * The part of an import that all formats share.
 *
 * <p>Entry point: {@link org.leftfold.cli.intake.AppendPipeline}. Bytes come from an {@link
 * org.leftfold.cli.intake.InputFile}, a format makes each piece of it a {@link
 * org.leftfold.cli.intake.Batch}, and the pipeline appends the batches in order, many at a time.
 * What is wrong with the input is an {@link org.leftfold.cli.intake.InputException}, which names
 * file and line.
 */
@NullMarked
package org.leftfold.cli.intake;

import org.jspecify.annotations.NullMarked;
