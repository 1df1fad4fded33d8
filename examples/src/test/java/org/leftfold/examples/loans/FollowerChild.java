package org.leftfold.examples.loans;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.leftfold.api.EventStore;
import org.leftfold.api.spi.ViewStore;
import org.leftfold.engine.EmbeddedEventStore;
import org.leftfold.framework.Leftfold;
import org.leftfold.framework.projection.Projection;
import org.leftfold.framework.projection.Projections;
import org.leftfold.framework.projection.Rebuild;
import org.leftfold.framework.projection.RebuildStatus;
import org.leftfold.jdbc.JdbcViewStore;

/**
 * A program of its own that follows the log into a database, and rebuilds its views one after the
 * other when it has caught up, until it is killed. It prints what it does, a word a line.
 */
public final class FollowerChild {
    static final Projection<Activity> ACTIVITIES = Loans.activities().parts(2).build();
    static final Projection<Application> APPLICATIONS = Loans.applications().parts(2).build();
    static final String UNTIL_KILLED = "until-killed";
    static final String TO_THE_END = "to-the-end";

    private static final Duration LONG = Duration.ofMinutes(5);

    private FollowerChild() {}

    /** Store, address of the database, user, password, and how long to go on. */
    public static void main(String[] args) throws InterruptedException {
        try (EventStore store = EmbeddedEventStore.open(Path.of(args[0]));
                HikariDataSource pool = pool(args[1], args[2], args[3]);
                Projections projections = start(store, JdbcViewStore.open(pool))) {
            say("following");
            await(projections, store);
            for (Projection<?> each : List.of(ACTIVITIES, APPLICATIONS)) {
                if (projections.rebuild(each.name()).status().isPresent()) {
                    finish(projections.rebuild(each.name())); // it was begun before the last kill
                }
            }
            while (args[4].equals(UNTIL_KILLED)) {
                for (Projection<?> each : List.of(ACTIVITIES, APPLICATIONS)) {
                    projections.rebuild(each.name()).begin("the test");
                    finish(projections.rebuild(each.name()));
                }
            }
        }
        say("ended");
    }

    static Projections start(EventStore store, ViewStore views) {
        return Leftfold.on(store).projections(views).add(ACTIVITIES).add(APPLICATIONS).start();
    }

    static void await(Projections projections, EventStore store) throws InterruptedException {
        for (Projection<?> each : List.of(ACTIVITIES, APPLICATIONS)) {
            if (!projections.await(each, store.checkpoint(), LONG)) {
                throw new IllegalStateException("too slow: " + projections.status(each.name()));
            }
        }
    }

    private static void finish(Rebuild rebuild) throws InterruptedException {
        say("rebuilding");
        if (!rebuild.awaitReady(LONG)) {
            Optional<RebuildStatus> status = rebuild.status();
            throw new IllegalStateException("the rebuild does not come to its end: " + status);
        }
        say("swapping");
        rebuild.swapIfEqual(); // throws if a row differs
    }

    private static void say(String word) {
        System.out.println(word);
    }

    static HikariDataSource pool(String url, String user, String password) {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(url);
        config.setUsername(user);
        config.setPassword(password);
        config.setMaximumPoolSize(10);
        config.setMinimumIdle(0);
        return new HikariDataSource(config);
    }
}
