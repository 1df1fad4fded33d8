/**
 * Personal data in events: encrypted by a key for each data subject, and forgotten by destroying
 * that key; the events stay.
 *
 * <p>Entry point: {@link org.leftfold.framework.privacy.Privacy}, which a {@code Leftfold} is
 * given. The way of a write: a codec hands the JSON of an event to {@code Privacy.protect}; {@code
 * EventPrivacy} takes out the components with {@link org.leftfold.framework.privacy.PersonalData}
 * (found once per class by {@code PersonalFields}), encrypts each by a key that {@code SubjectKeys}
 * gets from the key store, and puts them aside in one block. The way of a read: {@code
 * EventOpening} puts them back before any upcaster sees the tree, or what stands for them. {@code
 * Erasures} keeps the records of what was forgotten, {@code ErasureList} has them in memory, for
 * they count for more than the key store; {@link org.leftfold.framework.privacy.SealedStates} does
 * for snapshots what the former do for events.
 *
 * <p>Read {@code docs/privacy.md} for what is promised and what is not. This package knows no
 * codec: {@code codec} uses it.
 */
@NullMarked
package org.leftfold.framework.privacy;

import org.jspecify.annotations.NullMarked;
