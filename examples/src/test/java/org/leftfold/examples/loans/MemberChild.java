package org.leftfold.examples.loans;

import com.zaxxer.hikari.HikariDataSource;
import java.io.IOException;
import java.time.Duration;
import org.leftfold.api.spi.ViewStore;
import org.leftfold.framework.Leftfold;
import org.leftfold.framework.projection.Projection;
import org.leftfold.framework.projection.Projections;
import org.leftfold.framework.projection.ProjectionsBuilder;
import org.leftfold.jdbc.JdbcEventStore;
import org.leftfold.jdbc.JdbcViewStore;
import org.leftfold.jdbc.MariaDbEventStore;
import org.leftfold.jdbc.PostgresEventStore;

/** A program of its own that shares the work on two views with others, until its input ends. */
public final class MemberChild {
    static final Projection<Activity> ACTIVITIES = Loans.activities().parts(4).build();
    static final Projection<Application> APPLICATIONS = Loans.applications().parts(4).build();

    private static final Duration LEASE = Duration.ofSeconds(2);

    private MemberChild() {}

    /** Address of the database, user, password, and the name of this member. */
    public static void main(String[] args) throws IOException {
        try (HikariDataSource pool = FollowerChild.pool(args[0], args[1], args[2]);
                JdbcEventStore store = open(pool, args[0]);
                Projections projections =
                        add(store, JdbcViewStore.open(pool))
                                .sharing(store.leases(), "team", args[3], LEASE)
                                .start()) {
            System.out.println("started " + projections.names());
            while (System.in.read() >= 0) {
                // nothing is to be done here
            }
        }
        System.out.println("ended");
    }

    static JdbcEventStore open(HikariDataSource pool, String url) {
        return url.startsWith("jdbc:postgresql")
                ? PostgresEventStore.open(pool)
                : MariaDbEventStore.open(pool);
    }

    static ProjectionsBuilder add(JdbcEventStore store, ViewStore views) {
        return Leftfold.on(store).projections(views).add(ACTIVITIES).add(APPLICATIONS);
    }
}
