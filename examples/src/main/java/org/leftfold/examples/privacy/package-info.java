/**
 * Three ways to get rid of what an event says about a person: encrypt it by a key that is destroyed
 * later ({@link org.leftfold.examples.privacy.Clinic}), keep the person in a table outside of the
 * events and delete the row ({@link org.leftfold.examples.privacy.BloodBank}), or only say that it
 * is not to be shown any more ({@link org.leftfold.examples.privacy.Notebook}).
 */
@NullMarked
package org.leftfold.examples.privacy;

import org.jspecify.annotations.NullMarked;
