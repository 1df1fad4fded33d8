package org.leftfold.servers;

import java.util.concurrent.CountDownLatch;

/** A JVM that starts a server and is killed; it says on its output what it started. */
final class ServerChild {
    private ServerChild() {}

    public static void main(String[] arguments) throws InterruptedException {
        DatabaseServer server;
        try {
            server =
                    arguments[0].startsWith("Postgres")
                            ? PostgresServer.start()
                            : MariaDbServer.start();
        } catch (ServerUnavailableException e) {
            System.out.println("unavailable=" + e.getMessage().lines().findFirst().orElse(""));
            return;
        }
        long watcher =
                ProcessHandle.current()
                        .children()
                        .filter(one -> one.pid() != server.pid())
                        .findFirst()
                        .orElseThrow()
                        .pid();
        System.out.println("pid=" + server.pid());
        System.out.println("watcher=" + watcher);
        System.out.println("data=" + server.dataDirectory());
        System.out.close();
        new CountDownLatch(1).await();
    }
}
