package org.leftfold.servers;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * The protocol of MariaDB and MySQL, without TLS and compression: a length of three bytes and a
 * sequence number, which begins at 0 with each command and goes on in its answer.
 *
 * <p>The end of an answer cannot be seen without understanding it; its beginning can: the packet
 * that carries on the command's numbers. This is exact unless a client sends commands ahead while
 * answers of more than 255 packets are under way.
 */
final class MariaDbWire implements Wire {
    private static final int HEAD_BYTES = 4;
    private static final int FULL_PACKET = 0xff_ffff; // the command goes on in the next packet
    private static final int QUIT = 0x01;
    private static final int SEND_LONG_DATA = 0x18;
    private static final int CLOSE_STATEMENT = 0x19;

    /**
     * A command whose answer has not begun.
     *
     * @param sequence the number that its answer begins with
     * @param alone all earlier answers had begun when it was sent
     */
    private record Asked(int sequence, boolean alone) {}

    private final Deque<Asked> open = new ArrayDeque<>(); // guarded by itself
    private boolean answered = true; // client's side only: this command gets an answer
    private boolean inCommand; // client's side only: a command goes on in its next packet
    private int lastSequence = -1; // server's side only
    private long answers; // server's side only

    @Override
    public @Nullable Head clientHead(InputStream client) throws IOException {
        return head(client);
    }

    @Override
    public @Nullable Head serverHead(InputStream server) throws IOException {
        return head(server);
    }

    private static @Nullable Head head(InputStream stream) throws IOException {
        byte @Nullable [] bytes = Wire.readFully(stream, HEAD_BYTES);
        if (bytes == null) {
            return null;
        }
        Head head = new Head(bytes, 0);
        return new Head(bytes, head.unsigned(0) | head.unsigned(1) << 8 | head.unsigned(2) << 16);
    }

    @Override
    public boolean endsRequest(Head head, byte[] body) {
        int sequence = head.unsigned(3);
        if (sequence == 0) {
            int command = body.length == 0 ? 0 : body[0];
            answered = command != QUIT && command != SEND_LONG_DATA && command != CLOSE_STATEMENT;
        } else if (!inCommand) {
            return false; // a part of the log-in
        }
        inCommand = head.bodyBytes() == FULL_PACKET;
        if (inCommand || !answered) {
            return false;
        }
        synchronized (open) {
            open.add(new Asked((sequence + 1) & 0xff, open.isEmpty()));
        }
        return true;
    }

    @Override
    public long answeredRequest(Head head) {
        int sequence = head.unsigned(3);
        boolean goesOn = sequence == ((lastSequence + 1) & 0xff);
        lastSequence = sequence;
        synchronized (open) {
            @Nullable Asked next = open.peek();
            if (next != null && next.sequence() == sequence && (next.alone() || !goesOn)) {
                open.remove();
                answers++;
            }
        }
        return answers;
    }

    @Override
    public boolean showsExecution(Head head) {
        return true; // it answers when it is done
    }
}
