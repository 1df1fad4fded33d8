package org.leftfold.cli;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.leftfold.api.Payload;
import org.leftfold.cli.intake.InputException;
import org.leftfold.cli.intake.InputFile;
import org.leftfold.cli.terminal.Console;
import org.leftfold.framework.projection.Parking;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Tries parked events again. */
@Command(
        name = "retry",
        sortOptions = false,
        description = {
            "Try the parked events of a key again, in order, until one fails; the rest stay parked.",
            "Runs the code of the class path, in this process. Ends with exit code 3 if an event is"
                    + " parked still."
        },
        footer = {
            "",
            "Examples:",
            "  leftfold projections retry --store lockers --classpath app.jar \\",
            "      locker-usage --all",
            "  leftfold projections retry --store lockers --classpath app.jar \\",
            "      locker-usage locker-L7",
            "  leftfold projections retry --store lockers --classpath app.jar \\",
            "      locker-usage locker-L7 \\",
            "      --patch mended.json",
            "",
            ProjectionsOption.WHAT_PROJECTIONS_ARE
        })
final class ProjectionsRetryCommand implements Callable<Integer> {
    private final Console console;

    @Mixin private ProjectionsOption projections = new ProjectionsOption();

    @Mixin private ParkingOption parking = new ParkingOption();

    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "KEY",
            description = "The key whose events are tried again.")
    private @Nullable String key;

    @Option(names = "--all", description = "The events of all keys.")
    private boolean all;

    @Option(
            names = "--drop",
            description =
                    "Leave out the event that failed first, for good, and try the later ones.")
    private boolean drops;

    @Option(
            names = "--patch",
            paramLabel = "FILE",
            description =
                    "Read this payload in place of that of the event that failed first; - is the"
                            + " standard input. The store keeps the event as it is, and a rebuild"
                            + " fails again.")
    private @Nullable String patch;

    ProjectionsRetryCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws IOException {
        String one = key;
        if (all == (one != null)) {
            throw InputException.because("name a KEY, or say --all");
        }
        if (drops && patch != null) {
            throw InputException.because("--drop leaves the event out that --patch mends: say one");
        }
        if (one == null && (drops || patch != null)) {
            throw InputException.because(
                    "--drop and --patch are about one event: name the KEY whose first it is");
        }
        try (ProjectionsOption.Opened opened = projections.open(console)) {
            Parking found = parking.of(opened);
            List<Parking.Outcome> outcomes =
                    one == null ? found.retryAll() : List.of(retry(found, one));
            outcomes.forEach(this::show);
            opened.remarks().tell(console);
            if (outcomes.isEmpty()) {
                console.err().line("no event is parked");
            }
            boolean isClear = outcomes.stream().allMatch(Parking.Outcome::isClear);
            return isClear ? ExitCode.OK : ExitCode.DAMAGED;
        }
    }

    private Parking.Outcome retry(Parking found, String one) throws IOException {
        if (!found.keys().contains(one)) {
            throw ParkingOption.notParked(one, found);
        }
        String file = patch;
        if (file != null) {
            try (InputFile input = InputFile.open(file, console.in())) {
                return found.patch(one, Payload.of(input.content().readAllBytes()));
            }
        }
        return drops ? found.drop(one) : found.retry(one);
    }

    private void show(Parking.Outcome outcome) {
        console.out()
                .line(
                        "%s: applied %d, parked %d"
                                .formatted(outcome.key(), outcome.applied(), outcome.left()));
        if (!outcome.isClear()) {
            console.out().line("    " + console.style().red(EventPrinter.visible(outcome.error())));
        }
    }
}
