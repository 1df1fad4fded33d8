package org.leftfold.framework.repository;

/** What a command may lead to, besides a refusal. */
public enum Outcome {
    /** Its events are durable. */
    STORED,
    /** Nothing happened. */
    NOTHING,
    /** The message behind it was handled before; nothing was stored. */
    DUPLICATE
}
