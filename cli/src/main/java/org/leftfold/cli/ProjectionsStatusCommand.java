package org.leftfold.cli;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.leftfold.api.Checkpoint;
import org.leftfold.api.EventStore;
import org.leftfold.cli.json.JsonText;
import org.leftfold.cli.terminal.Console;
import org.leftfold.cli.terminal.Table;
import org.leftfold.framework.projection.PartStatus;
import org.leftfold.framework.projection.Projection;
import org.leftfold.framework.projection.ProjectionStatus;
import org.leftfold.framework.projection.RebuildStatus;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shows how projections are doing. */
@Command(
        name = "status",
        sortOptions = false,
        description = "Show how far projections are, how much is parked, and their rebuilds.",
        footer = {
            "",
            "Events are those that concern a projection; the lag counts positions between"
                    + " it and the end of the store. A projection that is behind has nobody who works"
                    + " on it, or is not there yet: --watch shows which.",
            "",
            "Examples:",
            "  leftfold projections status --store lockers --classpath target/classes",
            "  leftfold projections status --store lockers --classpath app.jar \\",
            "      locker-usage --watch",
            "",
            ProjectionsOption.WHAT_PROJECTIONS_ARE
        })
final class ProjectionsStatusCommand implements Callable<Integer> {
    private static final double NANOS_A_SECOND = 1e9;

    private final Console console;
    private final Map<String, Long> eventsBefore = new HashMap<>();
    private long nanosBefore;
    private int linesBefore;
    private Checkpoint history = Checkpoint.of(new UUID(0, 0), 0); // of the store, up to now

    @Mixin private ProjectionsOption projections = new ProjectionsOption();

    @Parameters(
            arity = "0..1",
            paramLabel = "NAME",
            description = "Only this projection, and its parts.")
    private @Nullable String name;

    @Option(
            names = "--watch",
            description = "Once more every second, with events a second, until you press Ctrl-C.")
    private boolean watches;

    @Option(names = "--json", description = "One JSON object a line.")
    private boolean json;

    ProjectionsStatusCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        try (ProjectionsOption.Opened opened = projections.open(console)) {
            String only = name;
            List<String> names =
                    only == null
                            ? opened.all().stream().<String>map(Projection::name).toList()
                            : List.of(only);
            CountDownLatch never = new CountDownLatch(1);
            EventStore events = opened.events();
            do {
                history = events.checkpoint();
                List<ProjectionStatus> found = new ArrayList<>();
                for (String each : names) {
                    found.add(opened.managing(each).status(each));
                }
                show(found);
            } while (watches && !never.await(1, TimeUnit.SECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // Whoever runs us wants an end.
        }
        return ExitCode.OK;
    }

    private void show(List<ProjectionStatus> all) {
        List<String> lines = json ? all.stream().map(this::json).toList() : text(all);
        if (watches && console.out().isTerminal() && !json && linesBefore > 0) {
            // so many lines up, and empties the rest
            console.out().text("\u001b[%dA\u001b[J".formatted(linesBefore));
        }
        lines.forEach(console.out()::line);
        console.out().flush();
        linesBefore = lines.size();
    }

    private List<String> text(List<ProjectionStatus> all) {
        Table table = new Table().texts("projection").texts("state").numbers("generation");
        table.numbers("events");
        if (watches) {
            table.numbers("events/s");
        }
        table.numbers("lag").numbers("parked");
        long now = console.time().monotonicNanos();
        for (ProjectionStatus each : all) {
            long events = events(each);
            List<String> cells = new ArrayList<>();
            cells.addAll(List.of(each.name(), state(each), String.valueOf(each.generation())));
            cells.add(number(events));
            if (watches) {
                Long before = eventsBefore.put(each.name(), events);
                double seconds = (now - nanosBefore) / NANOS_A_SECOND;
                cells.add(before == null ? "" : number(Math.round((events - before) / seconds)));
            }
            cells.addAll(List.of(number(lag(each)), number(each.parkedKeys())));
            table.row(cells);
            if (isCutOff(each)) {
                table.below(
                        "its events are those of another store, such as the one that this was restored"
                                + " from: it cannot go on here; rebuild it, with --swap");
            }
            each.rebuild()
                    .ifPresent(rebuild -> {
                        table.below(text(rebuild));
                        rebuild.problem().map(EventPrinter::visible).ifPresent(table::below);
                    });
        }
        nanosBefore = now;
        List<String> lines = new ArrayList<>(table.lines(console.style()));
        if (name != null && all.getFirst().parts().size() > 1) {
            lines.add("");
            lines.addAll(parts(all.getFirst()));
        }
        return lines;
    }

    private List<String> parts(ProjectionStatus status) {
        Table table = new Table().numbers("part").numbers("events").numbers("lag");
        for (PartStatus part : status.parts()) {
            table.row(
                    List.of(
                            String.valueOf(part.part()),
                            number(part.events()),
                            number(part.lag())));
        }
        return table.lines(console.style());
    }

    private static long events(ProjectionStatus status) {
        return status.parts().stream().mapToLong(PartStatus::events).sum();
    }

    private static String number(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    /** Who looks from outside knows what is kept, not what other programs are about to do. */
    private String state(ProjectionStatus status) {
        if (isCutOff(status)) {
            return "other store";
        }
        return switch (status.state()) {
            case NEVER_STARTED -> "never started";
            case PAUSED -> "paused";
            default -> status.lag() == 0 ? "up to date" : "behind";
        };
    }

    /** Whether it has a place in a history that is not the one of the store. */
    private boolean isCutOff(ProjectionStatus status) {
        return status.parts().stream()
                .flatMap(part -> part.checkpoint().stream())
                .anyMatch(place -> !place.beginning().equals(history.beginning()));
    }

    /** All positions where no place counts. */
    private long lag(ProjectionStatus status) {
        return isCutOff(status) ? history.beginning().positionsUntil(history) : status.lag();
    }

    /** A rebuild in one line. */
    static String text(RebuildStatus rebuild) {
        return String.format(
                Locale.ROOT,
                "generation %d is being built, by %s: %.0f %%, %s%s",
                rebuild.generation(),
                EventPrinter.visible(rebuild.by()),
                Math.floor(rebuild.fraction() * 100),
                switch (rebuild.state()) {
                    case RUNNING -> "under way";
                    case PAUSED -> "paused";
                    case READY -> "has caught up";
                    case STOPPED -> "stopped";
                },
                rebuild.swapsItself() ? "; is read when it has caught up" : "");
    }

    private String json(ProjectionStatus status) {
        JsonText text = new JsonText().beginObject();
        text.name("projection").string(status.name());
        text.name("version").number(status.version());
        text.name("state").string(state(status));
        text.name("generation").number(status.generation());
        text.name("events").number(events(status));
        text.name("lag").number(lag(status));
        text.name("parkedKeys").number(status.parkedKeys());
        text.name("parts").beginArray();
        for (PartStatus part : status.parts()) {
            text.beginObject().name("part").number(part.part());
            text.name("events").number(part.events());
            text.name("lag").number(part.lag());
            part.checkpoint().ifPresent(at -> text.name("checkpoint").string(at.toString()));
            text.endObject();
        }
        text.endArray();
        status.rebuild()
                .ifPresent(rebuild -> {
                    text.name("rebuild").beginObject();
                    text.name("generation").number(rebuild.generation());
                    text.name("state").string(rebuild.state().name().toLowerCase(Locale.ROOT));
                    rebuild.problem().ifPresent(why -> text.name("problem").string(why));
                    text.name("events").number(rebuild.events());
                    text.name("positionsDone").number(rebuild.positionsDone());
                    text.name("positionsTotal").number(rebuild.positionsTotal());
                    text.name("swapsItself").raw(String.valueOf(rebuild.swapsItself()));
                    text.name("by").string(rebuild.by());
                    text.name("since").string(rebuild.since().toString());
                    text.endObject();
                });
        return text.endObject().toString();
    }
}
