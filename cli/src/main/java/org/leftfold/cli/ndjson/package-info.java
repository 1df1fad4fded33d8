/**
 * Events as lines of JSON in both directions.
 *
 * <p>{@link org.leftfold.cli.ndjson.EventLine} writes one event as one line and says what the
 * fields are; {@link org.leftfold.cli.ndjson.NdjsonImport} reads such lines back.
 */
@NullMarked
package org.leftfold.cli.ndjson;

import org.jspecify.annotations.NullMarked;
