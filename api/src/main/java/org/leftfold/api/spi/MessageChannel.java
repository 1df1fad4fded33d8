package org.leftfold.api.spi;

import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.leftfold.api.Payload;

/**
 * Carries commands, replies and events between services, at least once and in order per key. Safe
 * for any thread.
 */
public interface MessageChannel {
    /**
     * A message on its way.
     *
     * @param id its identity, by which a receiver drops duplicates
     * @param key messages with the same key keep their order
     * @param headers further facts as text
     * @param payload its body
     */
    record Message(String id, String key, Map<String, String> headers, Payload payload) {
        /** Copies the headers. */
        public Message {
            headers = Map.copyOf(headers);
        }
    }

    /** Handles received messages, one at a time per key. */
    @FunctionalInterface
    interface MessageHandler {
        /** Handles one message; an exception means that it is delivered again. */
        void handle(Message message) throws Exception;
    }

    /** Sends a message; the future ends when it is safe with the channel. */
    CompletableFuture<Void> send(String channel, Message message);

    /**
     * Receives the messages of a channel; each goes to one of the receivers that share a {@code
     * receiver} name.
     *
     * @return closes the subscription, waiting for handlers under way
     */
    AutoCloseable receive(String channel, String receiver, MessageHandler handler);
}
