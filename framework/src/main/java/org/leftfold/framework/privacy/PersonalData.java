package org.leftfold.framework.privacy;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The component of an event record, or of a record inside of one, is personal data: it is stored
 * encrypted by the key of its data subject, and reads as erased once {@link Privacy#forget} has
 * destroyed that key. The whole value is encrypted, whatever it is: a text, a number, a list, a
 * record. Elements of maps cannot be encrypted one by one; annotate the map.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface PersonalData {
    /**
     * The component, or method without parameters, that gives the id of the data subject; looked
     * for in this record and then in those around it. Unless given, that with {@link DataSubject}.
     */
    String subject() default "";

    /**
     * What is read after the erasure: of a {@code String} this text, of other types this JSON
     * ({@code 0}, {@code 1900-01-01}, {@code {"street":""}}). Unless given, a {@code String} reads
     * as {@value Redaction#ERASED}, and all others as if they had not been stored: zero, false, an
     * empty {@code Optional} or collection, else null. It is stored with the event.
     */
    String erasedAs() default "";

    /**
     * The key of a tag by which events with the same value are found, though the value cannot be
     * seen in it; see {@link Privacy#tagOf}. Unless given, there is none.
     */
    String blindedTag() default "";

    /** By which key the tag is made: unless given, by that of the subject, which is destroyed. */
    Blinding blindedBy() default Blinding.SUBJECT;
}
