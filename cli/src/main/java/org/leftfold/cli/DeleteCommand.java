package org.leftfold.cli;

import java.util.concurrent.Callable;
import org.leftfold.api.AdminAct;
import org.leftfold.api.StreamName;
import org.leftfold.cli.store.OpenStore;
import org.leftfold.cli.terminal.Console;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Makes all events of a stream unreadable. */
@Command(
        name = "delete",
        sortOptions = false,
        description = "Make all events of a stream unreadable, for good.",
        footer = {
            "",
            "The stream keeps its version: what is appended later goes on counting from it. The"
                    + " space comes",
            "back with 'leftfold scavenge'. Nobody else may have a store in a directory open for"
                    + " writing.",
            "",
            "Example:",
            "  leftfold delete --store shop cart-17 --by ann --why \"asked for by the customer\""
        })
final class DeleteCommand implements Callable<Integer> {
    private final Console console;

    @Mixin private StoreOption store = new StoreOption();

    @Parameters(paramLabel = "STREAM", description = "The stream, such as cart-17.")
    private String stream = "";

    @Mixin private ActOptions who = new ActOptions();

    DeleteCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        AdminAct act = who.require();
        StreamName name = new StreamName(stream);
        long version;
        try (OpenStore events = store.openExisting(console)) {
            events.admin().delete(name, act);
            version = events.events().version(name);
        }
        console.out()
                .line(
                        "deleted stream '%s': versions up to %d cannot be read any more"
                                .formatted(name, version));
        return ExitCode.OK;
    }
}
