package org.leftfold.benchmarks.stores;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;

/** The stores that can be compared, in the order of the tables. */
public enum StoreKind {
    /** The yardstick. */
    RAW("bare group-commit log, no index"),
    /** What is measured. */
    LEFTFOLD("the Leftfold engine"),
    /** RocksDB as it is. */
    ROCKSDB("RocksDB, WAL synced by each append"),
    /** RocksDB with many appends in one batch. */
    ROCKSDB_GROUPED("RocksDB, WAL synced, behind the commit thread of raw"),
    /** SQLite as it is. */
    SQLITE("SQLite WAL, synchronous=FULL, one transaction per append"),
    /** SQLite with many appends in one transaction. */
    SQLITE_GROUPED("SQLite WAL, synchronous=FULL, behind the commit thread of raw"),
    /** H2's MVStore with many appends in one commit. */
    MVSTORE_GROUPED("H2 MVStore, commit and sync, behind the commit thread of raw"),
    /** What is measured, on the server that the others share. */
    LEFTFOLD_POSTGRESQL("Leftfold on PostgreSQL"),
    /** What is measured, on the other server. */
    LEFTFOLD_MARIADB("Leftfold on MariaDB"),
    /** The JDBC engine of Axon Framework. */
    AXON("JDBC event storage engine of Axon Framework, on PostgreSQL"),
    /** The same on the server of {@link #LEFTFOLD_MARIADB}. */
    AXON_MARIADB("JDBC event storage engine of Axon Framework, on MariaDB"),
    /** The JDBC journal of Pekko Persistence. */
    PEKKO("journal of Pekko Persistence JDBC, on PostgreSQL"),
    /** The functions of message-db. */
    MESSAGE_DB("functions of message-db, on PostgreSQL, one category"),
    /** What one writes by hand. */
    PLAIN("a table and a function per append, on PostgreSQL");

    private final String description;

    StoreKind(String description) {
        this.description = description;
    }

    /** The stores that have files of their own. */
    public static Set<StoreKind> embedded() {
        return EnumSet.range(RAW, MVSTORE_GROUPED);
    }

    /** The stores that have a database of a server. */
    public static Set<StoreKind> onServers() {
        return EnumSet.range(LEFTFOLD_POSTGRESQL, PLAIN);
    }

    /** Those that a run over servers may have: the engine is there to be seen beside them. */
    public static Set<StoreKind> besideServers() {
        Set<StoreKind> kinds = onServers();
        kinds.add(LEFTFOLD);
        return kinds;
    }

    /** Whether its database is on MariaDB. */
    public boolean isOnMariaDb() {
        return this == LEFTFOLD_MARIADB || this == AXON_MARIADB;
    }

    /** What a store is compared with: Axon on the same server as the store, else this kind. */
    public StoreKind asYardstickOf(StoreKind store) {
        return this == AXON && store.isOnMariaDb() ? AXON_MARIADB : this;
    }

    /** The name on the command line and in the tables. */
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** What it is, in a few words. */
    public String description() {
        return description;
    }

    /** Whether it takes part in scans: two kinds store just what their ungrouped sisters store. */
    public boolean isScanned() {
        return this != ROCKSDB_GROUPED && this != SQLITE_GROUPED;
    }

    /**
     * The kind with this label.
     *
     * @throws IllegalArgumentException if there is none
     */
    public static StoreKind of(String label) {
        return Arrays.stream(values())
                .filter(kind -> kind.label().equals(label))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no store '" + label + "'"));
    }

    /** Whether it finds streams, and can be closed and opened again: the yardstick does neither. */
    public boolean readsStreams() {
        return isScanned() && this != RAW;
    }

    /**
     * Opens an embedded store in a directory, a new one if it is empty.
     *
     * @throws IllegalStateException if the store needs a server
     */
    public BenchStore open(Path directory, Zeroing zeroing) throws Exception {
        return switch (this) {
            case RAW -> new RawStore(directory, zeroing);
            case LEFTFOLD -> new LeftfoldStore(directory);
            case ROCKSDB -> new RocksStore(directory, false);
            case ROCKSDB_GROUPED -> new RocksStore(directory, true);
            case SQLITE -> new SqliteStore(directory, false);
            case SQLITE_GROUPED -> new SqliteStore(directory, true);
            case MVSTORE_GROUPED -> new MvStore(directory);
            case LEFTFOLD_POSTGRESQL,
                    LEFTFOLD_MARIADB,
                    AXON,
                    AXON_MARIADB,
                    PEKKO,
                    MESSAGE_DB,
                    PLAIN ->
                    throw new IllegalStateException(label() + " needs a server");
        };
    }
}
