package org.leftfold.cli.xes;

import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.xml.stream.XMLStreamConstants;
import org.leftfold.api.EventStore;
import org.leftfold.cli.intake.InputFile;
import org.leftfold.io.Directory;

/**
 * Writes one category as a log. If it came from a log, all that the log had besides its traces is
 * given back too, from its {@link LogFile}. For one thread.
 */
public final class XesExport {
    private static final Pattern TRACES = Pattern.compile("traces=\"(\\d+)\"");
    private static final Pattern QUOTABLE = Pattern.compile("[^\"?<>]+");
    private static final List<String> EXTENSIONS =
            List.of("Concept", "Time", "Lifecycle", "Organizational");
    private static final List<String> PREFIXES = List.of("concept", "time", "lifecycle", "org");

    private final StoredTraces traces;
    private final Optional<LogFile> logFile;
    private final String category;
    private final XmlWriter xml;
    private final OutputStream target;

    /**
     * An export of a category of a store.
     *
     * @param directory where files stand beside the store, if anywhere
     */
    public XesExport(
            EventStore store, Optional<Directory> directory, String category, OutputStream target) {
        this.traces = new StoredTraces(store, category);
        this.logFile = directory.map(place -> new LogFile(place, category));
        this.category = category;
        this.xml = new XmlWriter(target);
        this.target = target;
    }

    /** Writes the log; the number of events in it. */
    public long run() throws IOException {
        try (traces) {
            xml.declaration();
            if (logFile.isPresent() && logFile.get().exists()) {
                try (InputFile rest = InputFile.of("the kept log", logFile.get().read());
                        XmlCursor cursor = new XmlCursor(rest)) {
                    copy(cursor);
                }
            } else {
                writeInstruction();
                writePlainLog();
            }
            xml.flush();
            target.flush();
            return traces.eventCount();
        }
    }

    private void writeInstruction() throws IOException {
        if (QUOTABLE.matcher(category).matches()) {
            xml.instruction(LogFile.INSTRUCTION, "category=\"" + category + "\"");
        }
    }

    private void writePlainLog() throws IOException {
        xml.start("log");
        xml.attribute("xes.version", "1849-2016");
        xml.attribute("xes.features", "nested-attributes");
        xml.attribute("xmlns", "http://www.xes-standard.org/");
        for (int i = 0; i < EXTENSIONS.size(); i++) {
            xml.start("extension");
            xml.attribute("name", EXTENSIONS.get(i));
            xml.attribute("prefix", PREFIXES.get(i));
            xml.attribute("uri", "http://www.xes-standard.org/" + PREFIXES.get(i) + ".xesext");
            xml.end();
        }
        traces.write(xml, Long.MAX_VALUE);
        xml.end();
    }

    private void copy(XmlCursor cursor) throws IOException {
        int depth = 0;
        int event = cursor.next();
        while (event != XMLStreamConstants.END_DOCUMENT) {
            switch (event) {
                case XMLStreamConstants.COMMENT -> xml.comment(cursor.comment());
                case XMLStreamConstants.PROCESSING_INSTRUCTION ->
                        traces.write(xml, traceCount(cursor.instructionText()));
                case XMLStreamConstants.START_ELEMENT -> {
                    if (depth == 0) {
                        writeInstruction();
                    }
                    depth++;
                    xml.start(cursor.qualifiedElement());
                    cursor.copyAttributes(xml);
                }
                default -> {
                    depth--;
                    if (depth == 0) {
                        traces.write(xml, Long.MAX_VALUE);
                    }
                    xml.end();
                }
            }
            event = cursor.next();
        }
    }

    private static long traceCount(String instruction) {
        Matcher matcher = TRACES.matcher(instruction);
        return matcher.find() ? Long.parseLong(matcher.group(1)) : 0;
    }
}
