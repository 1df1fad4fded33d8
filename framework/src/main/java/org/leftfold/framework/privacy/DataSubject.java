package org.leftfold.framework.privacy;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The component or method of a record that gives the id of the person whose data its {@link
 * PersonalData} is, and that of the records inside. The id is stored in plain, for ever: let it be
 * one that says nothing, such as a UUID. A text, a UUID or a whole number.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.RECORD_COMPONENT, ElementType.METHOD})
public @interface DataSubject {}
