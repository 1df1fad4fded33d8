package org.leftfold.cli;

import java.util.concurrent.Callable;
import org.leftfold.api.AdminAct;
import org.leftfold.api.StreamName;
import org.leftfold.cli.store.OpenStore;
import org.leftfold.cli.terminal.Console;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Makes the beginning of a stream unreadable. */
@Command(
        name = "truncate",
        sortOptions = false,
        description = "Make the events of a stream below a version unreadable, for good.",
        footer = {
            "",
            "Versions and positions stay. The space comes back with 'leftfold scavenge'. Nobody else"
                    + " may have",
            "a store in a directory open for writing.",
            "",
            "Example:",
            "  leftfold truncate --store shop cart-17 --before 100 --by ann --why \"no longer"
                    + " needed\""
        })
final class TruncateCommand implements Callable<Integer> {
    private final Console console;

    @Mixin private StoreOption store = new StoreOption();

    @Parameters(paramLabel = "STREAM", description = "The stream, such as cart-17.")
    private String stream = "";

    @Option(
            names = "--before",
            required = true,
            paramLabel = "VERSION",
            description = "The first version that stays readable.")
    private long firstKeptVersion;

    @Mixin private ActOptions who = new ActOptions();

    TruncateCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        AdminAct act = who.require();
        StreamName name = new StreamName(stream);
        try (OpenStore events = store.openExisting(console)) {
            events.admin().truncate(name, firstKeptVersion, act);
        }
        console.out()
                .line(
                        "truncated stream '%s': versions below %d cannot be read any more"
                                .formatted(name, firstKeptVersion));
        return ExitCode.OK;
    }
}
