package org.leftfold.framework.projection;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** A class whose methods handle events; each of them carries {@link EventHandlerMethod}. */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface EventSubscriber {
    /** Its name, once in a program: under it is kept how far it is. */
    String id();
}
