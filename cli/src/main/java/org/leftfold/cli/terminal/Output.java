package org.leftfold.cli.terminal;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * A buffered way out for text, always UTF-8. Other than {@link java.io.PrintStream} it fails when
 * its reader is gone, so that a command behind {@code | head} stops instead of working for nobody.
 *
 * <p>Safe for any thread; one call is never torn by another.
 */
public final class Output extends OutputStream {
    private static final int BUFFER_BYTES = 64 << 10; // one write of this size costs a pipe little

    private final OutputStream target;
    private final boolean isTerminal;
    private boolean readerGone; // guarded by this

    /** A way out to {@code target}, which is a terminal or not. */
    public Output(OutputStream target, boolean isTerminal) {
        this.target = new BufferedOutputStream(target, BUFFER_BYTES);
        this.isTerminal = isTerminal;
    }

    /** Whether a person looks at it. */
    public boolean isTerminal() {
        return isTerminal;
    }

    /** Whether a write failed because nobody reads any more. */
    public synchronized boolean isReaderGone() {
        return readerGone;
    }

    /** Writes a text as it is. */
    public synchronized void text(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        write(bytes, 0, bytes.length);
    }

    /** Writes a line, and shows it at once on a terminal. */
    public synchronized void line(String text) {
        text(text);
        write('\n');
        if (isTerminal) {
            flush();
        }
    }

    @Override
    public synchronized void write(int oneByte) {
        try {
            target.write(oneByte);
        } catch (IOException e) {
            throw failed(e);
        }
    }

    @Override
    public synchronized void write(byte[] bytes, int offset, int length) {
        try {
            target.write(bytes, offset, length);
        } catch (IOException e) {
            throw failed(e);
        }
    }

    @Override
    public synchronized void flush() {
        try {
            target.flush();
        } catch (IOException e) {
            throw failed(e);
        }
    }

    private UncheckedIOException failed(IOException e) {
        String text = String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT);
        readerGone |= text.contains("broken pipe") || text.contains("pipe is being closed");
        return new UncheckedIOException("the output cannot be written: " + e.getMessage(), e);
    }
}
