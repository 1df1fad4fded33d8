/** Tests of personal data: encrypted, bound to its place, erased, never back. */
@NullMarked
package org.leftfold.framework.privacy;

import org.jspecify.annotations.NullMarked;
