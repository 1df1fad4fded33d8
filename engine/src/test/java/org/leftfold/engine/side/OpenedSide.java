package org.leftfold.engine.side;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.leftfold.api.spi.StoreListener;
import org.leftfold.io.Machine;
import org.leftfold.io.TimeSource;
import org.leftfold.testkit.disk.SimulatedMachine;
import org.leftfold.testkit.tck.spi.SpiTckStore;

/** A durable store under test, in a directory of its own. */
final class OpenedSide<S, D extends AutoCloseable> implements SpiTckStore<S> {
    private final Function<SideHome, D> opening;
    private final Function<D, S> contract;
    private final SideHome home;
    private final Runnable cleaning;
    private D store;

    private OpenedSide(
            Function<SideHome, D> opening,
            Function<D, S> contract,
            Machine machine,
            Runnable cleaning) {
        this.opening = opening;
        this.contract = contract;
        this.home = SideBench.home(machine, StoreListener.NONE);
        this.cleaning = cleaning;
        this.store = opening.apply(home);
    }

    static <S, D extends AutoCloseable> OpenedSide<S, D> simulated(
            Function<SideHome, D> opening, Function<D, S> contract) {
        return simulated(opening, contract, SimulatedMachine.empty(1).machine());
    }

    static <S, D extends AutoCloseable> OpenedSide<S, D> simulated(
            Function<SideHome, D> opening, Function<D, S> contract, Machine machine) {
        return new OpenedSide<>(opening, contract, machine, () -> {});
    }

    static <S, D extends AutoCloseable> OpenedSide<S, D> onDisk(
            Function<SideHome, D> opening, Function<D, S> contract) {
        Path directory = newDirectory();
        return new OpenedSide<>(
                opening, contract, Machine.system(directory), () -> delete(directory));
    }

    static <S, D extends AutoCloseable> OpenedSide<S, D> onDisk(
            Function<SideHome, D> opening, Function<D, S> contract, TimeSource time) {
        Path directory = newDirectory();
        return new OpenedSide<>(
                opening,
                contract,
                Machine.system(directory).withTime(time),
                () -> delete(directory));
    }

    @Override
    public S store() {
        return contract.apply(store);
    }

    @Override
    public S reopen() {
        closeStore();
        store = opening.apply(home);
        return store();
    }

    @Override
    public void close() {
        closeStore();
        cleaning.run();
    }

    private void closeStore() {
        try {
            store.close();
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static Path newDirectory() {
        try {
            return Files.createTempDirectory("leftfold-side");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void delete(Path directory) {
        try (Stream<Path> files = Files.walk(directory)) {
            List<Path> all = files.sorted(Comparator.reverseOrder()).toList();
            for (Path file : all) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
