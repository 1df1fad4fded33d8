package org.leftfold.cli;

import java.util.concurrent.Callable;
import org.leftfold.api.EventStore;
import org.leftfold.api.Events;
import org.leftfold.api.ReadRequest;
import org.leftfold.cli.intake.InputException;
import org.leftfold.cli.store.OpenStore;
import org.leftfold.cli.terminal.Console;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Shows stored events. */
@Command(
        name = "read",
        sortOptions = false,
        description = "Show stored events, oldest first.",
        footer = {
            "",
            "Filters of different kinds narrow each other. A line shows position, time of"
                    + " recording,",
            "stream@version, type, actor, tags and the beginning of the payload.",
            "",
            "Examples:",
            "  leftfold read --store loans bpic2012-173688             one stream",
            "  leftfold read --store loans bpic2012-173688 --after 20  its events above version 20",
            "  leftfold read --store loans --all --backward --limit 3  the last three events",
            "  leftfold read --store loans --type A_APPROVED --tag lifecycle:COMPLETE --json | jq"
                    + " .data"
        })
final class ReadCommand implements Callable<Integer> {
    private final Console console;

    @Mixin private StoreOption store = new StoreOption();
    @Mixin private FilterOptions filter = new FilterOptions();

    @Option(
            names = "--after",
            paramLabel = "N",
            description =
                    "Only events above version N when a STREAM is given, above position N"
                            + " otherwise.")
    private long after;

    @Option(names = "--backward", description = "Newest first.")
    private boolean backward;

    @Option(names = "--limit", paramLabel = "N", description = "At most N events.")
    private long limit = Long.MAX_VALUE;

    @Option(
            names = "--json",
            description = "One JSON object a line, as import and export use them.")
    private boolean json;

    ReadCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        if (filter.isEmpty()) {
            throw InputException.because(
                    "which events? Give a STREAM, --category, --type, --tag, or --all for every"
                            + " event");
        }
        if (filter.isContradiction()) {
            throw InputException.because("--all means every event: leave out it or the filters");
        }
        try (OpenStore opened = store.openReadOnly(console)) {
            if (print(opened.events()) == 0) {
                filter.requireKnown(opened);
                if (!json) {
                    console.out().flush();
                    console.err().line("no event matches");
                }
            }
        }
        return ExitCode.OK;
    }

    private long print(EventStore events) {
        ReadRequest request = ReadRequest.of(filter.query()).limit(limit);
        request = filter.stream() == null ? request.after(after) : request.afterVersion(after);
        EventPrinter printer = new EventPrinter(console, json);
        long count = 0;
        try (Events found = events.read(backward ? request.backward() : request)) {
            while (found.hasNext()) {
                printer.print(found.next());
                count++;
            }
        }
        return count;
    }
}
