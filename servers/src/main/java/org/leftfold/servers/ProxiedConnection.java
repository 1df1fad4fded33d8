package org.leftfold.servers;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * One connection through a proxy: a virtual thread for each direction. Messages pass as they come;
 * what is before a cut has been handed to the network when the connection is closed.
 */
final class ProxiedConnection {
    private static final int BUFFER_BYTES = 64 * 1024;

    /** How much of a message is looked at for a text: statements have their verb at the front. */
    private static final int TEXT_BYTES = 8 * 1024;

    private final CuttingProxy proxy;
    private final CutTriggers triggers;
    private final Wire wire;
    private final Socket client;
    private final Socket server;
    private final AtomicInteger openSides = new AtomicInteger(2);
    private long requests; // client's thread only
    private CutTriggers.@Nullable Cut cutAtThisRequest; // client's thread only
    private volatile @Nullable Loss loss; // written by the client's thread, before the request goes

    /**
     * An answer that the client will not see.
     *
     * @param request the number of its request on this connection, from 1 on
     */
    private record Loss(long request, CutTriggers.Cut cut) {}

    ProxiedConnection(
            CuttingProxy proxy, CutTriggers triggers, Wire wire, Socket client, Socket server) {
        this.proxy = proxy;
        this.triggers = triggers;
        this.wire = wire;
        this.client = client;
        this.server = server;
    }

    void start() {
        Thread.ofVirtual().name("proxy from client").start(() -> pump(this::fromClient));
        Thread.ofVirtual().name("proxy from server").start(() -> pump(this::fromServer));
    }

    void close() {
        proxy.forget(this);
        for (Socket one : new Socket[] {client, server}) {
            try {
                one.close();
            } catch (IOException e) {
                // It is as closed as it can be.
            }
        }
    }

    /** The way from one side to the other, until the stream ends or the connection is cut. */
    private interface Way {
        void run() throws IOException;
    }

    private void pump(Way way) {
        try {
            way.run();
            if (openSides.decrementAndGet() == 0) {
                close();
            }
        } catch (IOException e) {
            close(); // One side is broken, so the other one is, too.
        }
    }

    private void cut(CutTriggers.Cut cut) {
        close();
        cut.done().complete(null);
    }

    private void fromClient() throws IOException {
        InputStream in = new BufferedInputStream(client.getInputStream(), BUFFER_BYTES);
        OutputStream out = new BufferedOutputStream(server.getOutputStream(), BUFFER_BYTES);
        for (Wire.@Nullable Head head = wire.clientHead(in);
                head != null;
                head = wire.clientHead(in)) {
            CutTriggers.@Nullable Cut cut = triggers.message();
            if (cut != null) {
                out.flush();
                cut(cut);
                return;
            }
            byte[] begin = in.readNBytes((int) Math.min(head.bodyBytes(), TEXT_BYTES));
            lookAt(head, begin);
            if (!pass(CutTriggers.Side.CLIENT, head.bytes(), out)
                    || !pass(CutTriggers.Side.CLIENT, begin, out)
                    || !passBody(
                            CutTriggers.Side.CLIENT, in, head.bodyBytes() - begin.length, out)) {
                return;
            }
        }
        out.flush();
        server.shutdownOutput();
    }

    /** Decides, before the message goes, whether the answer to it will be lost. */
    private void lookAt(Wire.Head head, byte[] begin) {
        CutTriggers.@Nullable Cut cut = triggers.body(begin);
        if (cut != null) {
            cutAtThisRequest = cut;
        }
        if (!wire.endsRequest(head, begin)) {
            return;
        }
        requests++;
        CutTriggers.@Nullable Cut counted = triggers.request();
        CutTriggers.@Nullable Cut due = counted == null ? cutAtThisRequest : counted;
        cutAtThisRequest = null;
        if (due != null) {
            loss = new Loss(requests, due);
        }
    }

    private void fromServer() throws IOException {
        InputStream in = new BufferedInputStream(server.getInputStream(), BUFFER_BYTES);
        OutputStream out = new BufferedOutputStream(client.getOutputStream(), BUFFER_BYTES);
        for (Wire.@Nullable Head head = wire.serverHead(in);
                head != null;
                head = wire.serverHead(in)) {
            long request = wire.answeredRequest(head);
            @Nullable Loss lost = loss;
            if (lost != null && request >= lost.request()) {
                if (wire.showsExecution(head)) {
                    out.flush();
                    cut(lost.cut());
                    return;
                }
                if (!wire.asksClient(head)) {
                    in.skipNBytes(head.bodyBytes());
                    continue;
                }
            }
            proxy.awaitFlow();
            if (!pass(CutTriggers.Side.SERVER, head.bytes(), out)
                    || !passBody(CutTriggers.Side.SERVER, in, head.bodyBytes(), out)) {
                return;
            }
        }
        out.flush();
        client.shutdownOutput();
    }

    /** Passes the rest of a message. False if the connection was cut. */
    private boolean passBody(CutTriggers.Side side, InputStream in, long count, OutputStream out)
            throws IOException {
        long left = count;
        while (left > 0) {
            byte[] some = in.readNBytes((int) Math.min(left, BUFFER_BYTES));
            if (some.length == 0) {
                return true; // The stream has ended; the next head will not come either.
            }
            if (!pass(side, some, out)) {
                return false;
            }
            left -= some.length;
        }
        if (in.available() == 0) {
            out.flush();
        }
        return true;
    }

    private boolean pass(CutTriggers.Side side, byte[] bytes, OutputStream out) throws IOException {
        out.write(bytes, 0, triggers.pass(side, bytes.length));
        CutTriggers.@Nullable Cut cut = triggers.passed(side);
        if (cut == null) {
            return true;
        }
        out.flush();
        cut(cut);
        return false;
    }
}
