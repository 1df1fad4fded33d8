package org.leftfold.servers;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The protocol of PostgreSQL, version 3, without TLS: a type of one byte and a length of four that
 * counts itself. Before the log-in the type is missing, and a question for TLS is answered by a
 * single byte.
 */
final class PostgresWire implements Wire {
    private static final int LENGTH_BYTES = 4;
    private static final int ASKS_FOR_TLS = 80877103;
    private static final int ASKS_FOR_GSS = 80877104;
    private static final int CANCELS = 80877102;

    private final AtomicInteger singleBytes =
            new AtomicInteger(); // asked by client, read by server
    private boolean loggedIn; // client's side only
    private long answers; // server's side only

    @Override
    public @Nullable Head clientHead(InputStream client) throws IOException {
        return head(client, loggedIn ? 1 : 0);
    }

    private static @Nullable Head head(InputStream stream, int typeBytes) throws IOException {
        byte @Nullable [] bytes = Wire.readFully(stream, typeBytes + LENGTH_BYTES);
        if (bytes == null) {
            return null;
        }
        int length = ByteBuffer.wrap(bytes).getInt(typeBytes);
        return new Head(bytes, Math.max(0, length - LENGTH_BYTES));
    }

    @Override
    public boolean endsRequest(Head head, byte[] body) {
        if (loggedIn) {
            int type = head.unsigned(0);
            return type == 'Q' || type == 'S' || type == 'F';
        }
        int code = body.length < LENGTH_BYTES ? 0 : ByteBuffer.wrap(body).getInt();
        if (code == ASKS_FOR_TLS || code == ASKS_FOR_GSS) {
            singleBytes.incrementAndGet();
            return false;
        }
        if (code != CANCELS) {
            loggedIn = true;
        }
        return loggedIn;
    }

    @Override
    public @Nullable Head serverHead(InputStream server) throws IOException {
        server.mark(1);
        int first = server.read();
        if (first < 0) {
            return null;
        }
        if (singleBytes.get() > 0) { // the question went to the server before its answer came
            singleBytes.decrementAndGet();
            return new Head(new byte[] {(byte) first}, 0);
        }
        server.reset();
        return head(server, 1);
    }

    @Override
    public long answeredRequest(Head head) {
        return showsExecution(head) ? ++answers : answers + 1;
    }

    @Override
    public boolean showsExecution(Head head) {
        return head.bytes().length > 1 && head.unsigned(0) == 'Z'; // ready for the next query
    }

    @Override
    public boolean asksClient(Head head) {
        return head.bytes().length > 1 && head.unsigned(0) == 'R'; // a step of the log-in
    }
}
