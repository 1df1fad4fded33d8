package org.leftfold.framework.aggregate;

/** Marks the events of an aggregate: what happened (R29). */
public interface Event {}
