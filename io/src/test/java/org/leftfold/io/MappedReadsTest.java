package org.leftfold.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.leftfold.io.Directory.Access;

class MappedReadsTest {
    private static final int BYTES = 1 << 20;
    private static final int ENOUGH = 10 * MappedReads.QUICK_READS;

    @TempDir private Path temporary;
    private final SteppingTime time = new SteppingTime();
    long number; // kept, so that it has to be read

    /** Every call of it comes so much later. */
    private static final class SteppingTime implements TimeSource {
        private long step;
        private long nanos;

        @Override
        public long wallMicros() {
            return 0;
        }

        @Override
        public long monotonicNanos() {
            nanos += step;
            return nanos;
        }
    }

    private byte[] write(String name) throws IOException {
        byte[] bytes = new byte[BYTES];
        new Random(7).nextBytes(bytes);
        Files.write(temporary.resolve(name), bytes);
        return bytes;
    }

    private MappedReads reads(String name) {
        return new MappedReads(() -> open(name), time, BYTES);
    }

    private @Nullable FileChannel open(String name) throws IOException {
        return FileChannel.open(temporary.resolve(name), StandardOpenOption.READ);
    }

    @Test
    void a_file_is_mapped_after_quick_reads_only() throws IOException {
        byte[] bytes = write("a");
        MappedReads reads = reads("a");
        ByteBuffer target = ByteBuffer.allocate(100);
        for (int i = 0; i < MappedReads.QUICK_READS; i++) {
            assertThat(reads.isMapped()).isFalse();
            assertThat(reads.read(5, target)).isEqualTo(-1);
            reads.took(MappedReads.QUICK_NANOS + 1);
        }
        for (int i = 0; i < MappedReads.QUICK_READS; i++) {
            assertThat(reads.isMapped()).isFalse();
            reads.took(MappedReads.QUICK_NANOS);
        }
        assertThat(reads.isMapped()).isTrue();
        target.put((byte) 1);
        assertThat(reads.read(5, target)).isEqualTo(99);
        assertThat(target.remaining()).isZero();
        assertThat(target.get(0)).isEqualTo((byte) 1);
        assertThat(target.slice(1, 99)).isEqualTo(ByteBuffer.wrap(bytes, 5, 99));
        reads.end();
        assertThat(reads.read(5, target.clear())).isEqualTo(-1);
    }

    @Test
    void reads_end_with_the_file() throws IOException {
        byte[] bytes = write("a");
        MappedReads reads = mapped("a");
        ByteBuffer target = ByteBuffer.allocate(10);
        assertThat(reads.read(BYTES - 3, target)).isEqualTo(3);
        assertThat(target.flip()).isEqualTo(ByteBuffer.wrap(bytes, BYTES - 3, 3));
        assertThat(reads.read(BYTES, target.clear())).isZero();
        assertThat(reads.read(BYTES + 1, target)).isZero();
        assertThat(reads.read(1L << 40, target)).isZero();
    }

    private MappedReads mapped(String name) {
        MappedReads reads = reads(name);
        for (int i = 0; i < MappedReads.QUICK_READS; i++) {
            reads.took(1);
        }
        assertThat(reads.isMapped()).isTrue();
        return reads;
    }

    @Test
    void slow_reads_in_a_row_end_the_mapping_for_a_while() throws IOException {
        write("a");
        MappedReads reads = mapped("a");
        ByteBuffer target = ByteBuffer.allocate(10);
        for (int i = 0; i < ENOUGH; i++) { // now and then a thread has to wait for a processor
            time.step = i % MappedReads.SLOW_READS == 0 ? 1 : MappedReads.SLOW_NANOS + 1;
            assertThat(reads.read(i, target.clear())).isEqualTo(10);
        }
        time.step = MappedReads.SLOW_NANOS + 1;
        for (int i = 0; i < MappedReads.SLOW_READS; i++) {
            assertThat(reads.read(i, target.clear())).isEqualTo(10);
        }
        assertThat(reads.isMapped()).isFalse();
        for (int i = 0; i < 10 * MappedReads.QUICK_READS; i++) {
            reads.took(1);
        }
        assertThat(reads.isMapped()).as("not so soon").isFalse();
    }

    /** They bring into memory what is then read quickly, so quick reads do not speak for it. */
    @Test
    void several_reads_together_that_are_slow_again_and_again_end_the_mapping() throws IOException {
        write("a");
        MappedReads reads = mapped("a");
        ByteBuffer target = ByteBuffer.allocate(10);
        time.step = 1;
        for (int load = 0; load < MappedReads.SLOW_READS; load++) {
            assertThat(reads.isMapped()).as("load %d", load).isTrue();
            reads.noteGroup(true);
            for (int i = 0; i < 20; i++) {
                assertThat(reads.read(i, target.clear())).isIn(10, -1);
            }
            for (int i = 0; i < 3; i++) { // looking up places takes four groups
                reads.noteGroup(false);
            }
        }
        assertThat(reads.isMapped()).isFalse();
        assertThat(reads.peek(0, new long[1], 0)).isFalse();
        assertThat(reads.touch(0, 64)).isZero();
    }

