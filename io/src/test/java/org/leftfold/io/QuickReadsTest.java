package org.leftfold.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.leftfold.io.Directory.Access;

class QuickReadsTest {
    private static final int BYTES = 1 << 20;

    /** Enough that what reads was compiled. */
    private static final int MANY = 50_000;

    /** A thread that waits for a processor is not a disk that is slow. */
    private static final TimeSource NO_TIME =
            new TimeSource() {
                @Override
                public long wallMicros() {
                    return 0;
                }

                @Override
                public long monotonicNanos() {
                    return 0;
                }
            };

    @TempDir private Path temporary;

    private byte[] write(String name) throws IOException {
        byte[] bytes = new byte[BYTES];
        new Random(name.hashCode()).nextBytes(bytes);
        Files.write(temporary.resolve(name), bytes);
        return bytes;
    }

    private DataFile open(String name) throws IOException {
        return new ChannelDirectory(temporary).open(name, Access.READ);
    }

    /** Small reads by position are quick here sooner or later, and then it is mapped. */
    private DataFile mapped(String name) throws IOException {
        DataFile file = open(name);
        file.expectStableReads();
        byte[] target = new byte[8];
        while (!file.readQuickly(0, target)) {
            assertThat(file.read(0, ByteBuffer.wrap(target))).isEqualTo(8);
        }
        return file;
    }

