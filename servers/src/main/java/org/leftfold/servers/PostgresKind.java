package org.leftfold.servers;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.jar.JarFile;
import java.util.zip.ZipEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.tukaani.xz.XZInputStream;

/** PostgreSQL: how it is unpacked, initialised and started. */
final class PostgresKind implements ServerKind {
    private static final Map<String, String> RESOURCES =
            Map.of(
                    "amd64", "postgres-linux-x86_64.txz",
                    "aarch64", "postgres-linux-arm_64.txz");

    /** Grows with each change of {@link #initialise}. */
    private static final String TEMPLATE = "-data1";

    private final Path programs;

    private PostgresKind(Path programs) {
        this.programs = programs;
    }

    /** Unpacks the programs, once per machine. */
    static PostgresKind unpacked() {
        String resource = RESOURCES.getOrDefault(Platform.processor(), "");
        Path jar = Platform.jarWith(resource);
        String name = jar.getFileName().toString().replace(".jar", "");
        return new PostgresKind(
                MachineCache.directory(name, directory -> unpack(jar, resource, directory)));
    }

    private static void unpack(Path jar, String resource, Path directory) throws IOException {
        try (JarFile file = new JarFile(jar.toFile())) {
            ZipEntry entry = file.getEntry(resource);
            try (InputStream packed = new BufferedInputStream(file.getInputStream(entry));
                    TarArchiveInputStream tar =
                            new TarArchiveInputStream(new XZInputStream(packed))) {
                for (TarArchiveEntry one = tar.getNextEntry();
                        one != null;
                        one = tar.getNextEntry()) {
                    unpackOne(tar, one, directory);
                }
            }
        }
    }

    private static void unpackOne(TarArchiveInputStream tar, TarArchiveEntry one, Path directory)
            throws IOException {
        Path path = directory.resolve(one.getName()).normalize();
        if (!path.startsWith(directory)) {
            throw new IOException("the archive leaves its directory: " + one.getName());
        }
        if (one.isDirectory()) {
            Files.createDirectories(path);
        } else if (one.isSymbolicLink()) {
            Files.createDirectories(path.getParent());
            Files.createSymbolicLink(path, Path.of(one.getLinkName()));
        } else {
            Files.createDirectories(path.getParent());
            Files.copy(tar, path);
            boolean program = (one.getMode() & 0100) != 0;
            Files.setPosixFilePermissions(
                    path, PosixFilePermissions.fromString(program ? "rwxr-xr-x" : "rw-r--r--"));
        }
    }

    @Override
    public Path template() {
        String name = programs.getFileName() + TEMPLATE;
        return MachineCache.directory(name, this::initialise).resolve("data");
    }

    private void initialise(Path directory) throws IOException {
        Path password = Files.writeString(directory.resolve("password"), USER + "\n");
        Commands.run(
                Commands.notAsRoot(
                        List.of(
                                programs.resolve("bin/initdb").toString(),
                                "--pgdata=" + directory.resolve("data"),
                                "--username=" + USER,
                                "--pwfile=" + password,
                                "--auth=scram-sha-256",
                                "--encoding=UTF8",
                                "--locale=C",
                                "--no-sync",
                                "--no-instructions")));
    }

    @Override
    public List<String> command(Places places, int port, ServerOptions options) {
        Map<String, String> settings = new TreeMap<>();
        settings.put("fsync", "on");
        settings.put("synchronous_commit", "on");
        settings.put("full_page_writes", "on");
        settings.putAll(options.settings());
        settings.put("listen_addresses", "127.0.0.1");
        settings.put("unix_socket_directories", "");
        settings.put("port", Integer.toString(port));
        settings.put("logging_collector", "off"); // the log is how we see that it is ready
        List<String> command = new ArrayList<>();
        command.add(programs.resolve("bin/postgres").toString());
        command.addAll(List.of("-D", places.data().toString()));
        settings.forEach((name, value) -> command.addAll(List.of("-c", name + "=" + value)));
        return Commands.notAsRoot(command);
    }

    @Override
    public String readyText() {
        return "database system is ready to accept connections";
    }

    @Override
    public String stopSignal() {
        return "INT"; // "fast": ends sessions, writes a checkpoint
    }

    @Override
    public String endSignal() {
        return "QUIT"; // "immediate": no checkpoint, but shared memory is freed
    }

    @Override
    public String jdbcUrl(int port, String database) {
        return "jdbc:postgresql://127.0.0.1:%d/%s?sslmode=disable".formatted(port, database);
    }

    @Override
    public Wire newWire() {
        return new PostgresWire();
    }

    @Override
    public String systemDatabase() {
        return "postgres";
    }
}
