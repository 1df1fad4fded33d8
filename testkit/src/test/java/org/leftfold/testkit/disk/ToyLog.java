package org.leftfold.testkit.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.zip.CRC32C;
import org.leftfold.io.DataFile;
import org.leftfold.io.Directory;
import org.leftfold.io.Directory.Access;

/**
 * A small log in segments, correct or with one planted bug, to see whether the simulated disk tells
 * them apart. A record is a length, its number, a checksum and a body that follows from the number.
 */
final class ToyLog {
    enum Bug {
        NONE,
        MISSING_FORCE,
        MISSING_DIRECTORY_FORCE,
        FORCE_BEFORE_WRITE,
        RENAME_BEFORE_FORCE,
        NO_CHECKSUM,
        RETRY_AFTER_FAILED_FORCE,
        SERVED_BEFORE_FORCE
    }

    /** Thrown by {@link #recover} where a correct log never leaves the disk so. */
    static final class Corrupt extends RuntimeException {
        private static final long serialVersionUID = 1;

        Corrupt(String message) {
            super(message);
        }
    }

    static final int SEGMENT_BYTES = 8192;
    private static final int HEADER_BYTES = 8;
    private static final int RECORD_HEADER_BYTES = 12;
    private static final int MAGIC = 0x70F10000;

    private final Directory directory;
    private final Bug bug;
    private DataFile active;
    private int segment;
    private int offset;
    private int next = 1;

    private ToyLog(Directory directory, Bug bug) throws IOException {
        this.directory = directory;
        this.bug = bug;
        directory.createIfMissing();
        active = roll();
    }

    static ToyLog createIn(Directory directory, Bug bug) throws IOException {
        return new ToyLog(directory, bug);
    }

    /** Appends one record; on return it is acknowledged. */
    void append() throws IOException {
        byte[] body = body(next);
        int recordBytes = RECORD_HEADER_BYTES + body.length;
        if (offset + recordBytes > SEGMENT_BYTES) {
            active.close();
            active = roll();
        }
        ByteBuffer record = ByteBuffer.allocate(recordBytes);
        record.putInt(body.length).putInt(next).putInt(checksum(next, body)).put(body).flip();
        if (bug == Bug.FORCE_BEFORE_WRITE) {
            active.force();
            active.write(offset, record);
        } else {
            active.write(offset, record);
            if (bug != Bug.MISSING_FORCE || next % 7 != 0) {
                force();
            }
        }
        offset += recordBytes;
        next++;
    }

    void close() throws IOException {
        active.close();
    }

    private void force() throws IOException {
        try {
            active.force();
        } catch (IOException e) {
            if (bug != Bug.RETRY_AFTER_FAILED_FORCE) {
                throw e;
            }
            active.force();
        }
    }

    private DataFile roll() throws IOException {
        segment++;
        String temporary = name(segment) + ".tmp";
        DataFile file = directory.create(temporary);
        file.writeZeros(0, SEGMENT_BYTES);
        file.write(0, ByteBuffer.allocate(HEADER_BYTES).putInt(MAGIC).putInt(segment).flip());
        if (bug != Bug.RENAME_BEFORE_FORCE) {
            file.force();
        }
        directory.rename(temporary, name(segment));
        if (bug != Bug.MISSING_DIRECTORY_FORCE) {
            directory.force();
        }
        offset = HEADER_BYTES;
        return file;
    }

    /** Reads all records, wipes what follows the last one, and removes half-made segments. */
    static List<Integer> recover(Directory directory, Bug bug) throws IOException {
        directory.createIfMissing();
        List<Integer> records = new ArrayList<>();
        for (String name : directory.list()) {
            if (name.endsWith(".tmp")) {
                directory.delete(name);
            }
        }
        directory.force();
        for (int segment = 1; directory.exists(name(segment)); segment++) {
            try (DataFile file = directory.open(name(segment), Access.WRITE)) {
                ByteBuffer bytes = ByteBuffer.allocate(SEGMENT_BYTES);
                if (file.read(0, bytes) < SEGMENT_BYTES
                        || bytes.getInt(0) != MAGIC
                        || bytes.getInt(4) != segment) {
                    throw new Corrupt("segment " + segment + " has no header");
                }
                int end = scan(bytes, records, bug);
                if (!isZero(bytes, end)) {
                    file.writeZeros(end, SEGMENT_BYTES - end);
                }
                if (bug != Bug.SERVED_BEFORE_FORCE) {
                    file.force(); // What a killed process wrote may still be in memory only.
                }
            }
        }
        return records;
    }

    /** Collects the valid records of a segment and returns where they end. */
    private static int scan(ByteBuffer bytes, List<Integer> records, Bug bug) {
        int at = HEADER_BYTES;
        while (at + RECORD_HEADER_BYTES <= SEGMENT_BYTES) {
            int bodyBytes = bytes.getInt(at);
            int number = bytes.getInt(at + 4);
            if (bodyBytes <= 0 || bodyBytes > SEGMENT_BYTES - at - RECORD_HEADER_BYTES) {
                break;
            }
            byte[] body = new byte[bodyBytes];
            bytes.get(at + RECORD_HEADER_BYTES, body);
            if (bug != Bug.NO_CHECKSUM && bytes.getInt(at + 8) != checksum(number, body)) {
                break;
            }
            if (bug == Bug.NO_CHECKSUM && bytes.getInt(at + 8) != checksum(number, body)) {
                throw new Corrupt("record " + number + " was served with wrong bytes");
            }
            records.add(number);
            at += RECORD_HEADER_BYTES + bodyBytes;
        }
        return at;
    }

    private static boolean isZero(ByteBuffer bytes, int from) {
        for (int i = from; i < SEGMENT_BYTES; i++) {
            if (bytes.get(i) != 0) {
                return false;
            }
        }
        return true;
    }

    private static byte[] body(int number) {
        SplittableRandom random = new SplittableRandom(number);
        byte[] body = new byte[1 + random.nextInt(random.nextInt(4) == 0 ? 3000 : 200)];
        random.nextBytes(body);
        return body;
    }

    private static int checksum(int number, byte[] body) {
        CRC32C checksum = new CRC32C();
        checksum.update(number);
        checksum.update(body);
        return (int) checksum.getValue();
    }

    private static String name(int segment) {
        return "segment-" + segment;
    }
}
