package org.leftfold.cli.xes;

import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.xml.stream.XMLStreamConstants;
import org.leftfold.cli.intake.AppendPipeline;
import org.leftfold.cli.intake.InputException;
import org.leftfold.cli.intake.InputFile;
import org.leftfold.io.Directory;

/**
 * Imports one log. Traces go into the pipeline as they are read; the rest of the log goes into its
 * {@link LogFile}, which is put in place when all events are stored, and is left out where the
 * store has no directory. A log that was exported by {@link XesExport} says itself which category
 * it came from. For one thread.
 */
public final class XesImport {
    private static final Pattern CATEGORY = Pattern.compile("category=\"([^\"]+)\"");

    private final InputFile file;
    private final AppendPipeline pipeline;
    private final Optional<Directory> directory;
    private final Runnable progress;

    /**
     * An import of {@code file} into the store of {@code pipeline}; {@code progress} is called
     * after every trace.
     *
     * @param directory where files may stand beside the store, if anywhere
     */
    public XesImport(
            InputFile file,
            AppendPipeline pipeline,
            Optional<Directory> directory,
            Runnable progress) {
        this.file = file;
        this.pipeline = pipeline;
        this.directory = directory;
        this.progress = progress;
    }

    /**
     * Imports the whole log.
     *
     * @param category the category of its streams, if the user chose one
     * @return the category whose kept log was replaced by another one, if so
     * @throws InputException if the file is no such log; what was read before is stored
     */
    public Optional<String> run(Optional<String> category) throws IOException {
        try (XmlCursor cursor = new XmlCursor(file)) {
            List<String> comments = new ArrayList<>();
            Optional<String> ownCategory = prologue(cursor, comments);
            String chosen = category.or(() -> ownCategory).orElseGet(() -> categoryOf(file.name()));
            if (directory.isEmpty()) {
                read(cursor, comments, chosen, OutputStream.nullOutputStream());
                return Optional.empty();
            }
            try (LogFile.Draft draft = new LogFile(directory.get(), chosen).draft()) {
                read(cursor, comments, chosen, draft.content());
                return draft.publish() ? Optional.of(chosen) : Optional.empty();
            }
        }
    }

    /** Reads the whole log; what is no trace is written to {@code rest}. */
    private void read(XmlCursor cursor, List<String> comments, String chosen, OutputStream rest)
            throws IOException {
        XmlWriter xml = new XmlWriter(rest);
        xml.declaration();
        for (String comment : comments) {
            xml.comment(comment);
        }
        new LogReading(cursor, xml, new TraceAssembler(file.name(), chosen, pipeline))
                .run(progress);
        xml.flush();
        pipeline.drain();
    }

    /** Reads up to the root element; the category that the log names, if it does. */
    private static Optional<String> prologue(XmlCursor cursor, List<String> comments) {
        Optional<String> category = Optional.empty();
        int event = cursor.next();
        while (event != XMLStreamConstants.START_ELEMENT) {
            if (event == XMLStreamConstants.COMMENT) {
                comments.add(cursor.comment());
            } else if (event == XMLStreamConstants.PROCESSING_INSTRUCTION
                    && cursor.instruction().equals(LogFile.INSTRUCTION)) {
                category = categoryIn(cursor.instructionText());
            }
            event = cursor.next();
        }
        if (!cursor.element().equals("log")) {
            throw cursor.expected("<log>", "<" + cursor.qualifiedElement() + ">");
        }
        return category;
    }

    private static Optional<String> categoryIn(String instruction) {
        Matcher matcher = CATEGORY.matcher(instruction);
        if (!matcher.find()) {
            return Optional.empty();
        }
        String name = matcher.group(1);
        boolean isLegal = name.indexOf('-') < 0 && LegalNames.of(name).equals(name);
        return Optional.of(isLegal ? name : LegalNames.category(name));
    }

    /** The category that a file name stands for: the name without folders and endings. */
    static String categoryOf(String fileName) {
        String name = fileName.replaceFirst("^.*[/\\\\]", "");
        return LegalNames.category(
                name.replaceFirst("(?i)\\.gz$", "").replaceFirst("(?i)\\.(xes|xml)$", ""));
    }
}
