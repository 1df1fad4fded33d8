package org.leftfold.framework.aggregate;

/** Marks the commands of an aggregate: what somebody wants, and what may be refused (R29). */
public interface Command {}
