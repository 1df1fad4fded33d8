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
import java.util.ServiceLoader;
import org.leftfold.cli.intake.InputException;
import org.leftfold.framework.LeftfoldDomain;
import picocli.CommandLine.Option;

/** Where the code of the application is that knows what its events mean. */
final class ClassPathOption {
    /** For the end of the help. */
    static final String WHAT_A_DOMAIN_IS =
            """
            The domain is a public class of yours that implements org.leftfold.framework.LeftfoldDomain and
            gives the repositories of your application; a file on the class path has its name:
            META-INF/services/org.leftfold.framework.LeftfoldDomain. A complete one: docs/command.md#state\
            """;

    /** What stands for all jars of a directory, as in a class path of Java. */
    private static final String ALL_JARS = "*";

    @Option(
            names = "--classpath",
            required = true,
            paramLabel = "PATH",
            description = {
                "Jars and directories with the code of the application, separated as in",
                "a class path, and with its LeftfoldDomain; DIR/* are all jars of DIR. See below."
            })
    private String classpath = "";

    /**
     * The domains of the application.
     *
     * @throws InputException if there is none
     */
    List<LeftfoldDomain> domains() {
        List<LeftfoldDomain> domains = new ArrayList<>();
        ServiceLoader.load(LeftfoldDomain.class, loader()).forEach(domains::add);
        if (domains.isEmpty()) {
            throw InputException.because(
                    ("no LeftfoldDomain was found in %s. Name it in a file"
                                    + " META-INF/services/%s there")
                            .formatted(classpath, LeftfoldDomain.class.getName()));
        }
        return domains;
    }

    /** Stays open as long as the program runs, for classes are loaded when they are used. */
    private ClassLoader loader() {
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
        return new URLClassLoader(
                places.toArray(URL[]::new), ClassPathOption.class.getClassLoader());
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
