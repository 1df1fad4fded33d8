package org.leftfold.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.leftfold.io.Directory.Access;

class ChannelFileTest {
    private static final int INTERRUPTS = 1_000;
    private static final int PATTERN_BYTES = 1 << 16;

    @TempDir private Path temporary;
    private Directory directory = new ChannelDirectory(Path.of("."));

    @BeforeEach
    void open() {
        directory = new ChannelDirectory(temporary);
    }

    @Test
    void bytes_come_back_where_they_were_written() throws IOException {
        try (DataFile file = directory.create("a")) {
            assertThat(file.name()).isEqualTo("a");
            file.write(10, ByteBuffer.wrap(new byte[] {1, 2, 3}));
            file.write(11, ByteBuffer.allocateDirect(1).put((byte) 9).flip());
            file.force();
            assertThat(file.size()).isEqualTo(13);
        }
        try (DataFile file = directory.open("a", Access.READ)) {
            ByteBuffer target = ByteBuffer.allocate(5);
            assertThat(file.read(9, target)).isEqualTo(4);
            assertThat(target.array()).containsExactly(0, 1, 9, 3, 0);
        }
    }

    @Test
    void reads_end_with_the_file() throws IOException {
        try (DataFile file = directory.create("a")) {
            assertThat(file.read(0, ByteBuffer.allocate(4))).isZero();
            file.write(0, ByteBuffer.wrap(new byte[10]));
            assertThat(file.read(8, ByteBuffer.allocate(4))).isEqualTo(2);
            assertThat(file.read(10, ByteBuffer.allocate(4))).isZero();
            assertThat(file.read(1_000, ByteBuffer.allocate(4))).isZero();
            assertThat(file.read(0, ByteBuffer.allocate(0))).isZero();
        }
    }

    @Test
    void truncate_cuts_and_never_grows() throws IOException {
        try (DataFile file = directory.create("a")) {
            file.write(0, ByteBuffer.wrap(new byte[10]));
            file.truncate(20);
            assertThat(file.size()).isEqualTo(10);
            file.truncate(4);
            assertThat(file.size()).isEqualTo(4);
        }
    }

    @Test
    void zeros_replace_just_their_range() throws IOException {
        int[][] ranges = {
            {0, 1}, {1, 4095}, {4096, 64 << 10}, {100, 3 << 20}, {0, (256 << 10) + 1}
        };
        for (int[] range : ranges) {
            String name = range[0] + "-" + range[1];
            byte[] ones = new byte[range[0] + range[1] / 2 + 1];
            Arrays.fill(ones, (byte) 1);
            try (DataFile file = directory.create(name)) {
                file.write(0, ByteBuffer.wrap(ones));
                file.writeZeros(range[0], range[1]);
                file.force();
                assertThat(file.size()).isEqualTo(Math.max(ones.length, range[0] + range[1]));
            }
            byte[] expected = Arrays.copyOf(ones, Math.max(ones.length, range[0] + range[1]));
            Arrays.fill(expected, range[0], range[0] + range[1], (byte) 0);
            assertThat(Files.readAllBytes(temporary.resolve(name))).as(name).isEqualTo(expected);
        }
    }

    @Test
    void a_file_opened_for_reading_refuses_every_change() throws IOException {
        directory.create("a").close();
        try (DataFile file = directory.open("a", Access.READ)) {
            assertThatThrownBy(() -> file.write(0, ByteBuffer.allocate(1)))
                    .isInstanceOf(IOException.class);
            assertThatThrownBy(() -> file.writeZeros(0, 1)).isInstanceOf(IOException.class);
            assertThatThrownBy(() -> file.truncate(0)).isInstanceOf(IOException.class);
        }
    }

    @Test
    void a_closed_file_refuses_everything_and_may_be_closed_again() throws IOException {
        DataFile file = directory.create("a");
        file.close();
        file.close();
        assertThatThrownBy(() -> file.read(0, ByteBuffer.allocate(1)))
                .isInstanceOf(IOException.class);
        assertThatThrownBy(() -> file.write(0, ByteBuffer.allocate(1)))
                .isInstanceOf(IOException.class);
        assertThatThrownBy(file::force).isInstanceOf(IOException.class);
        assertThatThrownBy(file::size).isInstanceOf(IOException.class);
    }

