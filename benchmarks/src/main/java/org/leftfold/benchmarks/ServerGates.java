package org.leftfold.benchmarks;

import static org.leftfold.benchmarks.stores.StoreKind.AXON;
import static org.leftfold.benchmarks.stores.StoreKind.LEFTFOLD;
import static org.leftfold.benchmarks.stores.StoreKind.LEFTFOLD_MARIADB;
import static org.leftfold.benchmarks.stores.StoreKind.LEFTFOLD_POSTGRESQL;
import static org.leftfold.benchmarks.stores.StoreKind.MESSAGE_DB;
import static org.leftfold.benchmarks.stores.StoreKind.PEKKO;
import static org.leftfold.benchmarks.stores.StoreKind.PLAIN;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.leftfold.benchmarks.stores.StoreKind;

/**
 * The targets of a run over stores on database servers. Leftfold is compared with Axon on the same
 * server: what it has to reach on MariaDB is what it has to reach on PostgreSQL, times {@value
 * #MARIADB_PART}. Peers that are on PostgreSQL alone set no targets for MariaDB. The engine is
 * compared with those on PostgreSQL, where one would go without it.
 */
final class ServerGates {
    private static final double MARIADB_PART = 0.7;
    private static final double NONE = Double.NaN;
    private static final double MAX_HANDLER_MICROS = 15_000;
    private static final double GOAL_ABOVE_APPEND_MICROS = 2_000;

    private final List<Gate> gates = new ArrayList<>();
    private final StoreKind store;
    private final StoreKind axon;
    private final double part;

    private ServerGates(StoreKind store, double part) {
        this.store = store;
        this.axon = AXON.asYardstickOf(store);
        this.part = part;
    }

    /** The targets of a run. */
    static List<Gate> of(Options options) {
        List<Gate> all = new ArrayList<>();
        if (options.stores.contains(LEFTFOLD)) {
            all.addAll(new ServerGates(LEFTFOLD, 1).ofEngine());
        }
        if (options.stores.contains(LEFTFOLD_POSTGRESQL)) {
            all.addAll(new ServerGates(LEFTFOLD_POSTGRESQL, 1).onServer(options));
        }
        if (options.stores.contains(LEFTFOLD_MARIADB)) {
            all.addAll(new ServerGates(LEFTFOLD_MARIADB, MARIADB_PART).onServer(options));
        }
        return all;
    }

    private List<Gate> ofEngine() {
        rate(axon, Cell.w1(64), 12, 20);
        rate(axon, Cell.w1(256), 25, 35);
        rate(PEKKO, Cell.w1(256), NONE, 10);
        rate(PLAIN, Cell.w2(8), NONE, 4.5);
        loads(0.10, 0.035);
        rate(axon, Cell.w4(), 15, 25);
        return gates;
    }

    private List<Gate> onServer(Options options) {
        rate(axon, Cell.w1(1), 1.1, 1.25);
        rate(axon, Cell.w1(8), 1.8, 3);
        rate(axon, Cell.w1(64), 3.5, 6);
        rate(axon, Cell.w1(256), 5, 8);
        if (!store.isOnMariaDb()) {
            rate(PEKKO, Cell.w1(64), NONE, 2.5);
            rate(PEKKO, Cell.w1(256), NONE, 2.5);
            rate(MESSAGE_DB, Cell.w4(), 1.8, NONE);
        }
        rate(axon, Cell.w2(1), 1.5, 2.2);
        rate(axon, Cell.w2(8), 1.5, 2.2);
        loads(0.5, 0.25);
        rate(axon, Cell.w4(), 2.2, 4);
        for (String where : List.of(ServersRun.SAME_PROCESS, ServersRun.OTHER_PROCESS)) {
            Cell cell = Cell.w5(where);
            most(
                    "p50 to the handler, us",
                    cell,
                    results -> results.summary(store, cell, Metric.P50_MICROS),
                    MAX_HANDLER_MICROS,
                    NONE);
            most(
                    "p50 to the handler minus p50 of the append, us",
                    cell,
                    results ->
                            results.difference(
                                    store, cell, Metric.P50_MICROS, Metric.APPEND_P50_MICROS),
                    NONE,
                    GOAL_ABOVE_APPEND_MICROS);
        }
        most(
                "bytes to " + axon.label(),
                Cell.disk(),
                to(axon, Cell.disk(), Metric.DISK_BYTES_PER_EVENT),
                0.80 / part,
                0.65 / part);
        least(
                "events/s to one store",
                Cell.shared(ServersRun.FOUR),
                results ->
                        results.ratio(
                                store,
                                Cell.shared(ServersRun.FOUR),
                                Metric.EVENTS_PER_SECOND,
                                Cell.shared(1),
                                Metric.EVENTS_PER_SECOND),
                0.6,
                0.9);
        claims(Claims.sizes(options.eventCount));
        return gates;
    }

    /** Ratios within the store, so nothing is taken off. */
    private void claims(List<Long> sizes) {
        for (long size : sizes) {
            Cell cell = Cell.w7(size);
            least(
                    "events/s to those without a condition",
                    cell,
                    results ->
                            results.ratio(
                                    store,
                                    cell,
                                    Metric.EVENTS_PER_SECOND,
                                    cell,
                                    Metric.PLAIN_EVENTS_PER_SECOND),
                    0.5,
                    0.8);
        }
        if (sizes.size() > 1) {
            Cell largest = Cell.w7(sizes.getLast());
            least(
                    "events/s to those in the smallest store",
                    largest,
                    results ->
                            results.ratio(
                                    store,
                                    largest,
                                    Metric.EVENTS_PER_SECOND,
                                    Cell.w7(sizes.getFirst()),
                                    Metric.EVENTS_PER_SECOND),
                    0.7,
                    0.9);
        }
    }

    private void loads(double bound, double goal) {
        most(
                "p50 to " + axon.label(),
                Cell.w3(1),
                to(axon, Cell.w3(1), Metric.P50_MICROS),
                bound / part,
                goal / part);
    }

    private void rate(StoreKind peer, Cell cell, double bound, double goal) {
        least(
                "events/s to " + peer.label(),
                cell,
                to(peer, cell, Metric.EVENTS_PER_SECOND),
                bound * part,
                goal * part);
    }

    private Function<Results, Optional<Summary>> to(StoreKind peer, Cell cell, Metric metric) {
        return results -> results.ratioTo(peer, store, cell, metric);
    }

    private void least(
            String what,
            Cell cell,
            Function<Results, Optional<Summary>> value,
            double bound,
            double goal) {
        gates.add(new Gate(store.label() + " " + what, cell, value, bound, false, goal));
    }

    private void most(
            String what,
            Cell cell,
            Function<Results, Optional<Summary>> value,
            double bound,
            double goal) {
        gates.add(new Gate(store.label() + " " + what, cell, value, bound, true, goal));
    }
}
