package org.leftfold.servers;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Finds free ports on loopback, below those that the system gives to clients (from 32768 on): a
 * server that is down keeps its port then. A client that connects to a dead server's port among the
 * others could even get that port as its own, and be connected to itself.
 */
final class Ports {
    private static final int FIRST = 15_000;
    private static final int COUNT = 17_000;

    /** Several JVMs begin at different places. */
    private static final AtomicInteger NEXT =
            new AtomicInteger((int) (ProcessHandle.current().pid() * 97 % COUNT));

    private Ports() {}

    /**
     * A port that was free a moment ago. Another process may still be faster.
     *
     * @throws ServerFailedException if all are taken
     */
    static int free() {
        for (int i = 0; i < COUNT; i++) {
            int port = FIRST + Math.floorMod(NEXT.getAndIncrement(), COUNT);
            try (ServerSocket probe = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                return probe.getLocalPort();
            } catch (IOException e) {
                // Taken: the next one.
            }
        }
        throw new ServerFailedException("no free port from " + FIRST + " on");
    }
}
