package org.leftfold.cli.store;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.LongConsumer;
import java.util.function.Predicate;
import org.leftfold.api.EventStore;
import org.leftfold.api.StoreAdmin;
import org.leftfold.api.StreamSummary;
import org.leftfold.api.VerificationReport;
import org.leftfold.api.spi.StoreListener;
import org.leftfold.cli.intake.InputException;
import org.leftfold.cli.terminal.Console;
import org.leftfold.engine.EmbeddedEventStore;
import org.leftfold.engine.EmbeddedOptions;

/**
 * A store in a directory.
 *
 * @param path the directory
 */
public record DirectoryPlace(Path path) implements StorePlace {
    @Override
    public String shown() {
        return path.toString();
    }

    @Override
    public Optional<Path> directory() {
        return Optional.of(path);
    }

    @Override
    public void requireStore() {
        requireNoFile("--store");
        if (!EmbeddedEventStore.exists(path)) {
            String what = Files.isDirectory(path) ? "holds no store" : "does not exist";
            throw InputException.because(
                    ("the directory %s %s. Look at the path, or make a store there:"
                                    + " leftfold import --store %s FILE")
                            .formatted(path, what, path));
        }
    }

    /**
     * Refuses a file.
     *
     * @param option which option named it, for the message
     */
    public void requireNoFile(String option) {
        if (Files.exists(path) && !Files.isDirectory(path)) {
            throw InputException.because(
                    "%s is a file; %s needs a directory, which may be new".formatted(path, option));
        }
    }

    @Override
    public OpenStore open(Console console) {
        requireNoFile("--store");
        return new Opened(EmbeddedEventStore.open(path, remarkingTo(console)));
    }

    @Override
    public OpenStore openReadOnly(Console console) {
        requireStore();
        return new Opened(EmbeddedEventStore.openReadOnly(path, remarkingTo(console)));
    }

    @Override
    public OpenStore openExisting(Console console) {
        requireStore();
        return new Opened(EmbeddedEventStore.open(path, remarkingTo(console)));
    }

    @Override
    public VerificationReport verify(Console console, LongConsumer progress) {
        requireStore();
        return EmbeddedEventStore.verify(path, progress);
    }

    /** The usual options, with a listener whose remarks go to the console. */
    public static EmbeddedOptions remarkingTo(Console console) {
        StoreListener remarks =
                new StoreListener() {
                    @Override
                    public void noticed(String text) {
                        console.err().line("note: " + text);
                    }
                };
        return EmbeddedOptions.defaults().listener(remarks);
    }

    private record Opened(EmbeddedEventStore store) implements OpenStore {
        @Override
        public EventStore events() {
            return store;
        }

        @Override
        public StoreAdmin admin() {
            return store.admin();
        }

        @Override
        public void streams(String prefix, Predicate<StreamSummary> visitor) {
            store.streams(prefix, visitor);
        }

        @Override
        public void close() {
            store.close();
        }
    }
}
