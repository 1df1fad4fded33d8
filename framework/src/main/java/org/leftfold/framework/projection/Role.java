package org.leftfold.framework.projection;

/** What an instance works on. */
enum Role {
    /** On everything. */
    ALL,
    /** On what is built; others work on what is read. */
    REBUILD,
    /** On nothing: others do. */
    NOTHING
}
