package org.leftfold.framework.codec;

import java.util.Set;
import java.util.function.Function;
import org.leftfold.api.EventType;
import org.leftfold.api.Tag;

/**
 * One kind of event of the domain.
 *
 * @param eventClass its class
 * @param type the name under which it is stored
 * @param schemaVersion version of the payload's format that is written now
 * @param tagger gives the tags of an event
 */
record EventKind<E>(
        Class<? extends E> eventClass,
        EventType type,
        int schemaVersion,
        Function<Object, Set<Tag>> tagger) {}
