package org.leftfold.cli;

import java.io.File;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.leftfold.cli.intake.InputException;

/** Finds the code of an application. Stateless. */
final class Classpath {
    /** What stands for all jars of a directory, as in a class path of Java. */
    private static final String ALL_JARS = "*";

    private Classpath() {}

    /**
     * The loader of the classes there. Stays open as long as the program runs, for classes are
     * loaded when they are used.
     */
    static ClassLoader loader(String classpath) {
        List<URL> places = new ArrayList<>();
        for (String part : classpath.split(File.pathSeparator, -1)) {
            for (Path path : paths(part)) {
                try {
                    places.add(path.toUri().toURL());
                } catch (MalformedURLException e) {
                    throw InputException.because(
                            "--classpath: '%s' cannot be used: %s".formatted(part, e.getMessage()));
                }
            }
        }
        return new URLClassLoader(places.toArray(URL[]::new), Classpath.class.getClassLoader());
    }

    private static List<Path> paths(String part) {
        boolean isAll = part.equals(ALL_JARS) || part.endsWith(File.separator + ALL_JARS);
        Path path = Path.of(isAll ? part.substring(0, part.length() - 1) : part);
        if (part.isEmpty() || !Files.exists(path)) {
            throw InputException.because(
                    "--classpath: there is no file or directory '%s'".formatted(part));
        }
        if (!isAll) {
            return List.of(path);
        }
        List<Path> jars = new ArrayList<>();
        try (DirectoryStream<Path> found = Files.newDirectoryStream(path, "*.jar")) {
            found.forEach(jars::add);
        } catch (IOException e) {
            throw InputException.because(
                    "--classpath: '%s' cannot be listed: %s".formatted(part, e.getMessage()));
        }
        Collections.sort(jars); // the same order every time
        return jars;
    }
}
