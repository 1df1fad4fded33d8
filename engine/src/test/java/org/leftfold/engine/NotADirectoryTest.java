package org.leftfold.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.leftfold.api.InvalidRequestException;

/** Somebody names a file where the directory of a store is needed. */
class NotADirectoryTest {
    @TempDir Path folder;

    @Test
    void a_file_is_called_a_file_and_stays_as_it_is() throws IOException {
        Path file = Files.writeString(folder.resolve("events.json"), "{}");
        Path store = folder.resolve("store");
        EmbeddedEventStore.open(store).close();
        Map<String, ThrowingCallable> calls = new LinkedHashMap<>();
        calls.put("open", () -> EmbeddedEventStore.open(file).close());
        calls.put("below", () -> EmbeddedEventStore.open(file.resolve("store")).close());
        calls.put("openReadOnly", () -> EmbeddedEventStore.openReadOnly(file).close());
        calls.put("verify", () -> EmbeddedEventStore.verify(file, position -> {}));
        calls.put(
                "reindex",
                () -> EmbeddedEventStore.reindex(file, EmbeddedOptions.defaults(), done -> {}));
        calls.put("backup from", () -> backup(file, folder.resolve("backup")));
        calls.put("backup to", () -> backup(store, file));
        calls.put("restore", () -> EmbeddedBackup.restore(file, folder.resolve("new"), b -> {}));

        calls.forEach((what, call) ->
                assertThatThrownBy(call)
                        .as(what)
                        .isInstanceOf(InvalidRequestException.class)
                        .hasMessage(
                                "LF-1009: %s is a file, and a store is a directory. Nothing was changed. Name the directory of a store, or, to make one, an empty or a new directory.",
                                file));

        assertThat(EmbeddedEventStore.exists(file)).isFalse();
        assertThat(Files.readString(file)).isEqualTo("{}");
        assertThat(folder.resolve("new")).doesNotExist();
    }

    private static void backup(Path from, Path to) {
        EmbeddedBackup.take(from, to, bytes -> {});
    }
}
