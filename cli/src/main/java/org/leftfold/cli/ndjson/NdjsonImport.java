package org.leftfold.cli.ndjson;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.leftfold.api.EventId;
import org.leftfold.api.InvalidRequestException;
import org.leftfold.api.NewEvent;
import org.leftfold.api.StreamName;
import org.leftfold.cli.intake.AppendPipeline;
import org.leftfold.cli.intake.Batch;
import org.leftfold.cli.intake.InputException;
import org.leftfold.cli.intake.InputFile;
import org.leftfold.cli.intake.StreamTable;

/**
 * Imports events from lines as {@link EventLine} writes them, one append a line. Position, version
 * and time of recording are given anew by the store; all else stays.
 *
 * <p>{@code stream}, {@code type} and {@code data} are enough. A line without {@code id} gets one
 * from its place: the stream, and how many lines without id this stream had before in the file. So
 * importing a file again, also one that has grown at its end, adds nothing twice; another file for
 * the same streams needs ids of its own. For one thread.
 */
public final class NdjsonImport {
    /** Never changes: ids of stored events are made with it. */
    private static final UUID NAMESPACE = UUID.fromString("098a5480-b4b3-571c-a2e6-cc7c81152450");

    /** Longest line: the largest event as base64, with every character of its metadata escaped. */
    private static final int MAX_LINE_BYTES = 8 << 20;

    private final InputFile file;
    private final AppendPipeline pipeline;
    private final Runnable progress;
    private final StreamTable withoutId = new StreamTable();

    /** An import of {@code file}; {@code progress} is called after every line. */
    public NdjsonImport(InputFile file, AppendPipeline pipeline, Runnable progress) {
        this.file = file;
        this.pipeline = pipeline;
        this.progress = progress;
    }

    /**
     * Imports all lines; empty ones mean nothing.
     *
     * @throws InputException if a line is not as it should be; the lines before it are stored
     */
    public void run() throws IOException {
        long lineNumber = 0;
        byte[] line = nextLine(1);
        while (line != null) {
            lineNumber++;
            if (!isBlank(line)) {
                append(line, lineNumber);
                progress.run();
            }
            line = nextLine(lineNumber + 1);
        }
        pipeline.drain();
    }

    private void append(byte[] bytes, long lineNumber) {
        NewEvent event;
        StreamName stream;
        try {
            LineFields fields = LineFields.parse(bytes, file.name(), lineNumber);
            stream = fields.stream();
            EventId id = fields.id();
            if (id == null) {
                id = EventId.fromName(NAMESPACE, stream + "\n" + withoutId.nextOccurrence(stream));
            }
            event = fields.toEvent(id);
        } catch (InputException e) {
            throw e;
        } catch (InvalidRequestException e) {
            throw InputException.refused(file.name(), lineNumber, e);
        }
        Batch.Sourced sourced = new Batch.Sourced(event, lineNumber);
        pipeline.submit(new Batch(stream, file.name(), List.of(sourced), false));
    }

    private byte @Nullable [] nextLine(long lineNumber) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream(512);
        InputStream content = file.content();
        try {
            int next = content.read();
            if (next < 0) {
                return null;
            }
            while (next >= 0 && next != '\n') {
                line.write(next);
                if (line.size() > MAX_LINE_BYTES) {
                    throw InputException.expected(
                            file.name(),
                            lineNumber,
                            "a line of at most %d MiB".formatted(MAX_LINE_BYTES >> 20),
                            "a longer one");
                }
                next = content.read();
            }
        } catch (IOException e) {
            throw InputException.expected(
                    file.name(),
                    lineNumber,
                    "more of the file",
                    "that it cannot be read: " + e.getMessage());
        }
        return line.toByteArray();
    }

    private static boolean isBlank(byte[] line) {
        for (byte b : line) {
            if (b != ' ' && b != '\t' && b != '\r') {
                return false;
            }
        }
        return true;
    }
}
