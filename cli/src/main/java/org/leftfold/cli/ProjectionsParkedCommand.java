package org.leftfold.cli;

import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.leftfold.api.spi.ParkedEvent;
import org.leftfold.cli.json.JsonText;
import org.leftfold.cli.terminal.Console;
import org.leftfold.cli.terminal.Table;
import org.leftfold.framework.projection.Parking;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Lists the events that a projection could not apply. */
@Command(
        name = "parked",
        sortOptions = false,
        description =
                "List the events that a projection could not apply, and those that wait behind them.",
        footer = {
            "",
            "An event has failed, or is held behind one of its key that has, or was"
                    + " skipped: left out for good. The first 1,000 are listed.",
            "",
            "Examples:",
            "  leftfold projections parked --store lockers --classpath app.jar locker-usage",
            "  leftfold projections parked --store lockers --classpath app.jar \\",
            "      locker-usage --key locker-L7 --json",
            "",
            ProjectionsOption.WHAT_PROJECTIONS_ARE
        })
final class ProjectionsParkedCommand implements Callable<Integer> {
    private final Console console;

    @Mixin private ProjectionsOption projections = new ProjectionsOption();

    @Mixin private ParkingOption parking = new ParkingOption();

    @Option(names = "--key", paramLabel = "KEY", description = "Only events of this key.")
    private String key = "";

    @Option(names = "--json", description = "One JSON object a line.")
    private boolean json;

    ProjectionsParkedCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        try (ProjectionsOption.Opened opened = projections.open(console)) {
            Parking found = parking.of(opened);
            List<ParkedEvent> events = found.list(key);
            if (events.isEmpty() && !key.isEmpty()) {
                throw ParkingOption.notParked(key, found);
            }
            if (json) {
                events.forEach(event -> console.out().line(json(event)));
            } else if (!events.isEmpty()) {
                table(events).lines(console.style()).forEach(console.out()::line);
            }
            console.out().flush();
            if (events.isEmpty() && !json) {
                console.err().line("no event is parked");
            }
            if (events.size() == Parking.MAX_LISTED) {
                console.err().line("note: there may be more; --key lists those of one key");
            }
        }
        return ExitCode.OK;
    }

    private Table table(List<ParkedEvent> events) {
        Table table = new Table().texts("key").texts("state").texts("event").texts("type");
        table.numbers("tries").texts("parked at");
        for (ParkedEvent event : events) {
            table.row(
                    List.of(
                            event.key(),
                            state(event),
                            event.stream() + "@" + event.version(),
                            event.type(),
                            String.valueOf(event.attempts()),
                            EventPrinter.time(event.parkedAt())));
            if (!event.error().isEmpty()) {
                table.below(console.style().red(EventPrinter.visible(event.error())));
            }
            event.patch()
                    .ifPresent(patch ->
                            table.below("patched: " + EventPrinter.visible(patch.asText())));
        }
        return table;
    }

    private static String state(ParkedEvent event) {
        return event.state().name().toLowerCase(Locale.ROOT);
    }

    private static String json(ParkedEvent event) {
        JsonText text = new JsonText().beginObject();
        text.name("key").string(event.key());
        text.name("state").string(state(event));
        text.name("stream").string(event.stream().value());
        text.name("version").number(event.version());
        text.name("type").string(event.type());
        text.name("attempts").number(event.attempts());
        text.name("error").string(event.error());
        event.patch().ifPresent(patch -> text.name("patch").string(patch.asText()));
        text.name("parkedAt").string(event.parkedAt().toString());
        text.name("part").number(event.part());
        return text.endObject().toString();
    }
}
