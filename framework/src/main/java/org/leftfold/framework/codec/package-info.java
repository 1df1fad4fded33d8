/**
 * Between objects of the domain and stored events: declared names and schema versions, JSON, and
 * the upcasters that let code see only the newest schema.
 *
 * <p>Entry point: {@link org.leftfold.framework.codec.EventSchema}, which says what events there
 * are and how older ones are read; {@link org.leftfold.framework.codec.EventCodec} encodes and
 * decodes with it. Every read path of the framework goes through {@code EventCodec.decode}; stored
 * bytes never change (R77, R78).
 */
@NullMarked
package org.leftfold.framework.codec;

import org.jspecify.annotations.NullMarked;
