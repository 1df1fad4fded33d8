/**
 * A check, called from a test, that changed events can still be read: {@link
 * org.leftfold.testkit.schema.SchemaGate} compares the events of now with a file that is committed,
 * and says of each change what it is and what to write.
 */
@NullMarked
package org.leftfold.testkit.schema;

import org.jspecify.annotations.NullMarked;
