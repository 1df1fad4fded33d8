/**
 * Rewriting what is stored: a whole store into another one, or some streams of a store into others.
 * Stored events never change; what is new says of each event where it comes from.
 *
 * <p>Entry points: {@link org.leftfold.framework.transform.TransformedCopy} makes a store of
 * another one, {@link org.leftfold.framework.transform.StreamRedesign} splits and merges streams. A
 * {@link org.leftfold.framework.transform.Transformation} says what becomes of an event. An event
 * goes {@code Outputs} (ids, provenance), {@code OutputWriter} (what is there already, appends);
 * {@code CopyVerifier} makes the same outputs again and compares. {@code StreamMark} is a seal,
 * {@code Originals} finds what a copied event was made of. Next: {@code docs/transform.md}.
 */
@NullMarked
package org.leftfold.framework.transform;

import org.jspecify.annotations.NullMarked;
