package org.leftfold.servers;

import java.io.IOException;
import java.net.JarURLConnection;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The machine we run on, as far as ready-made programs care. */
final class Platform {
    private static final Map<String, String> LOADERS =
            Map.of("amd64", "/lib64/ld-linux-x86-64.so.2", "aarch64", "/lib/ld-linux-aarch64.so.1");

    private Platform() {}

    /**
     * The processor, {@code amd64} or {@code aarch64}.
     *
     * @throws ServerUnavailableException if this is no Linux with the GNU library on one of these
     */
    static String processor() {
        String system = System.getProperty("os.name");
        String name = System.getProperty("os.arch").toLowerCase(Locale.ROOT);
        String processor = name.equals("x86_64") ? "amd64" : name;
        String loader = LOADERS.get(processor);
        if (!system.equals("Linux") || loader == null) {
            throw new ServerUnavailableException(
                    "no database server for " + system + " on " + name + ", Linux only");
        }
        if (!Files.exists(Path.of(loader))) {
            throw new ServerUnavailableException("no database server without " + loader);
        }
        return processor;
    }

    /** Whether this JVM runs as root, which some servers refuse. */
    static boolean isRoot() {
        return "root".equals(System.getProperty("user.name"));
    }

    /**
     * The jar with that resource.
     *
     * @throws ServerUnavailableException if it is in no jar of the class path
     */
    static Path jarWith(String resource) {
        @Nullable URL url = Platform.class.getClassLoader().getResource(resource);
        if (url == null) {
            throw new ServerUnavailableException("no " + resource + " in the class path");
        }
        try {
            JarURLConnection connection = (JarURLConnection) url.openConnection();
            URI jar = connection.getJarFileURL().toURI();
            return Path.of(jar);
        } catch (IOException | URISyntaxException e) {
            throw new ServerFailedException("cannot read " + url, e);
        }
    }
}
