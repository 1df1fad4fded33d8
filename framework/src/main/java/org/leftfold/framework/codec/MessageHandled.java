package org.leftfold.framework.codec;

/**
 * A message was handled without any event. Its id is a tag, as on the events of other messages
 * (R71). It lies in the stream of the thing that the message was for; if that does not exist, in
 * {@code messages-<category>}, so that it does not begin to exist.
 */
@EventName("message-handled")
public record MessageHandled() implements PseudoEvent {}
