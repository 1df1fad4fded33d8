package org.leftfold.engine.side;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import org.leftfold.api.spi.StoreListener;
import org.leftfold.engine.log.Closing;
import org.leftfold.engine.log.Corruption;
import org.leftfold.engine.side.RecordFile.Opened;
import org.leftfold.io.DataFile;
import org.leftfold.io.Directory;

/**
 * Makes files of records: written under a temporary name, forced, sealed, and renamed, so that a
 * file under its name is whole. One thread.
 */
final class RecordFileMaker implements RecordSink {
    private static final int BLOCK_BYTES = 64 << 10;

    private final SideHeader header;
    private final RecordFormat format;
    private final DataFile file;
    private Group block;

    private RecordFileMaker(SideHeader header, DataFile file) {
        this.header = header;
        this.format = new RecordFormat(header);
        this.file = file;
        this.block = new Group(SideHeader.BYTES);
    }

    /**
     * Opens the file of a kind, making it if it is missing. A file of derived data whose header is
     * damaged is made anew.
     */
    static Opened open(SideHome home, FileKind kind) throws IOException {
        Directory directory = home.directory();
        remove(directory, kind);
        if (!directory.exists(kind.fileName())) {
            return create(home, kind);
        }
        DataFile file = directory.open(kind.fileName(), Directory.Access.WRITE);
        try {
            return new Opened(file, SideHeader.read(file, home.storeId(), kind));
        } catch (Corruption e) {
            file.close();
            if (!kind.isDerived()) {
                throw e;
            }
            home.listener().noticed("derived data are dropped: " + e.getMessage());
            return create(home, kind);
        } catch (IOException | RuntimeException | Error e) {
            Closing.all(List.of(file), e);
            throw e;
        }
    }

    private static Opened create(SideHome home, FileKind kind) throws IOException {
        byte[] salt = new byte[SideHeader.SALT_BYTES];
        home.machine().entropy().fill(salt);
        // Random, so that records of a file that was deleted are none of this one.
        long generation = home.machine().entropy().nextUuid().getMostSignificantBits() >>> 2;
        SideHeader header = new SideHeader(home.storeId(), kind, generation, salt);
        try {
            return makeEmpty(home.directory(), header);
        } catch (IOException | RuntimeException | Error e) {
            discard(home.directory(), kind, e); // it takes space that may be what is missing
            throw e;
        }
    }

    private static Opened makeEmpty(Directory directory, SideHeader header) throws IOException {
        RecordFileMaker maker = begin(directory, header);
        try {
            maker.finish();
            maker.publish(directory);
            return new Opened(maker.file, header);
        } catch (IOException | RuntimeException | Error e) {
            Closing.all(List.of(maker.file), e);
            throw e;
        }
    }

    /** Begins a file under the temporary name. */
    static RecordFileMaker begin(Directory directory, SideHeader header) throws IOException {
        DataFile file = directory.create(SideFiles.temporary(header.kind().fileName()));
        try {
            file.write(0, ByteBuffer.wrap(header.encode()));
            return new RecordFileMaker(header, file);
        } catch (IOException | RuntimeException | Error e) {
            Closing.all(List.of(file), e);
            throw e;
        }
    }

    DataFile file() {
        return file;
    }

    @Override
    public void add(byte type, byte[] content) throws IOException {
        // The name comes after the force, so behind the header nothing needs another mark.
        block.add(format.encode(block.end(), SideHeader.BYTES, type, content));
        if (block.byteCount() >= BLOCK_BYTES) {
            flush();
        }
    }

    private void flush() throws IOException {
        file.write(block.start(), ByteBuffer.wrap(block.bytes(), 0, block.byteCount()));
        block = new Group(block.end());
    }

    /** Makes the contents durable and returns where they end. */
    long finish() throws IOException {
        flush();
        long end = block.end();
        file.write(end, ByteBuffer.wrap(format.seal(end)));
        file.force();
        return end;
    }

    /** Gives the file its name, durably. */
    void publish(Directory directory) throws IOException {
        String name = header.kind().fileName();
        directory.rename(SideFiles.temporary(name), name);
        directory.force();
    }

    /** Removes a temporary file, durably: it may hold keys that will be forgotten later. */
    private static void remove(Directory directory, FileKind kind) throws IOException {
        String temporary = SideFiles.temporary(kind.fileName());
        if (directory.exists(temporary)) {
            directory.delete(temporary);
            directory.force();
        }
    }

    /** Removes a temporary file after {@code reason}; false if it may still be there. */
    static boolean discard(Directory directory, FileKind kind, Throwable reason) {
        try {
            remove(directory, kind);
            return true;
        } catch (IOException | RuntimeException | Error e) {
            reason.addSuppressed(e);
            return false;
        }
    }

    /**
     * Closes a file that was replaced. Of keys the blocks that become free are overwritten first:
     * one of them may be forgotten later. That is the best that can be done, and no promise.
     */
    static void retire(DataFile old, FileKind kind, long end, StoreListener listener) {
        try (old) {
            if (kind == FileKind.KEYS) {
                old.writeZeros(SideHeader.BYTES, end - SideHeader.BYTES);
                old.force();
            }
        } catch (IOException e) {
            listener.noticed("the former file %s: %s".formatted(kind.fileName(), e));
        }
    }
}
