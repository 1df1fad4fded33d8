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
 * @param environment variables of the server's process
 */
public record ServerOptions(
        Map<String, String> settings, Optional<Path> directory, Map<String, String> environment) {
    /** Production settings, in the directory of temporary files. */
    public static final ServerOptions STANDARD =
            new ServerOptions(Map.of(), Optional.empty(), Map.of());

    /** Copies the maps. */
    public ServerOptions {
        settings = Map.copyOf(settings);
        environment = Map.copyOf(environment);
    }

    /** The same with one more setting, which replaces one of its name. */
    public ServerOptions with(String name, String value) {
        Map<String, String> more = new TreeMap<>(settings);
        more.put(name, value);
        return new ServerOptions(more, directory, environment);
    }

    /** The same with the data below {@code parent}. */
    public ServerOptions in(Path parent) {
        return new ServerOptions(settings, Optional.of(parent), environment);
    }

    /** The same with one more variable in the environment of the server. */
    public ServerOptions withVariable(String name, String value) {
        Map<String, String> more = new TreeMap<>(environment);
        more.put(name, value);
        return new ServerOptions(settings, directory, more);
    }
}
