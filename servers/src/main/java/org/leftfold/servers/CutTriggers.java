package org.leftfold.servers;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Counts what passes a proxy, and says where to cut. Each trigger works once. Thread-safe. */
final class CutTriggers {
    /** Whose bytes are meant. */
    enum Side {
        CLIENT,
        SERVER
    }

    /**
     * One cut that is ordered.
     *
     * @param at the count at which it happens
     * @param text what the message contains; empty for any
     * @param done completed when the connection is closed
     */
    record Cut(long at, String text, CompletableFuture<Void> done) {}

    private long messages;
    private long requests;
    private @Nullable Cut beforeMessage;
    private @Nullable Cut atAnswer;
    private @Nullable Cut atText;
    private final Bytes fromClients = new Bytes();
    private final Bytes fromServer = new Bytes();

    /** The bytes of one direction. */
    private static final class Bytes {
        private long count;
        private @Nullable Cut after;
    }

    private Bytes bytes(Side side) {
        return side == Side.CLIENT ? fromClients : fromServer;
    }

    synchronized long messages() {
        return messages;
    }

    synchronized long requests() {
        return requests;
    }

    synchronized CompletableFuture<Void> armBeforeMessage(long number) {
        beforeMessage = cut(messages, number, "");
        return beforeMessage.done();
    }

    synchronized CompletableFuture<Void> armAtAnswer(long number) {
        atAnswer = cut(requests, number, "");
        return atAnswer.done();
    }

    synchronized CompletableFuture<Void> armAtAnswerTo(String text) {
        atText = cut(0, 1, text);
        return atText.done();
    }

    synchronized CompletableFuture<Void> armAfterBytes(Side side, long number) {
        Bytes bytes = bytes(side);
        Cut cut = cut(bytes.count, number, "");
        bytes.after = cut;
        return cut.done();
    }

    private static Cut cut(long now, long number, String text) {
        if (number < 1) {
            throw new IllegalArgumentException("counted from 1, not " + number);
        }
        return new Cut(now + number, text, new CompletableFuture<>());
    }

    /** A message of a client comes; the cut to make before it, or null. */
    synchronized @Nullable Cut message() {
        messages++;
        @Nullable Cut cut = beforeMessage;
        if (cut == null || messages < cut.at()) {
            return null;
        }
        beforeMessage = null;
        return cut;
    }

    /** The cut for a message with such a body, or null. */
    synchronized @Nullable Cut body(byte[] body) {
        @Nullable Cut cut = atText;
        if (cut == null
                || !new String(body, StandardCharsets.ISO_8859_1)
                        .contains(
                                new String(
                                        cut.text().getBytes(StandardCharsets.UTF_8),
                                        StandardCharsets.ISO_8859_1))) {
            return null;
        }
        atText = null;
        return cut;
    }

    /** A request is complete; the cut to make at its answer, or null. */
    synchronized @Nullable Cut request() {
        requests++;
        @Nullable Cut cut = atAnswer;
        if (cut == null || requests < cut.at()) {
            return null;
        }
        atAnswer = null;
        return cut;
    }

    /** Takes note of bytes that may pass, as many of {@code count} as the next cut allows. */
    synchronized int pass(Side side, int count) {
        Bytes bytes = bytes(side);
        @Nullable Cut cut = bytes.after;
        int allowed = cut == null ? count : (int) Math.min(count, cut.at() - bytes.count);
        bytes.count += allowed;
        return allowed;
    }

    /** The cut that is due after the bytes that have passed, or null. */
    synchronized @Nullable Cut passed(Side side) {
        Bytes bytes = bytes(side);
        @Nullable Cut cut = bytes.after;
        if (cut == null || bytes.count < cut.at()) {
            return null;
        }
        bytes.after = null;
        return cut;
    }
}
