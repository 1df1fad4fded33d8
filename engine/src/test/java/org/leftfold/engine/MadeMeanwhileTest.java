package org.leftfold.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.leftfold.api.Append;
import org.leftfold.api.ExpectedVersion;
import org.leftfold.api.InvalidRequestException;
import org.leftfold.api.NewEvent;
import org.leftfold.api.ReadRequest;
import org.leftfold.api.StoreUnavailableException;
import org.leftfold.api.StreamName;
import org.leftfold.io.Directory;
import org.leftfold.io.Machine;

/** Somebody else makes a store in the directory while it is looked at by who wants to make one. */
@Timeout(60)
class MadeMeanwhileTest {
    private static final Append ONE =
            Append.to(
                    StreamName.of("counter", "1"),
                    ExpectedVersion.noStream(),
                    NewEvent.ofJson("Counted", "1"));

    @TempDir private Path place;

    /** Before the n-th look at the directory something happens. */
    private static Directory watched(Directory directory, int n, Runnable happens) {
        AtomicInteger looks = new AtomicInteger();
        return (Directory)
                Proxy.newProxyInstance(
                        Directory.class.getClassLoader(),
                        new Class<?>[] {Directory.class},
                        (proxy, method, arguments) -> {
                            String name = method.getName();
                            if ((name.equals("exists") || name.equals("list"))
                                    && looks.incrementAndGet() == n) {
                                happens.run();
                            }
                            try {
                                return method.invoke(directory, arguments);
                            } catch (InvocationTargetException e) {
                                throw e.getCause();
                            }
                        });
    }

    private EmbeddedEventStore openWatched(Path where, int look, Runnable happens) {
        Machine machine = Machine.system(where);
        return Opening.forWriting(
                new Machine(
                        watched(machine.directory(), look, happens),
                        machine.time(),
                        machine.entropy()),
                EmbeddedOptions.defaults(),
                EmbeddedEventStore.Execution.THREADS);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4})
    void a_store_that_is_made_and_closed_meanwhile_is_opened(int look) {
        Runnable other =
                () -> {
                    try (EmbeddedEventStore made = EmbeddedEventStore.open(place)) {
                        assertThat(made.append(ONE).lastPosition()).isEqualTo(1);
                    }
                };
        try (EmbeddedEventStore opened = openWatched(place, look, other)) {
            assertThat(opened.read(ReadRequest.all()).toList()).hasSize(1);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4})
    void a_store_that_is_made_and_open_is_in_use(int look) {
        EmbeddedEventStore[] made = new EmbeddedEventStore[1];
        Runnable other =
                () -> {
                    made[0] = EmbeddedEventStore.open(place);
                    assertThat(made[0].append(ONE).lastPosition()).isEqualTo(1);
                };
        try {
            assertThatThrownBy(() -> openWatched(place, look, other))
                    .isInstanceOf(StoreUnavailableException.class)
                    .hasMessageStartingWith("LF-3004");
        } finally {
            made[0].close();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void other_files_are_refused_with_a_lock_and_without(boolean locked) throws IOException {
        Files.writeString(place.resolve("letter.txt"), "dear");
        if (locked) {
            Files.writeString(place.resolve("lock"), "");
        }
        assertThatThrownBy(() -> EmbeddedEventStore.open(place))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("LF-1009")
                .hasMessageContaining("it has [letter.txt]");
        try (var files = Files.list(place)) {
            assertThat(files).hasSize(locked ? 2 : 1);
        }
    }
}
