package org.leftfold.cli;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.leftfold.api.StoreStatistics;
import org.leftfold.cli.json.JsonText;
import org.leftfold.cli.store.OpenStore;
import org.leftfold.cli.terminal.ByteSize;
import org.leftfold.cli.terminal.Console;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Counts what a store holds. */
@Command(
        name = "stats",
        sortOptions = false,
        description = "Count what a store holds.",
        footer = {
            "",
            "Examples:",
            "  leftfold stats --store loans",
            "  leftfold stats --store loans --json"
        })
final class StatsCommand implements Callable<Integer> {
    private final Console console;

    @Mixin private StoreOption store = new StoreOption();

    @Option(names = "--json", description = "As one JSON object.")
    private boolean json;

    StatsCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        try (OpenStore events = store.openReadOnly(console)) {
            StoreStatistics statistics = events.admin().statistics();
            if (json) {
                console.out().line(json(statistics));
            } else {
                print(statistics);
            }
        }
        return ExitCode.OK;
    }

    private static String json(StoreStatistics statistics) {
        JsonText text = new JsonText().beginObject();
        text.name("events").number(statistics.events());
        text.name("streams").number(statistics.streams());
        text.name("head").number(statistics.head());
        text.name("bytes").number(statistics.bytes());
        counts(text.name("categories"), statistics.categories());
        counts(text.name("types"), statistics.types());
        return text.endObject().toString();
    }

    private static void counts(JsonText text, Map<String, Long> counts) {
        text.beginObject();
        counts.forEach((name, count) -> text.name(name).number(count));
        text.endObject();
    }

    private void print(StoreStatistics statistics) {
        row("events", statistics.events(), "");
        row("streams", statistics.streams(), "");
        row("head", statistics.head(), "position of the last event");
        row("bytes", statistics.bytes(), ByteSize.text(statistics.bytes()));
        table("categories", statistics.categories());
        table("types", statistics.types());
    }

    private void row(String name, long count, String remark) {
        String line = String.format(Locale.ROOT, "%-8s %,15d  ", name, count);
        console.out().line((line + console.style().dim(remark)).stripTrailing());
    }

    private void table(String title, Map<String, Long> counts) {
        console.out().line("");
        console.out()
                .line(
                        console.style().bold(title)
                                + console.style().dim(" (" + counts.size() + ")"));
        List<Map.Entry<String, Long>> rows =
                counts.entrySet().stream()
                        .sorted(
                                Map.Entry.<String, Long>comparingByValue(Comparator.reverseOrder())
                                        .thenComparing(Map.Entry.comparingByKey()))
                        .toList();
        for (Map.Entry<String, Long> row : rows) {
            console.out()
                    .line(String.format(Locale.ROOT, "  %,12d  %s", row.getValue(), row.getKey()));
        }
    }
}
