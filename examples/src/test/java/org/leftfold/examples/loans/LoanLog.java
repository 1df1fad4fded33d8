package org.leftfold.examples.loans;

import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Assumptions;
import org.leftfold.api.EventStore;
import org.leftfold.cli.intake.AppendPipeline;
import org.leftfold.cli.intake.InputFile;
import org.leftfold.cli.xes.XesImport;
import org.leftfold.framework.projection.Projection;
import org.leftfold.framework.projection.Projections;

/**
 * The log of the bank, BPI Challenge 2012, or its beginning, with what a count of its lines says.
 *
 * @param text the log
 * @param applications how many applications it has
 * @param events how many events
 * @param activities how often each activity was done
 */
record LoanLog(String text, long applications, long events, Map<String, Activity> activities) {
    private static final String NAME = "bpic2012.xes.gz";
    private static final Pattern ATTRIBUTE =
            Pattern.compile("<string key=\"(concept:name|lifecycle:transition)\" value=\"(.*?)\"");

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

    /** So many applications are read where there is no time for all. */
    static final int SOME = 600;

    /** The whole log in long tests, a part of it in others, which are to end soon. */
    static LoanLog affordable() throws IOException {
        return Boolean.getBoolean("leftfold.long") ? whole() : beginning(SOME);
    }

    /** All of it. */
    static LoanLog whole() throws IOException {
        return beginning(Integer.MAX_VALUE);
    }

    /** The first applications of it. */
    static LoanLog beginning(int applications) throws IOException {
        StringBuilder text = new StringBuilder();
        Map<String, Activity> activities = new TreeMap<>();
        int traces = 0;
        long events = 0;
        try (BufferedReader lines =
                new BufferedReader(
                        new InputStreamReader(
                                new GZIPInputStream(Files.newInputStream(file())),
                                StandardCharsets.UTF_8))) {
            String activity = "";
            String step = "";
            for (String line = lines.readLine();
                    line != null && traces < applications;
                    line = lines.readLine()) {
                text.append(line).append('\n');
                Matcher attribute = ATTRIBUTE.matcher(line);
                if (attribute.find()) {
                    String value = attribute.group(2);
                    boolean isName = attribute.group(1).equals("concept:name");
                    activity = isName ? value : activity;
                    step = isName ? step : value;
                } else if (line.contains("</event>")) {
                    activities.merge(activity, one(step), LoanLog::sum);
                    events++;
                } else if (line.contains("</trace>")) {
                    traces++;
                }
            }
        }
        if (traces == applications) {
            text.append("</log>\n");
        }
        return new LoanLog(text.toString(), traces, events, activities);
    }

    private static Activity one(String step) {
        return switch (step) {
            case "SCHEDULE" -> new Activity(1, 1, 0, 0);
            case "START" -> new Activity(1, 0, 1, 0);
            case "COMPLETE" -> new Activity(1, 0, 0, 1);
            default -> throw new IllegalArgumentException("an unknown step: " + step);
        };
    }

    private static Activity sum(Activity one, Activity other) {
        return new Activity(
                one.events() + other.events(),
                one.scheduled() + other.scheduled(),
                one.started() + other.started(),
                one.completed() + other.completed());
    }

    /** Imports it, as the command does. */
    void importInto(EventStore store) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        try (InputFile file = InputFile.of(NAME, new ByteArrayInputStream(bytes))) {
            new XesImport(file, new AppendPipeline(store), Optional.empty(), () -> {})
                    .run(Optional.of(Loans.CATEGORY));
        }
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