    @Test
    void several_reads_together_that_are_seldom_slow_do_not() throws IOException {
        write("a");
        MappedReads reads = mapped("a");
        for (int i = 0; i < ENOUGH; i++) { // now and then a thread has to wait for a processor
            reads.noteGroup(i % (MappedReads.QUICK_GROUPS + 1) == 0);
        }
        assertThat(reads.isMapped()).isTrue();
    }

    @Test
    void a_file_that_cannot_be_mapped_is_tried_again_much_later() throws IOException {
        write("a");
        AtomicInteger tries = new AtomicInteger();
        MappedReads reads =
                new MappedReads(
                        () -> {
                            tries.incrementAndGet();
                            throw new IOException("no");
                        },
                        time,
                        BYTES);
        for (int i = 0; i < ENOUGH; i++) {
            reads.took(1);
        }
        assertThat(tries).hasValue(1);
        assertThat(reads.isMapped()).isFalse();
    }

    @Test
    void another_file_of_the_name_is_never_mapped() throws IOException {
        byte[] bytes = write("a");
        Directory directory = new ChannelDirectory(temporary);
        try (DataFile file = directory.open("a", Access.READ)) {
            file.expectStableReads();
            Files.write(temporary.resolve("b"), new byte[BYTES]);
            directory.rename("b", "a");
            for (int i = 0; i < ENOUGH; i++) {
                ByteBuffer target = ByteBuffer.allocate(64);
                assertThat(file.read(i, target)).isEqualTo(64);
                assertThat(target.flip()).isEqualTo(ByteBuffer.wrap(bytes, i, 64));
            }
        }
    }

    @Test
    void what_is_written_behind_is_seen_and_a_closed_file_is_closed() throws IOException {
        write("a");
        Directory directory = new ChannelDirectory(temporary);
        DataFile file = directory.open("a", Access.WRITE);
        file.expectStableReads();
        ByteBuffer target = ByteBuffer.allocate(8);
        for (int i = 0; i < ENOUGH; i++) {
            file.write(8L * i, ByteBuffer.allocate(8).putLong(0, i));
            file.read(8L * i, target.clear());
            assertThat(target.getLong(0)).isEqualTo(i);
        }
        file.close();
        assertThatThrownBy(() -> file.read(0, target.clear()))
                .isInstanceOf(ClosedChannelException.class);
    }

    @Test
    void a_file_that_somebody_cuts_is_read_as_far_as_it_goes() throws IOException {
        write("a");
        assumeTrue(UninterruptibleChannel.POSIX, "elsewhere a mapped file cannot be cut");
        Directory directory = new ChannelDirectory(temporary);
        try (DataFile file = directory.open("a", Access.READ)) {
            file.expectStableReads();
            ByteBuffer target = ByteBuffer.allocate(64);
            for (int i = 0; i < ENOUGH; i++) {
                file.read(i, target.clear());
            }
            try (FileChannel other =
                    FileChannel.open(temporary.resolve("a"), StandardOpenOption.WRITE)) {
                other.truncate(8192);
            }
            assertThat(file.read(BYTES - 64, target.clear())).isZero();
            assertThat(file.read(8192 - 16, target.clear())).isEqualTo(16);
        }
    }

    /** Compiled code meets a fault otherwise than interpreted code. */
    @Test
    void a_fault_in_compiled_code_is_met_where_it_happens() throws IOException {
        assumeTrue(UninterruptibleChannel.POSIX, "elsewhere a mapped file cannot be cut");
        Directory directory = new ChannelDirectory(temporary);
        for (int size : new int[] {4096, 512, 100, 8, 6, 4}) {
            String name = "f" + size;
            write(name);
            try (DataFile file = directory.open(name, Access.READ)) {
                file.expectStableReads();
                byte[] bytes = new byte[4096];
                for (int i = 0; i < 200_000; i++) {
                    file.read(i * 37L % (BYTES - 5000), ByteBuffer.wrap(bytes, 0, size));
                }
                try (FileChannel other =
                        FileChannel.open(temporary.resolve(name), StandardOpenOption.WRITE)) {
                    other.truncate(8192);
                }
                assertThat(file.read(BYTES - 5000, ByteBuffer.wrap(bytes, 0, size)))
                        .as("bytes of %d", size)
                        .isZero();
            }
        }
    }

    /** Without the call the error would leave a compiled method behind its handler. */
    @Test
    void the_call_behind_a_read_makes_a_fault_arrive_there() throws IOException {
        assumeTrue(UninterruptibleChannel.POSIX, "elsewhere a mapped file cannot be cut");
        write("a");
        MappedByteBuffer pages;
        try (FileChannel channel = FileChannel.open(temporary.resolve("a"))) {
            pages = channel.map(FileChannel.MapMode.READ_ONLY, 0, BYTES);
        }
        for (int i = 0; i < 400_000; i++) {
            assertThat(isThere(pages, i * 37 % (BYTES - 8))).isTrue();
        }
        try (FileChannel other =
                FileChannel.open(temporary.resolve("a"), StandardOpenOption.WRITE)) {
            other.truncate(8192);
        }
        assertThat(isThere(pages, BYTES / 2)).isFalse();
    }

    private boolean isThere(MappedByteBuffer pages, int offset) {
        try {
            number = pages.getLong(offset);
            MappedReads.deliverFault();
        } catch (InternalError e) {
            return false;
        }
        number++;
        return true;
    }
}