    private static long number(byte[] bytes, long offset) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong((int) offset);
    }

    @Test
    void numbers_come_from_all_files_that_are_mapped() throws IOException {
        byte[] a = write("a");
        byte[] b = write("b");
        write("c");
        try (DataFile first = mapped("a");
                DataFile second = mapped("b");
                DataFile unmapped = open("c")) {
            Random random = new Random(5);
            for (int i = 0; i < 1000; i++) {
                long at = random.nextInt(BYTES - 7);
                long other = random.nextInt(BYTES - 7);
                @Nullable DataFile[] files = {first, null, second, unmapped, first, second};
                long[] offsets = {at, 7, other, 0, BYTES - 8, 0};
                long[] found = new long[6];
                QuickReads.touch(files, offsets, 600, NO_TIME);
                QuickReads.numbers(files, offsets, found, NO_TIME);
                assertThat(files).containsExactly(first, null, second, null, first, second);
                assertThat(found)
                        .containsExactly(
                                number(a, at),
                                0,
                                number(b, other),
                                0,
                                number(a, BYTES - 8),
                                number(b, 0));
            }
        }
    }

    @Test
    void what_is_not_in_a_file_is_not_there() throws IOException {
        write("a");
        try (DataFile file = mapped("a")) {
            for (long offset : new long[] {-1, BYTES - 7, BYTES, 1L << 40, Long.MIN_VALUE}) {
                @Nullable DataFile[] files = {file, file};
                QuickReads.touch(files, new long[] {0, offset}, 64, NO_TIME);
                QuickReads.numbers(files, new long[] {0, offset}, new long[2], NO_TIME);
                assertThat(files).as("offset %d", offset).containsExactly(file, null);
                assertThat(file.readQuickly(offset, new byte[8])).as("offset %d", offset).isFalse();
            }
            assertThat(file.readQuickly(0, new byte[DataFile.QUICK_BYTES])).isTrue();
            assertThat(file.readQuickly(0, new byte[DataFile.QUICK_BYTES + 1])).isFalse();
        }
    }

    @Test
    void nothing_is_read_from_a_closed_file() throws IOException {
        write("a");
        DataFile file = mapped("a");
        file.close();
        @Nullable DataFile[] files = {file};
        QuickReads.numbers(files, new long[] {0}, new long[1], NO_TIME);
        assertThat(files[0]).isNull();
        assertThat(file.readQuickly(0, new byte[8])).isFalse();
    }

    /** The pages are gone: what was to be read is left to a read that says why. */
    @Test
    void a_file_that_somebody_cuts_gives_no_number_and_no_error() throws IOException {
        assumeTrue(UninterruptibleChannel.POSIX, "elsewhere a mapped file cannot be cut");
        byte[] bytes = write("a");
        write("b");
        try (DataFile cut = mapped("a");
                DataFile whole = mapped("b")) {
            for (int i = 0; i < MANY; i++) {
                @Nullable DataFile[] files = {whole, cut};
                long[] offsets = {8L * (i % 1000), 16L * (i % 1000)};
                long[] found = new long[2];
                QuickReads.touch(files, offsets, 512, NO_TIME);
                QuickReads.numbers(files, offsets, found, NO_TIME);
                assertThat(files[1]).isSameAs(cut);
                assertThat(found[1]).isEqualTo(number(bytes, offsets[1]));
            }
            try (FileChannel other =
                    FileChannel.open(temporary.resolve("a"), StandardOpenOption.WRITE)) {
                other.truncate(8192);
            }
            long[] behind = {0, BYTES - 4096};
            QuickReads.touch(new DataFile[] {whole, cut}, behind, 512, NO_TIME);
            @Nullable DataFile[] files = {whole, cut};
            QuickReads.numbers(files, behind, new long[2], NO_TIME);
            assertThat(files[1]).isNull();
            assertThat(cut.read(BYTES - 4096, ByteBuffer.allocate(8))).isZero();
            @Nullable DataFile[] left = {whole};
            QuickReads.numbers(left, behind, new long[2], NO_TIME);
            assertThat(left[0]).isSameAs(whole);
        }
    }

    /** A page that nobody else reads would be met by each group, and each time the disk tries. */
    @Test
    void a_bad_page_is_not_met_for_ever() throws IOException {
        assumeTrue(UninterruptibleChannel.POSIX, "elsewhere a mapped file cannot be cut");
        write("a");
        try (DataFile cut = mapped("a")) {
            try (FileChannel other =
                    FileChannel.open(temporary.resolve("a"), StandardOpenOption.WRITE)) {
                other.truncate(8192);
            }
            long[] behind = {BYTES - 4096};
            for (int i = 0; i < MappedReads.SLOW_READS; i++) {
                QuickReads.numbers(new DataFile[] {cut}, behind, new long[1], NO_TIME);
            }
            assertThat(cut.readQuickly(0, new byte[8])).as("after numbers").isFalse();
        }
        write("b");
        try (DataFile cut = mapped("b")) {
            try (FileChannel other =
                    FileChannel.open(temporary.resolve("b"), StandardOpenOption.WRITE)) {
                other.truncate(8192);
            }
            for (int i = 0; i < MappedReads.SLOW_READS; i++) {
                QuickReads.touch(new DataFile[] {cut}, new long[] {BYTES - 4096}, 512, NO_TIME);
            }
            assertThat(cut.readQuickly(0, new byte[8])).as("after touches").isFalse();
        }
    }

    /** A mapped file of which each page has to come from a disk. */
    private static final class ColdFile implements DataFile {
        int pieces;
        int slowNotes;
        int quickNotes;

        private void awaitDisk() {
            long begin = System.nanoTime();
            while (System.nanoTime() - begin < MappedReads.SLOW_NANOS) {
                Thread.onSpinWait();
            }
            pieces++;
        }

        @Override
        public int touch(long offset, int byteCount) {
            awaitDisk();
            return 0;
        }

        @Override
        public boolean peek(long offset, long[] target, int index) {
            awaitDisk();
            return true;
        }

        @Override
        public void noteQuickReads(boolean wereSlow) {
            if (wereSlow) {
                slowNotes++;
            } else {
                quickNotes++;
            }
        }

        @Override
        public String name() {
            return "cold";
        }

        @Override
        public long size() {
            return BYTES;
        }

        @Override
        public int read(long offset, ByteBuffer target) {
            return 0;
        }

        @Override
        public void write(long offset, ByteBuffer source) {}

        @Override
        public void writeZeros(long offset, long byteCount) {}

        @Override
        public void truncate(long sizeBytes) {}

        @Override
        public void force() {}

        @Override
        public void close() {}
    }

    @Test
    void what_comes_from_a_disk_is_not_waited_for_piece_by_piece() {
        ColdFile file = new ColdFile();
        @Nullable DataFile[] files = new DataFile[32];
        Arrays.fill(files, file);
        QuickReads.touch(files, new long[32], 512);
        assertThat(file.pieces).isEqualTo(8);
        assertThat(file.slowNotes).isOne();
        QuickReads.numbers(files, new long[32], new long[32]);
        assertThat(file.pieces).isEqualTo(16);
        assertThat(Arrays.asList(files).subList(0, 8)).containsOnly(file);
        assertThat(Arrays.asList(files).subList(8, 32)).containsOnlyNulls();
        assertThat(file.slowNotes).isEqualTo(2);
        assertThat(file.quickNotes).isZero();
    }
}
