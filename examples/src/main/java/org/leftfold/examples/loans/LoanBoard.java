package org.leftfold.examples.loans;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.leftfold.api.EventStore;
import org.leftfold.api.spi.InMemoryViewStore;
import org.leftfold.api.spi.ViewStore;
import org.leftfold.engine.EmbeddedEventStore;
import org.leftfold.framework.Leftfold;
import org.leftfold.framework.projection.Projection;
import org.leftfold.framework.projection.Projections;

/**
 * Shows what became of the applications of a bank, in pictures for a terminal or as JSON.
 *
 * <pre>
 * LoanBoard STORE [--import LOG] [--until DATE] [--json] [--ascii] [--columns NUMBER]
 * </pre>
 */
public final class LoanBoard {
    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final int DEFAULT_COLUMNS = 80;

    private final Projection<Application> applications;
    private final Projection<Activity> activities = Loans.activities().build();
    private final Projection<Workload> workloads = Loans.workloads().build();
    private final Projection<Day> days = Loans.days().build();

    LoanBoard(Projection<Application> applications) {
        this.applications = applications;
    }

    /** Runs it; see the class. */
    public static void main(String[] args) throws IOException, InterruptedException {
        Consumer<String> say =
                new PrintStream(
                                new FileOutputStream(FileDescriptor.out),
                                true,
                                StandardCharsets.UTF_8)
                        ::println;
        List<String> rest = new ArrayList<>(List.of(args));
        String log = option(rest, "--import", "");
        String until = option(rest, "--until", "");
        int columns = Integer.parseInt(option(rest, "--columns", String.valueOf(DEFAULT_COLUMNS)));
        boolean isJson = rest.remove("--json");
        Chart chart = new Chart(columns, rest.remove("--ascii"));
        if (rest.size() != 1 || rest.getFirst().startsWith("-")) {
            say.accept(
                    "LoanBoard STORE [--import LOG] [--until DATE] [--json] [--ascii] [--columns NUMBER]");
            return;
        }
        try (EventStore store = EmbeddedEventStore.open(Path.of(rest.getFirst()))) {
            if (!log.isEmpty()) {
                Loans.importLog(store, Path.of(log));
            }
            LoanBoard board = new LoanBoard(Loans.applications().build());
            try (Projections projections = board.start(store, new InMemoryViewStore())) {
                board.await(store, projections);
                board.show(projections, until, isJson, chart).forEach(say);
            }
        }
    }

    private static String option(List<String> args, String name, String otherwise) {
        int at = args.indexOf(name);
        if (at < 0 || at + 1 == args.size()) {
            return otherwise;
        }
        args.remove(at);
        return args.remove(at);
    }

    /** Starts the views. */
    // @start region="start"
    Projections start(EventStore store, ViewStore views) {
        return Leftfold.on(store)
                .projections(views)
                .add(applications)
                .add(activities)
                .add(workloads)
                .add(days)
                .start();
    }

    /** Waits until they have all that is in the store now. */
    void await(EventStore store, Projections projections) throws InterruptedException {
        for (Projection<?> each : List.of(applications, activities, workloads, days)) {
            if (!projections.await(each, store.checkpoint(), PATIENCE)) {
                throw new IllegalStateException(
                        "it takes too long: " + projections.status(each.name()));
            }
        }
    }

    // @end

    /** What the views say now. */
    LoanReport report(Projections projections) {
        return LoanReport.of(
                projections.rows(applications),
                projections.rows(activities),
                projections.rows(workloads),
                projections.rows(days));
    }

    /** As lines of text: all of it, or the funnel in the evening of a day. */
    List<String> show(Projections projections, String until, boolean isJson, Chart chart) {
        if (until.isEmpty()) {
            LoanReport report = report(projections);
            return isJson ? List.of(report.toJson()) : report.toLines(chart);
        }
        List<String> lines =
                new ArrayList<>(List.of("How far they had come in the evening of " + until));
        LocalDate evening = LocalDate.parse(until);
        lines.addAll(chart.bars(LoanReport.funnelOn(evening, projections.rows(days))));
        return lines;
    }
}
