package org.leftfold.cli;

import java.util.List;
import java.util.concurrent.Callable;
import org.leftfold.api.AdminAct;
import org.leftfold.api.StreamName;
import org.leftfold.cli.store.OpenStore;
import org.leftfold.cli.terminal.Console;
import org.leftfold.framework.transform.StreamRedesign;
import org.leftfold.framework.transform.Transformation;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Makes one stream of several. */
@Command(
        name = "merge",
        sortOptions = false,
        description = {
            "Merge streams: their events go on in a new stream, in the order of their positions, and"
                    + " they are sealed.",
            "The old events stay. What was interrupted is simply started again. At the end the new"
                    + " events are compared with the old ones."
        },
        footer = {
            "",
            "Ends with exit code 3 if the new events are not what the old ones become.",
            "",
            "Example:",
            "  leftfold merge --store shop --into cart-9 cart-7 cart-8 --by anna --why \"same person\""
        })
final class MergeCommand implements Callable<Integer> {
    private final Console console;

    @Mixin private StoreOption store = new StoreOption();

    @Option(
            names = "--into",
            required = true,
            paramLabel = "STREAM",
            description = "The new stream, such as cart-9.")
    private String into = "";

    @Parameters(
            arity = "1..*",
            paramLabel = "STREAM",
            description = "The streams, such as cart-7 cart-8.")
    private List<String> streams = List.of();

    @Mixin private ActOptions who = new ActOptions();

    @Option(names = "--verify-only", description = "Compare what was made before; change nothing.")
    private boolean verifyOnly;

    @Option(names = "--json", description = "One JSON object.")
    private boolean json;

    MergeCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        AdminAct act =
                verifyOnly
                        ? new AdminAct("leftfold", "verification") // stored nowhere
                        : who.requireFor("a merge");
        List<StreamName> names = streams.stream().map(StreamName::new).toList();
        StreamName successor = new StreamName(into);
        RedesignText text = new RedesignText(console, verifyOnly, json);
        try (OpenStore opened = store.openExisting(console)) {
            var redesign = new StreamRedesign(opened.events(), act);
            return text.run(redesign, names, Transformation.into(successor));
        }
    }
}
