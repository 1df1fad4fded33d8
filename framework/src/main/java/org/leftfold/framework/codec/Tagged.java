package org.leftfold.framework.codec;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The component of an event record becomes a tag {@code key:value}, by which the event is found
 * across streams. Null and an empty {@code Optional} give none, a collection gives one for each of
 * its elements. Tags are never erased and never renamed: nothing personal belongs there.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface Tagged {
    /** The key of the tag; the name of the component unless given. */
    String value() default "";
}
