package org.leftfold.framework.codec;

/**
 * Something that is stored among the events of a stream and is none: that a message was handled, or
 * that a reply is to be sent. It counts in the version of the stream; {@code apply} and {@code
 * evolve}, upcasters and projections never see it (R71).
 */
public interface PseudoEvent {}
