package org.leftfold.jdbc;

import java.time.Duration;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;
import org.leftfold.api.AuditPolicy;
import org.leftfold.api.InvalidRequestException;
import org.leftfold.api.spi.SafeListener;
import org.leftfold.api.spi.StoreListener;
import org.leftfold.jdbc.sql.Tables;

/** How a store in a database is opened. Immutable; each method gives a changed copy. */
public final class JdbcOptions {
    /** Followers in other processes see an append about half of this later. */
    public static final Duration DEFAULT_POLL_INTERVAL = Duration.ofMillis(10);

    /** Long enough for a database to restart or to fail over. */
    public static final Duration DEFAULT_PATIENCE = Duration.ofSeconds(30);

    /** While a joined transaction has the append lock, all others wait. */
    public static final Duration DEFAULT_JOINED_TIMEOUT = Duration.ofSeconds(10);

    /** Also how long an instance waits for another one that changes the same view. */
    public static final Duration DEFAULT_VIEW_TIMEOUT = Duration.ofSeconds(30);

    private static final JdbcOptions DEFAULTS = new JdbcOptions();

    private AuditPolicy auditPolicy = AuditPolicy.none();
    private StoreListener listener = StoreListener.NONE;
    private @Nullable InstantSource clock;
    private Tables tables = new Tables("leftfold_");
    private Duration pollInterval = DEFAULT_POLL_INTERVAL;
    private Duration patience = DEFAULT_PATIENCE;
    private Duration joinedTimeout = DEFAULT_JOINED_TIMEOUT;
    private Duration viewTimeout = DEFAULT_VIEW_TIMEOUT;
    private boolean createsTables = true;
    private boolean acceptsLoss;

    private JdbcOptions() {}

    private JdbcOptions copy() {
        JdbcOptions copy = new JdbcOptions();
        copy.auditPolicy = auditPolicy;
        copy.listener = listener;
        copy.clock = clock;
        copy.tables = tables;
        copy.pollInterval = pollInterval;
        copy.patience = patience;
        copy.joinedTimeout = joinedTimeout;
        copy.viewTimeout = viewTimeout;
        copy.createsTables = createsTables;
        copy.acceptsLoss = acceptsLoss;
        return copy;
    }

    /**
     * No audit policy, no listener, the database's clock, tables named {@code leftfold_...}, made
     * when they are missing, {@link #DEFAULT_POLL_INTERVAL} and {@link #DEFAULT_PATIENCE}.
     */
    public static JdbcOptions defaults() {
        return DEFAULTS;
    }

    /** The same with another audit policy. */
    public JdbcOptions auditPolicy(AuditPolicy policy) {
        JdbcOptions copy = copy();
        copy.auditPolicy = policy;
        return copy;
    }

    /** The same with another listener. */
    public JdbcOptions listener(StoreListener other) {
        JdbcOptions copy = copy();
        copy.listener = new SafeListener(other);
        return copy;
    }

    /** The same with times of recording from a clock of this process instead of the database. */
    public JdbcOptions clock(InstantSource source) {
        JdbcOptions copy = copy();
        copy.clock = source;
        return copy;
    }

    /**
     * The same with another beginning of the tables' names, so that several stores fit into one
     * database.
     *
     * @throws InvalidRequestException if it is no plain lower-case name (LF-1001)
     */
    public JdbcOptions tablePrefix(String prefix) {
        JdbcOptions copy = copy();
        copy.tables = new Tables(prefix);
        return copy;
    }

    /**
     * The same with another interval at which the database is asked for what other processes have
     * stored, while there are followers.
     *
     * @throws InvalidRequestException if it is not above zero (LF-1003)
     */
    public JdbcOptions pollInterval(Duration interval) {
        requirePositive("poll interval in milliseconds", interval);
        JdbcOptions copy = copy();
        copy.pollInterval = interval;
        return copy;
    }

    /**
     * The same with more or less patience with a database that does not answer: so long a call
     * tries again before it fails.
     *
     * @throws InvalidRequestException if it is not above zero (LF-1003)
     */
    public JdbcOptions patience(Duration longest) {
        requirePositive("patience in milliseconds", longest);
        JdbcOptions copy = copy();
        copy.patience = longest;
        return copy;
    }

    /**
     * The same with another limit for transactions that are joined: from {@link
     * JoinedAppends#flush()} or {@link JoinedAppends#appendNow} on, to their end, no statement of
     * theirs takes longer, waiting for locks included. MariaDB counts the waiting in whole seconds.
     *
     * @throws InvalidRequestException if it is not above zero (LF-1003)
     */
    public JdbcOptions joinedTimeout(Duration longest) {
        requirePositive("joined timeout in milliseconds", longest);
        JdbcOptions copy = copy();
        copy.joinedTimeout = longest;
        return copy;
    }

    /**
     * The same with another limit for each statement that changes a view, waiting for locks
     * included. MariaDB counts the waiting in whole seconds.
     *
     * @throws InvalidRequestException if it is not above zero (LF-1003)
     */
    public JdbcOptions viewTimeout(Duration longest) {
        requirePositive("view timeout in milliseconds", longest);
        JdbcOptions copy = copy();
        copy.viewTimeout = longest;
        return copy;
    }

    private static void requirePositive(String what, Duration duration) {
        if (!duration.isPositive()) {
            throw InvalidRequestException.number(
                    what, duration.toMillis(), "it must be above zero");
        }
    }

    /** The same, but missing tables are an error: somebody else runs the migrations. */
    public JdbcOptions withoutCreatingTables() {
        JdbcOptions copy = copy();
        copy.createsTables = false;
        return copy;
    }

    /**
     * The same, but on a server whose settings lose acknowledged appends in a crash, or show events
     * before they are durable. For tests and throw-away data only: G1 does not hold then.
     */
    public JdbcOptions acceptLossOnCrash() {
        JdbcOptions copy = copy();
        copy.acceptsLoss = true;
        return copy;
    }

    AuditPolicy auditPolicy() {
        return auditPolicy;
    }

    StoreListener listener() {
        return listener;
    }

    @Nullable InstantSource clock() {
        return clock;
    }

    Tables tables() {
        return tables;
    }

    Duration pollInterval() {
        return pollInterval;
    }

    Duration patience() {
        return patience;
    }

    Duration joinedTimeout() {
        return joinedTimeout;
    }

    Duration viewTimeout() {
        return viewTimeout;
    }

    boolean createsTables() {
        return createsTables;
    }

    boolean acceptsLoss() {
        return acceptsLoss;
    }
}
