package org.leftfold.servers;

import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/**
 * What a proxy has to know of a protocol to see messages, requests and answers. One object per
 * connection; one thread calls the methods of the client's side, another those of the server's.
 *
 * <p>A request is what the server gives one answer to: in PostgreSQL all messages up to a Sync or a
 * simple query, in MariaDB one command. The log-in is a request, too, in PostgreSQL only.
 */
interface Wire {
    /** The head of a message that has been read. */
    final class Head {
        private final byte[] bytes;
        private final long bodyBytes;

        Head(byte[] bytes, long bodyBytes) {
            this.bytes = bytes;
            this.bodyBytes = bodyBytes;
        }

        /** The head as it came. */
        byte[] bytes() {
            return bytes;
        }

        /** How much of the message follows. */
        long bodyBytes() {
            return bodyBytes;
        }

        /** One byte of the head, as 0 to 255. */
        int unsigned(int index) {
            return Byte.toUnsignedInt(bytes[index]);
        }
    }

    /** Reads the head of the client's next message; null at the end of the stream. */
    @Nullable Head clientHead(InputStream client) throws IOException;

    /** Whether the client's message is the last one of a request. */
    boolean endsRequest(Head head, byte[] body);

    /** Reads the head of the server's next message; null at the end of the stream. */
    @Nullable Head serverHead(InputStream server) throws IOException;

    /** The number of the request, from 1 on, to which this message of the server belongs. */
    long answeredRequest(Head head);

    /** Whether the server can only send this message when it has executed the request. */
    boolean showsExecution(Head head);

    /** Whether the client has to see this message before it can complete its request. */
    default boolean asksClient(Head head) {
        return false;
    }

    /** Reads that many bytes; null if the stream ends before. */
    static byte @Nullable [] readFully(InputStream stream, int count) throws IOException {
        byte[] bytes = stream.readNBytes(count);
        return bytes.length == count ? bytes : null;
    }
}
