/** Tests of schemas, upcasters and the JSON of events. */
@NullMarked
package org.leftfold.framework.codec;

import org.jspecify.annotations.NullMarked;
