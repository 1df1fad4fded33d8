package org.leftfold.examples.loans;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Assumptions;
import org.leftfold.framework.projection.Projection;
import org.leftfold.framework.projection.Projections;

/** The log of the bank: BPI Challenge 2012, whose facts anybody can look up. */
final class LoanLog {
    static final long EVENTS = 262_200;
    static final long APPLICATIONS = 13_087;
    private static final String NAME = "bpic2012.xes.gz";

    private LoanLog() {}

    /** Where it is; a test is skipped where it is not. */
    static Path file() {
        String data = System.getProperty("leftfold.data");
        Path file =
                data != null
                        ? Path.of(data, NAME)
                        : root().resolve(Path.of("..", "shared", "data", NAME));
        Assumptions.assumeTrue(
                Files.isReadable(file),
                "the event log " + file + " is not there; -Dleftfold.data=DIR says where it is");
        return file;
    }

    /** The folder of the repository. */
    static Path root() {
        Path start = Path.of("").toAbsolutePath();
        for (Path folder = start; folder != null; folder = folder.getParent()) {
            if (Files.exists(folder.resolve("mvnw"))) {
                return folder;
            }
        }
        throw new IllegalStateException("no folder above " + start + " holds mvnw");
    }

    /** All rows of a view as text. */
    static Map<String, String> rows(Projections projections, Projection<?> projection) {
        Map<String, String> rows = new TreeMap<>();
        projections.rows(projection).stream()
                .forEach(row -> rows.put(row.key(), row.row().toString()));
        return rows;
    }

    /** The same of rows in a map. */
    static Map<String, String> rows(Map<String, ?> given) {
        Map<String, String> rows = new TreeMap<>();
        given.forEach((key, row) -> rows.put(key, row.toString()));
        return rows;
    }
}
