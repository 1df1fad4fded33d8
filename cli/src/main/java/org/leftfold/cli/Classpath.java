package org.leftfold.cli;

import java.io.File;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.leftfold.cli.intake.InputException;

/** Finds the code of an application. Stateless. */
final class Classpath {
    private Classpath() {}

    /**
     * The loader of the classes there. Stays open as long as the program runs, for classes are
     * loaded when they are used.
     */
    static ClassLoader loader(String classpath) {
        List<URL> places = new ArrayList<>();
        for (String part : classpath.split(File.pathSeparator, -1)) {
            Path path = Path.of(part);
            if (part.isEmpty() || !Files.exists(path)) {
                throw InputException.because(
                        "--classpath: there is no file or directory '%s'".formatted(part));
            }
            try {
                places.add(path.toUri().toURL());
            } catch (MalformedURLException e) {
                throw InputException.because(
                        "--classpath: '%s' cannot be used: %s".formatted(part, e.getMessage()));
            }
        }
        return new URLClassLoader(places.toArray(URL[]::new), Classpath.class.getClassLoader());
    }
}
