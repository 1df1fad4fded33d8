package org.leftfold.framework.codec;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The name under which events of a class are stored. It is chosen once; the class may be renamed
 * and moved as one likes.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface EventName {
    /** The declared name, such as {@code seat-reserved}; a legal {@code EventType}. */
    String value();

    /** The version of the payload's format, from 1; a change that needs an upcaster raises it. */
    int version() default 1;
}
