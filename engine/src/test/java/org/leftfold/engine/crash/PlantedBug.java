package org.leftfold.engine.crash;

import java.io.IOException;
import java.io.InputStream;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationTargetException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;

/**
 * A mistake that could be in the engine. The engine with this mistake is compiled and loaded beside
 * the real one, and hunted.
 *
 * @param name what the mistake is
 * @param edits where it is made
 */
record PlantedBug(String name, List<Edit> edits) {
    private static final String PACKAGE = "org.leftfold.engine.";
    private static final Path SOURCES =
            Path.of(System.getProperty("basedir", "."), "src/main/java/org/leftfold/engine");

    /**
     * One change of a source.
     *
     * @param file without {@code .java}, from the package of the engine on
     * @param original stands there exactly once
     * @param replacement stands there instead
     */
    record Edit(String file, String original, String replacement) {}

    /** What the hunt finds in the engine with this mistake; empty if it finds nothing. */
    String hunt(Path directory) {
        try {
            compile(directory);
            Class<?> hunt = new Loader(directory).loadClass(PACKAGE + "crash.BugHunt");
            return (String) hunt.getMethod("hunt").invoke(null);
        } catch (InvocationTargetException e) {
            return "the hunt ended with " + e.getCause();
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    private void compile(Path directory) {
        Map<Path, String> sources = new LinkedHashMap<>();
        for (Edit edit : edits) {
            Path file = SOURCES.resolve(edit.file() + ".java");
            String source = sources.computeIfAbsent(file, PlantedBug::read);
            if (source.split(java.util.regex.Pattern.quote(edit.original()), -1).length != 2) {
                throw new IllegalStateException(
                        "%s: '%s' must stand in %s exactly once"
                                .formatted(name, edit.original(), file));
            }
            sources.put(file, source.replace(edit.original(), edit.replacement()));
        }
        if (sources.isEmpty()) {
            return;
        }
        List<String> arguments =
                new ArrayList<>(
                        List.of(
                                "-proc:none",
                                "-nowarn",
                                "-d",
                                directory.toString(),
                                "-cp",
                                System.getProperty("java.class.path")));
        try {
            for (Map.Entry<Path, String> source : sources.entrySet()) {
                Path copy = directory.resolve(source.getKey().getFileName());
                Files.writeString(copy, source.getValue());
                arguments.add(copy.toString());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        javac(arguments);
    }

    private void javac(List<String> arguments) {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        var problems = new javax.tools.DiagnosticCollector<javax.tools.JavaFileObject>();
        List<String> options = arguments.stream().filter(a -> !a.endsWith(".java")).toList();
        List<String> files = arguments.stream().filter(a -> a.endsWith(".java")).toList();
        try (var manager = compiler.getStandardFileManager(problems, null, null)) {
            var units = manager.getJavaFileObjectsFromStrings(files);
            boolean compiled =
                    compiler.getTask(new StringWriter(), manager, problems, options, null, units)
                            .call();
            if (!compiled) {
                throw new IllegalStateException(name + ": " + problems.getDiagnostics());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Loads the engine and its crash tests anew, changed classes first; all else is shared. */
    private static final class Loader extends ClassLoader {
        private final Path directory;

        Loader(Path directory) {
            super(PlantedBug.class.getClassLoader());
            this.directory = directory;
            setDefaultAssertionStatus(true);
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            if (!name.startsWith(PACKAGE)) {
                return super.loadClass(name, resolve);
            }
            synchronized (getClassLoadingLock(name)) {
                Class<?> known = findLoadedClass(name);
                return known != null ? known : define(name);
            }
        }

        private Class<?> define(String name) throws ClassNotFoundException {
            String path = name.replace('.', '/') + ".class";
            Path changed = directory.resolve(path);
            try (InputStream in =
                    Files.exists(changed)
                            ? Files.newInputStream(changed)
                            : getParent().getResourceAsStream(path)) {
                if (in == null) {
                    throw new ClassNotFoundException(name);
                }
                byte[] bytes = in.readAllBytes();
                return defineClass(name, bytes, 0, bytes.length);
            } catch (IOException e) {
                throw new ClassNotFoundException(name, e);
            }
        }
    }
}