    @Test
    void interrupted_threads_write_force_list_and_lock_as_if_nothing_happened() throws IOException {
        Thread.currentThread().interrupt();
        try (DataFile file = directory.create("a");
                DirectoryLock lock = directory.tryLock("lock").orElseThrow()) {
            assertThat(lock).isNotNull();
            file.write(0, ByteBuffer.wrap(new byte[] {7}));
            file.writeZeros(1, 1 << 20);
            file.force();
            file.truncate(1);
            directory.createIfMissing();
            directory.force();
            assertThat(file.read(0, ByteBuffer.allocate(2))).isEqualTo(1);
            assertThat(directory.list()).containsExactly("a", "lock");
        } finally {
            assertThat(Thread.interrupted()).as("interrupt flag").isTrue();
        }
    }

    @Test
    void interrupts_of_platform_threads_harm_no_reader() throws Exception {
        interruptReaders(false);
    }

    @Test
    void interrupts_of_virtual_threads_harm_no_reader() throws Exception {
        interruptReaders(true);
    }

    /**
     * Readers check a pattern while they are interrupted; the file is renamed and deleted
     * meanwhile.
     */
    private void interruptReaders(boolean virtual) throws Exception {
        byte[] pattern = new byte[PATTERN_BYTES];
        new Random(7).nextBytes(pattern);
        AtomicBoolean stop = new AtomicBoolean();
        AtomicLong reads = new AtomicLong();
        AtomicInteger seen = new AtomicInteger();
        List<Throwable> failures = Collections.synchronizedList(new ArrayList<>());
        try (DataFile file = directory.create("a")) {
            file.write(0, ByteBuffer.wrap(pattern));
            List<Thread> readers = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                Random random = new Random(i);
                Runnable reader =
                        () -> {
                            try {
                                while (!stop.get()) {
                                    readAndCompare(file, pattern, random);
                                    if (reads.incrementAndGet() % 8 == 0) {
                                        LockSupport.parkNanos(1); // Virtual threads take turns.
                                    }
                                    if (Thread.interrupted()) {
                                        seen.incrementAndGet();
                                    }
                                }
                            } catch (IOException | RuntimeException | AssertionError e) {
                                failures.add(e);
                            }
                        };
                readers.add(
                        virtual
                                ? Thread.ofVirtual().start(reader)
                                : Thread.ofPlatform().start(reader));
            }
            Random random = new Random(99);
            for (int i = 0; i < INTERRUPTS; i++) {
                readers.get(random.nextInt(readers.size())).interrupt();
                long before = reads.get();
                while (failures.isEmpty() && reads.get() < before + random.nextInt(20)) {
                    LockSupport.parkNanos(1_000);
                }
                if (i == INTERRUPTS / 3) {
                    directory.rename("a", "b");
                } else if (i == INTERRUPTS / 2) {
                    directory.delete("b");
                }
            }
            stop.set(true);
            for (Thread reader : readers) {
                reader.join();
            }
        }
        assertThat(failures).isEmpty();
        assertThat(seen.get()).as("interrupts that arrived").isGreaterThan(INTERRUPTS / 10);
    }

    private static void readAndCompare(DataFile file, byte[] pattern, Random random)
            throws IOException {
        int offset = random.nextInt(pattern.length);
        ByteBuffer target = ByteBuffer.allocate(1 + random.nextInt(2_000));
        int expectedBytes = Math.min(target.capacity(), pattern.length - offset);
        int count = file.read(offset, target);
        if (count != expectedBytes
                || target.flip().mismatch(ByteBuffer.wrap(pattern, offset, expectedBytes)) >= 0) {
            throw new AssertionError("wrong bytes at offset " + offset + ", count " + count);
        }
    }
}
