package org.leftfold.framework.privacy;

/** By which key the value of a tag is made unreadable. */
public enum Blinding {
    /**
     * By the key of the data subject: equal values of one subject have equal tags, and nobody can
     * tell for others. After an erasure the tag is a random text.
     */
    SUBJECT,

    /**
     * By one key for the whole store: whoever knows the value finds the events, without knowing
     * whose it is. It stays so after an erasure: who has the key store and guesses the value can
     * still find the events, which say nothing else any more.
     */
    STORE
}
