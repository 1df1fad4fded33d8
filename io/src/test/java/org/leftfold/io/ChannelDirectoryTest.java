package org.leftfold.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.leftfold.io.Directory.Access;

class ChannelDirectoryTest {
    @TempDir private Path temporary;

    @Test
    void a_missing_directory_is_empty_and_is_created_with_its_parents() throws IOException {
        Directory directory = new ChannelDirectory(temporary.resolve("a/b/c"));
        assertThat(directory.list()).isEmpty();
        assertThat(directory.exists("x")).isFalse();
        directory.createIfMissing();
        directory.createIfMissing();
        directory.force();
        assertThat(temporary.resolve("a/b/c")).isDirectory();
        assertThat(directory.describe()).isEqualTo(temporary.resolve("a/b/c").toString());
    }

    @Test
    void names_of_files_are_listed_sorted_and_directories_are_not() throws IOException {
        Directory directory = new ChannelDirectory(temporary);
        directory.create("b").close();
        directory.create("a").close();
        Files.createDirectory(temporary.resolve("sub"));
        assertThat(directory.list()).containsExactly("a", "b");
        assertThat(directory.exists("a")).isTrue();
        directory.delete("a");
        directory.delete("a");
        assertThat(directory.exists("a")).isFalse();
        assertThat(directory.list()).containsExactly("b");
    }

    @Test
    void create_refuses_a_taken_name_and_open_a_missing_one() throws IOException {
        Directory directory = new ChannelDirectory(temporary);
        write(directory, "a", "first");
        assertThatThrownBy(() -> directory.create("a"))
                .isInstanceOf(FileAlreadyExistsException.class);
        assertThat(Files.readString(temporary.resolve("a"))).isEqualTo("first");
        for (Access access : Access.values()) {
            assertThatThrownBy(() -> directory.open("missing", access))
                    .isInstanceOf(NoSuchFileException.class);
        }
    }

    @Test
    void rename_replaces_and_open_files_keep_their_bytes() throws IOException {
        Directory directory = new ChannelDirectory(temporary);
        write(directory, "old", "old");
        write(directory, "new", "new");
        try (DataFile replaced = directory.open("old", Access.READ);
                DataFile renamed = directory.open("new", Access.READ)) {
            directory.rename("new", "old");
            directory.force();
            assertThat(directory.list()).containsExactly("old");
            assertThat(read(replaced)).isEqualTo("old");
            assertThat(read(renamed)).isEqualTo("new");
        }
        assertThat(Files.readString(temporary.resolve("old"))).isEqualTo("new");
        assertThatThrownBy(() -> directory.rename("missing", "x"))
                .isInstanceOf(NoSuchFileException.class);
    }

    @Test
    void only_plain_file_names_are_accepted() {
        Directory directory = new ChannelDirectory(temporary);
        for (String name : new String[] {"", ".", "..", "a/b", "../a", "/a", "a/", "\0"}) {
            assertThatIllegalArgumentException()
                    .as("name '%s'", name)
                    .isThrownBy(() -> directory.create(name));
        }
    }

    @Test
    void a_directory_is_locked_once_in_a_process_whatever_its_path_is_called() throws IOException {
        Directory directory = new ChannelDirectory(temporary);
        Path alias = temporary.resolveSibling(temporary.getFileName() + "-alias");
        Files.createSymbolicLink(alias, temporary);
        Directory same = new ChannelDirectory(alias);
        DirectoryLock lock = directory.tryLock("lock").orElseThrow();
        assertThat(directory.tryLock("lock")).isEmpty();
        assertThat(same.tryLock("lock")).isEmpty();
        lock.close();
        DirectoryLock second = same.tryLock("lock").orElseThrow();
        lock.close(); // Of the first lock: must not free the second.
        assertThat(directory.tryLock("lock")).isEmpty();
        second.close();
        Files.delete(alias);
    }

    @Test
    void a_held_lock_file_cannot_be_touched_by_accident() throws IOException {
        Directory directory = new ChannelDirectory(temporary);
        try (DirectoryLock lock = directory.tryLock("lock").orElseThrow()) {
            assertThat(lock).isNotNull();
            assertThatThrownBy(() -> directory.open("lock", Access.READ))
                    .hasMessageContaining("lock");
            assertThatThrownBy(() -> directory.delete("lock")).isInstanceOf(IOException.class);
            assertThatThrownBy(() -> directory.rename("lock", "x")).isInstanceOf(IOException.class);
            assertThat(directory.list()).containsExactly("lock");
            assertThat(answerOfChild()).isEqualTo(LockHolder.REFUSED);
        }
        directory.open("lock", Access.READ).close();
        assertThat(answerOfChild()).isEqualTo(LockHolder.LOCKED);
    }

    @Test
    void another_process_keeps_the_lock_until_it_dies() throws Exception {
        Directory directory = new ChannelDirectory(temporary);
        Process child = startChild();
        try (BufferedReader answers = child.inputReader(StandardCharsets.UTF_8)) {
            assertThat(answers.readLine()).isEqualTo(LockHolder.LOCKED);
            assertThat(directory.tryLock("lock")).isEmpty();
            assertThat(directory.tryLock("lock")).isEmpty();
            child.destroyForcibly().waitFor();
        }
        Optional<DirectoryLock> lock = directory.tryLock("lock");
        assertThat(lock).isPresent();
        lock.orElseThrow().close();
    }

    private String answerOfChild() throws IOException {
        Process child = startChild();
        try (BufferedReader answers = child.inputReader(StandardCharsets.UTF_8)) {
            return answers.readLine();
        } finally {
            child.destroyForcibly().onExit().join();
        }
    }

    private Process startChild() throws IOException {
        String java = ProcessHandle.current().info().command().orElseThrow();
        return new ProcessBuilder(
                        java,
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        classesOf(LockHolder.class) + File.pathSeparator + classesOf(Machine.class),
                        LockHolder.class.getName(),
                        temporary.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    private static String classesOf(Class<?> type) {
        return Path.of(
                        URI.create(
                                type.getProtectionDomain()
                                        .getCodeSource()
                                        .getLocation()
                                        .toString()))
                .toString();
    }

    private static void write(Directory directory, String name, String text) throws IOException {
        try (DataFile file = directory.create(name)) {
            file.write(0, ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
            file.force();
        }
    }

    private static String read(DataFile file) throws IOException {
        ByteBuffer target = ByteBuffer.allocate((int) file.size());
        file.read(0, target);
        return new String(target.array(), StandardCharsets.UTF_8);
    }
}
