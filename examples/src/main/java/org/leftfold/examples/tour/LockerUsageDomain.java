package org.leftfold.examples.tour;

// @start region="usage"
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcDataSource;
import org.leftfold.api.EventStore;
import org.leftfold.engine.EmbeddedEventStore;
import org.leftfold.framework.Leftfold;
import org.leftfold.framework.LeftfoldDomain;
import org.leftfold.framework.codec.EventSchema;
import org.leftfold.framework.projection.Projection;
import org.leftfold.framework.projection.Projections;
import org.leftfold.framework.projection.ProjectionsBuilder;
import org.leftfold.framework.repository.Repository;
import org.leftfold.jdbc.JdbcViewStore;

/** A view of the lockers: how often each was used. Its rows are in a file of the database H2. */
public final class LockerUsageDomain implements LeftfoldDomain {
    record LockerUsage(int stored, int collected) {}

    static Projection<LockerUsage> usage() {
        return Projection.of(
                        "locker-usage",
                        LockerUsage.class,
                        EventSchema.of(Lockers.LockerEvent.class),
                        (row, event, key) -> {
                            LockerUsage before = row == null ? new LockerUsage(0, 0) : row;
                            return switch (event.event()) {
                                case Lockers.LockerEvent.ParcelStored stored ->
                                        new LockerUsage(before.stored() + 1, before.collected());
                                case Lockers.LockerEvent.ParcelCollected collected ->
                                        new LockerUsage(before.stored(), before.collected() + 1);
                            };
                        })
                .build();
    }

    @Override
    public List<Repository<?, ?, ?>> repositories(Leftfold leftfold) {
        return List.of(leftfold.repository("locker", new Lockers.LockerDecider()));
    }

    @Override
    public Optional<ProjectionsBuilder> projections(Leftfold leftfold) {
        return Optional.of(leftfold.projections(JdbcViewStore.open(views())).add(usage()));
    }

    /** A file that several processes may use at once, and that stays open until they end. */
    static DataSource views() {
        JdbcDataSource views = new JdbcDataSource(); // a server would have a pool here
        String file = System.getProperty("lockers.views", "./locker-views");
        String options = ";AUTO_SERVER=TRUE;DB_CLOSE_DELAY=-1;TRACE_LEVEL_FILE=0";
        views.setURL("jdbc:h2:file:" + file + options);
        return views;
    }

    /** The program that keeps the view up to date; this one ends when it is. */
    public static void main(String[] args) throws InterruptedException {
        try (EventStore store = EmbeddedEventStore.openReadOnly(Path.of("lockers"))) {
            run(store, System.out::println);
        }
    }

    static void run(EventStore store, Consumer<String> say) throws InterruptedException {
        var views = new LockerUsageDomain().projections(Leftfold.on(store)).orElseThrow();
        try (Projections projections = views.start()) {
            if (!projections.await(usage(), store.checkpoint(), Duration.ofSeconds(30))) {
                throw new IllegalStateException(
                        "it is late: " + projections.status("locker-usage"));
            }
            projections.rows(usage()).stream()
                    .forEach(each -> say.accept(each.key() + " " + each.row()));
        }
    }
}
// @end
