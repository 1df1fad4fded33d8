package org.leftfold.framework.codec;

/**
 * A message was handled without any event. Its id is a tag, as on the events of other messages
 * (R71).
 */
@EventName("message-handled")
public record MessageHandled() implements PseudoEvent {}
