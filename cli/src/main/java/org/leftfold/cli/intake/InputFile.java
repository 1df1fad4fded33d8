package org.leftfold.cli.intake;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;

/** A file to be imported, unpacked when its content says that it is a gzip file. For one thread. */
public final class InputFile implements AutoCloseable {
    /** The name that stands for the standard input. */
    public static final String STANDARD_INPUT = "-";

    private static final int BUFFER_BYTES = 256 << 10; // few calls to the disk, little memory
    private static final int GZIP_MAGIC = 0x8b1f;

    private final String name;
    private final long sizeBytes;
    private final CountingStream source;
    private final InputStream content;

    private InputFile(String name, long sizeBytes, InputStream raw) throws IOException {
        this.name = name;
        this.sizeBytes = sizeBytes;
        this.source = new CountingStream(raw);
        this.content = unpacked(new BufferedInputStream(source, BUFFER_BYTES));
    }

    /**
     * Opens a file, or the standard input for {@value #STANDARD_INPUT}.
     *
     * @throws InputException if it starts like a gzip file and is none
     */
    public static InputFile open(String name, InputStream standardInput) throws IOException {
        if (name.equals(STANDARD_INPUT)) {
            return new InputFile("standard input", 0, standardInput);
        }
        Path path = Path.of(name);
        InputStream raw = Files.newInputStream(path);
        try {
            return new InputFile(name, Files.size(path), raw);
        } catch (IOException e) {
            raw.close();
            throw InputException.at(
                    name, 1, "this is no gzip file that can be read: " + e.getMessage());
        }
    }

    /** Content that is no file of its own. */
    public static InputFile of(String name, InputStream content) throws IOException {
        return new InputFile(name, 0, content);
    }

    private static InputStream unpacked(InputStream raw) throws IOException {
        PushbackInputStream start = new PushbackInputStream(raw, 2);
        byte[] magic = start.readNBytes(2);
        start.unread(magic);
        boolean isGzip =
                magic.length == 2 && ((magic[1] & 0xff) << 8 | (magic[0] & 0xff)) == GZIP_MAGIC;
        return isGzip
                ? new BufferedInputStream(
                        new WholeStream(new GZIPInputStream(start, BUFFER_BYTES)), BUFFER_BYTES)
                : start;
    }

    /** The name for messages. */
    public String name() {
        return name;
    }

    /** The unpacked content. */
    public InputStream content() {
        return content;
    }

    /** The size of the file as it is on disk, 0 when nobody knows. */
    public long sizeBytes() {
        return sizeBytes;
    }

    /** How much of {@link #sizeBytes()} was read. */
    public long bytesRead() {
        return source.count;
    }

    @Override
    public void close() throws IOException {
        content.close();
    }

    /** Fails at an early end with an error that no XML parser takes for the end of its document. */
    private static final class WholeStream extends FilterInputStream {
        WholeStream(InputStream in) {
            super(in);
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            try {
                return in.read(target, offset, length);
            } catch (EOFException e) {
                throw new IOException("the gzip file is cut off", e);
            }
        }
    }

    /** Counts what passes. */
    private static final class CountingStream extends FilterInputStream {
        private long count;

        CountingStream(InputStream in) {
            super(in);
        }

        @Override
        public int read() throws IOException {
            int value = in.read();
            count += value < 0 ? 0 : 1;
            return value;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            int read = in.read(target, offset, length);
            count += Math.max(0, read);
            return read;
        }
    }
}
