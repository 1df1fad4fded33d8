package org.leftfold.cli;

import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.leftfold.api.StreamSummary;
import org.leftfold.cli.intake.InputException;
import org.leftfold.cli.json.JsonText;
import org.leftfold.cli.store.OpenStore;
import org.leftfold.cli.terminal.Console;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Lists the streams of a store. */
@Command(
        name = "streams",
        sortOptions = false,
        description = "List the streams that have readable events, in the order of their names.",
        footer = {
            "",
            "One line a stream: version, readable events, positions of the first readable and of the",
            "last event, name.",
            "",
            "Examples:",
            "  leftfold streams --store loans --category bpic2012 --limit 10",
            "  leftfold streams --store loans --prefix bpic2012-17 --json"
        })
final class StreamsCommand implements Callable<Integer> {
    /** Above the columns of {@link #text}, wherever these go: "| column -t" needs them as well. */
    private static final String HEADINGS =
            "%10s  %10s  %14s  %14s  %s"
                    .formatted("version", "readable", "first", "last", "stream");

    private final Console console;
    private long left;

    @Mixin private StoreOption store = new StoreOption();

    @Option(
            names = {"-c", "--category"},
            paramLabel = "NAME",
            description = "Only streams of this category: what is before the first '-'.")
    private @Nullable String category;

    @Option(
            names = "--prefix",
            paramLabel = "TEXT",
            description = "Only streams whose names begin with this.")
    private String prefix = "";

    @Option(names = "--limit", paramLabel = "N", description = "At most N streams.")
    private long limit = Long.MAX_VALUE;

    @Option(names = "--json", description = "One JSON object a line.")
    private boolean json;

    StreamsCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        if (limit < 1) {
            throw InputException.because("--limit %d: from 1 on is possible".formatted(limit));
        }
        left = limit;
        try (OpenStore events = store.openReadOnly(console)) {
            String only = category;
            if (only == null) {
                events.streams(prefix, this::show);
            } else {
                showCategory(events, only);
            }
            if (left == limit && !json) {
                console.out().flush();
                console.err().line("no stream matches");
            }
        }
        return ExitCode.OK;
    }

    /** A category is the stream of its name, and those that go on with '-'. */
    private void showCategory(OpenStore events, String only) {
        if (only.startsWith(prefix)) {
            events.streams(
                    only, first -> first.stream().value().equals(only) && showAndStop(first));
        }
        String members = only + "-";
        if (left > 0 && (prefix.startsWith(members) || members.startsWith(prefix))) {
            String longer = prefix.length() > members.length() ? prefix : members;
            events.streams(longer, this::show);
        }
    }

    private boolean showAndStop(StreamSummary stream) {
        show(stream);
        return false;
    }

    /** Whether another one is wanted. */
    private boolean show(StreamSummary stream) {
        if (left == limit && !json) {
            console.out().line(HEADINGS);
        }
        console.out().line(json ? json(stream) : text(stream));
        left--;
        return left > 0;
    }

    private static String text(StreamSummary stream) {
        return String.format(
                Locale.ROOT,
                "%,10d  %,10d  %,14d  %,14d  %s",
                stream.version(),
                stream.readableEvents(),
                stream.firstPosition(),
                stream.lastPosition(),
                stream.stream().value());
    }

    private static String json(StreamSummary stream) {
        JsonText text = new JsonText().beginObject();
        text.name("stream").string(stream.stream().value());
        text.name("version").number(stream.version());
        text.name("readableEvents").number(stream.readableEvents());
        text.name("firstPosition").number(stream.firstPosition());
        text.name("lastPosition").number(stream.lastPosition());
        return text.endObject().toString();
    }
}
