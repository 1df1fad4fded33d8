/**
 * The log: segments of frames, and the small files beside them. Bytes: {@code docs/format.md}.
 *
 * <p>A write goes {@link org.leftfold.engine.log.BodyEncoder} (on the caller's thread), {@link
 * org.leftfold.engine.log.Log}, {@link org.leftfold.engine.log.ActiveSegment}; a read goes {@link
 * org.leftfold.engine.log.Segment}, {@link org.leftfold.engine.log.FrameScanner} or {@link
 * org.leftfold.engine.log.FrameReader}, {@link org.leftfold.engine.log.BodyDecoder}.
 */
@NullMarked
package org.leftfold.engine.log;

import org.jspecify.annotations.NullMarked;
