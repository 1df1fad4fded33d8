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

/** Makes other streams of one. */
@Command(
        name = "split",
        sortOptions = false,
        description = {
            "Split a stream: its events go on in other streams, as the application says, and it is"
                    + " sealed.",
            "The old events stay. What was interrupted is simply started again. At the end the new"
                    + " events are compared with the old ones."
        },
        footer = {
            "",
            "Ends with exit code 3 if the new events are not what the old ones become.",
            "",
            "Example:",
            "  leftfold split --store shop --classpath app.jar --transformation credit-apart \\",
            "      customer-7 --by anna --why \"issue 6\""
        })
final class SplitCommand implements Callable<Integer> {
    private final Console console;

    @Mixin private StoreOption store = new StoreOption();

    @Mixin private RuleOptions rules = new RuleOptions();

    @Parameters(paramLabel = "STREAM", description = "The stream, such as customer-7.")
    private String stream = "";

    @Mixin private ActOptions who = new ActOptions();

    @Option(names = "--verify-only", description = "Compare what was made before; change nothing.")
    private boolean verifyOnly;

    @Option(names = "--json", description = "One JSON object.")
    private boolean json;

    SplitCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        AdminAct act =
                verifyOnly
                        ? new AdminAct("leftfold", "verification") // stored nowhere
                        : who.requireFor("a split");
        StreamName name = new StreamName(stream);
        Transformation rule = rules.named().transformation();
        RedesignText text = new RedesignText(console, verifyOnly, json);
        try (OpenStore opened = store.openExisting(console)) {
            return text.run(new StreamRedesign(opened.events(), act), List.of(name), rule);
        }
    }
}
