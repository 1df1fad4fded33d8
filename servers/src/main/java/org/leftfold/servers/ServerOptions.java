package org.leftfold.servers;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * How a server is started.
 *
 * @param settings settings of the server by name, on top of the production settings that each
 *     server has and stronger than those; not its port and its addresses
 * @param directory where its data directory is made, for instance a small file system to fill up;
 *     empty for the directory of temporary files. It has to exist, and stays
 */
public record ServerOptions(Map<String, String> settings, Optional<Path> directory) {
    /** Production settings, in the directory of temporary files. */
    public static final ServerOptions STANDARD = new ServerOptions(Map.of(), Optional.empty());

    /** Copies the map. */
    public ServerOptions {
        settings = Map.copyOf(settings);
    }

    /** The same with one more setting, which replaces one of its name. */
    public ServerOptions with(String name, String value) {
        Map<String, String> more = new TreeMap<>(settings);
        more.put(name, value);
        return new ServerOptions(more, directory);
    }

    /** The same with the data below {@code parent}. */
    public ServerOptions in(Path parent) {
        return new ServerOptions(settings, Optional.of(parent));
    }
}
