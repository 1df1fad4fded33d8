package org.leftfold.framework.projection;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * A method that handles events. Its first parameter is an event, a type of some, or a {@link
 * org.leftfold.framework.codec.DomainEvent} of one; of several methods that fit, the one whose type
 * is nearest is called. After it may stand a {@link Delivery}, and what the store of the views has
 * a transaction in, such as a {@code java.sql.Connection}.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface EventHandlerMethod {}
