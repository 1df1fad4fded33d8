package org.leftfold.servers;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A TCP proxy in front of a database server that cuts connections exactly where a test says.
 *
 * <p>It knows as much of the protocols as is needed to see messages, requests and answers. Counts
 * run over all its connections; an order counts from the moment it is given, works once, and is
 * replaced by the next order of its sort. Each order gives a future that is complete when the
 * connection has been cut. Only the connection that it hits is cut: the client can connect again.
 * Thread-safe.
 */
public final class CuttingProxy implements AutoCloseable {
    private final DatabaseServer server;
    private final ServerSocket listener;
    private final CutTriggers triggers = new CutTriggers();
    private final Set<ProxiedConnection> connections = ConcurrentHashMap.newKeySet();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private boolean stalled; // guarded by lock

    private CuttingProxy(DatabaseServer server, ServerSocket listener) {
        this.server = server;
        this.listener = listener;
    }

    /**
     * Starts a proxy that passes everything. The server may come and go behind it.
     *
     * @throws ServerFailedException if there is no free port
     */
    public static CuttingProxy before(DatabaseServer server) {
        try {
            ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
            CuttingProxy proxy = new CuttingProxy(server, listener);
            Thread.ofVirtual().name("proxy listener").start(proxy::listen);
            return proxy;
        } catch (IOException e) {
            throw new ServerFailedException("cannot start a proxy", e);
        }
    }

    private void listen() {
        while (!listener.isClosed()) {
            try {
                connect(listener.accept());
            } catch (IOException e) {
                // Closed, or a client that left before it was let in.
            }
        }
    }

    private void connect(Socket client) throws IOException {
        try {
            Socket upstream = new Socket(InetAddress.getLoopbackAddress(), server.port());
            client.setTcpNoDelay(true);
            upstream.setTcpNoDelay(true);
            ProxiedConnection connection =
                    new ProxiedConnection(this, triggers, server.newWire(), client, upstream);
            connections.add(connection);
            connection.start();
            if (listener.isClosed()) {
                connection.close(); // close() may have missed it
            }
        } catch (IOException e) {
            client.close(); // The server is down.
        }
    }

    /** The port on loopback. */
    public int port() {
        return listener.getLocalPort();
    }

    /** The address of a database behind this proxy, for a JDBC driver. */
    public String jdbcUrl(String database) {
        return server.jdbcUrl(database, port());
    }

    /** How many messages clients have sent, with those that were cut off. */
    public long messages() {
        return triggers.messages();
    }

    /** How many requests clients have sent: what a server gives one answer to. */
    public long requests() {
        return triggers.requests();
    }

    /** How many connections are open now. */
    public int connections() {
        return connections.size();
    }

    /**
     * Cuts before the client's n-th message from now: the server gets all that is before it.
     *
     * @param number from 1 on
     */
    public CompletableFuture<Void> cutBeforeMessage(long number) {
        return triggers.armBeforeMessage(number);
    }

    /**
     * Cuts when n bytes from now on have gone from clients to the server.
     *
     * @param number from 1 on
     */
    public CompletableFuture<Void> cutAfterClientBytes(long number) {
        return triggers.armAfterBytes(CutTriggers.Side.CLIENT, number);
    }

    /**
     * Cuts when n bytes from now on have gone from the server to clients.
     *
     * @param number from 1 on
     */
    public CompletableFuture<Void> cutAfterServerBytes(long number) {
        return triggers.armAfterBytes(CutTriggers.Side.SERVER, number);
    }

    /**
     * Delivers the n-th request from now, waits until the server has executed it, and cuts instead
     * of passing the answer.
     *
     * @param number from 1 on
     */
    public CompletableFuture<Void> loseAnswer(long number) {
        return triggers.armAtAnswer(number);
    }

    /**
     * Does the same with the next request that has this text in the first 8 KiB of a message, such
     * as {@code COMMIT}. Case counts.
     */
    public CompletableFuture<Void> loseAnswerTo(String text) {
        return triggers.armAtAnswerTo(text);
    }

    /** Cuts all connections now. */
    public void cut() {
        connections.forEach(ProxiedConnection::close);
    }

    /** From now on no answer gets to a client, until {@link #resume}. Requests still pass. */
    public void stall() {
        setStalled(true);
    }

    /** Passes the answers that were held back, and all after them. */
    public void resume() {
        setStalled(false);
    }

    private void setStalled(boolean value) {
        lock.lock();
        try {
            stalled = value;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Waits while answers are held back. */
    void awaitFlow() {
        lock.lock();
        try {
            while (stalled) {
                changed.awaitUninterruptibly();
            }
        } finally {
            lock.unlock();
        }
    }

    void forget(ProxiedConnection connection) {
        connections.remove(connection);
    }

    /** Cuts all connections, and takes no more. */
    @Override
    public void close() {
        try {
            listener.close();
        } catch (IOException e) {
            throw new ServerFailedException("cannot close a proxy", e);
        } finally {
            cut();
            resume();
        }
    }
}
