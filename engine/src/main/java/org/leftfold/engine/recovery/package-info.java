/**
 * What happens when a store is opened: {@link org.leftfold.engine.recovery.Recovery} makes a new
 * store or brings an old one back to what was acknowledged, {@link
 * org.leftfold.engine.recovery.Verifier} reads everything and changes nothing.
 */
@NullMarked
package org.leftfold.engine.recovery;

import org.jspecify.annotations.NullMarked;
