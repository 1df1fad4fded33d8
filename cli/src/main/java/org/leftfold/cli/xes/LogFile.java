package org.leftfold.cli.xes;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.leftfold.io.DataFile;
import org.leftfold.io.Directory;

/**
 * The side file in the directory of a store that keeps what a log has besides its traces: the
 * attributes of the log, extensions, globals, classifiers and comments. It is the log itself, as
 * gzipped XML, in which every run of traces that have events is replaced by a processing
 * instruction {@code <?leftfold traces="13087"?>}; traces without events, which cannot be streams,
 * stay where they are.
 *
 * <p>It is written beside its final name and moved there when the whole log has been read, so it is
 * complete or not there.
 */
final class LogFile {
    static final String INSTRUCTION = "leftfold";

    private static final int NAME_DIGITS = 16;
    private static final int BUFFER_BYTES = 64 << 10;

    private final Directory directory;
    private final String name;

    /** The side file of a category in a directory. */
    LogFile(Directory directory, String category) {
        this.directory = directory;
        this.name =
                "attachment-xes-"
                        + LegalNames.sha256Hex(category).substring(0, NAME_DIGITS)
                        + ".xml.gz";
    }

    boolean exists() throws IOException {
        return directory.exists(name);
    }

    /** The content, unpacked. */
    InputStream read() throws IOException {
        return new GZIPInputStream(
                new Reading(directory.open(name, Directory.Access.READ)), BUFFER_BYTES);
    }

    /** A new content, not yet in place. */
    Draft draft() throws IOException {
        String draftName = name + ".tmp";
        directory.delete(draftName); // Left behind by an import that was killed.
        return new Draft(directory.create(draftName));
    }

    /** A content that is being written. For one thread. */
    final class Draft implements AutoCloseable {
        private final DataFile file;
        private final OutputStream content;
        private boolean isDone;

        private Draft(DataFile file) throws IOException {
            this.file = file;
            this.content = new GZIPOutputStream(new Writing(file), BUFFER_BYTES);
        }

        OutputStream content() {
            return content;
        }

        /** Puts it in place, durably; whether it took the place of another content. */
        boolean publish() throws IOException {
            content.close();
            file.force();
            boolean replaces = exists() && !isSame(file);
            file.close();
            isDone = true;
            directory.rename(file.name(), name);
            directory.force();
            return replaces;
        }

        private boolean isSame(DataFile draft) throws IOException {
            try (DataFile old = directory.open(name, Directory.Access.READ);
                    InputStream oldBytes = new Reading(old);
                    InputStream newBytes = new Reading(draft)) {
                if (old.size() != draft.size()) {
                    return false;
                }
                byte[] part = oldBytes.readNBytes(BUFFER_BYTES);
                while (part.length > 0) {
                    if (!Arrays.equals(part, newBytes.readNBytes(BUFFER_BYTES))) {
                        return false;
                    }
                    part = oldBytes.readNBytes(BUFFER_BYTES);
                }
                return true;
            }
        }

        /** Throws it away, unless it was published. */
        @Override
        public void close() throws IOException {
            if (!isDone) {
                isDone = true;
                file.close();
                directory.delete(file.name());
            }
        }
    }

    /** The bytes of a file in order. Closes the file. */
    private static final class Reading extends InputStream {
        private final DataFile file;
        private long offset;

        Reading(DataFile file) {
            this.file = file;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] target, int start, int length) throws IOException {
            if (length == 0) {
                return 0;
            }
            int read = file.read(offset, ByteBuffer.wrap(target, start, length));
            offset += read;
            return read == 0 ? -1 : read;
        }

        @Override
        public void close() throws IOException {
            file.close();
        }
    }

    /** Appends to a file, which stays open. */
    private static final class Writing extends OutputStream {
        private final DataFile file;
        private long offset;

        Writing(DataFile file) {
            this.file = file;
        }

        @Override
        public void write(int oneByte) throws IOException {
            write(new byte[] {(byte) oneByte}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int start, int length) throws IOException {
            file.write(offset, ByteBuffer.wrap(bytes, start, length));
            offset += length;
        }
    }
}
