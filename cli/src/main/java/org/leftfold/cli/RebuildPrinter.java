package org.leftfold.cli;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.leftfold.cli.json.JsonText;
import org.leftfold.cli.terminal.Console;
import org.leftfold.cli.terminal.Table;
import org.leftfold.framework.projection.Rebuild;
import org.leftfold.framework.projection.RebuildReport;

/** Shows what rebuilds would do and have done. For one thread. */
final class RebuildPrinter {
    /** More keys are a list for a program. */
    private static final int MAX_NAMED = 5;

    private final Console console;
    private final String name;
    private final boolean json;

    RebuildPrinter(Console console, String name, boolean json) {
        this.console = console;
        this.name = name;
        this.json = json;
    }

    private void line(String text) {
        console.out().line(text);
    }

    private static String count(long number, String what) {
        return String.format(Locale.ROOT, "%,d %s%s", number, what, number == 1 ? "" : "s");
    }

    void plan(Rebuild.Plan plan) {
        if (json) {
            JsonText text = new JsonText().beginObject();
            text.name("projection").string(name);
            text.name("events").number(plan.events());
            text.name("rows").number(plan.rows());
            text.name("parts").number(plan.parts());
            text.name("byType").beginObject();
            plan.byType().forEach((type, events) -> text.name(type).number(events));
            console.out().line(text.endObject().endObject().toString());
            return;
        }
        line(
                String.format(
                        Locale.ROOT,
                        "a rebuild of '%s' reads %s in %s; its view has %s now",
                        name,
                        count(plan.events(), "event"),
                        count(plan.parts(), "part"),
                        count(plan.rows(), "row")));
        Table table = new Table().numbers("events").texts("type");
        for (Map.Entry<String, Long> each : plan.byType().entrySet()) {
            table.row(List.of(String.format(Locale.ROOT, "%,d", each.getValue()), each.getKey()));
        }
        if (!plan.byType().isEmpty()) {
            table.lines(console.style()).forEach(console.out()::line);
        }
    }

    void report(RebuildReport report, boolean isSwapped) {
        if (json) {
            console.out().line(json(report, isSwapped));
            return;
        }
        line(
                String.format(
                        Locale.ROOT,
                        "generation %d %s generation %d%s",
                        report.generation(),
                        report.isEqual() ? "is equal to" : "differs from",
                        report.against(),
                        isSwapped
                                ? ", and is read from now on"
                                : report.isEqual() ? "" : ", which is read still"));
        line(
                String.format(
                        Locale.ROOT,
                        "rows: %,d equal, %,d different, %,d added, %,d missing",
                        report.equal(),
                        report.different(),
                        report.added(),
                        report.missing()));
        if (!report.examples().isEmpty()) {
            line(
                    String.format(
                            Locale.ROOT,
                            "such as %s",
                            report.examples().stream()
                                    .limit(MAX_NAMED)
                                    .map(EventPrinter::visible)
                                    .collect(Collectors.joining(", "))));
        }
        parked(report);
    }

    void swapped(RebuildReport report) {
        if (json) {
            JsonText text = new JsonText().beginObject();
            text.name("projection").string(name);
            text.name("generation").number(report.generation());
            text.name("rows").number(report.rows());
            text.name("parkedKeys").number(report.parkedKeys());
            text.name("swapped").raw("true");
            console.out().line(text.endObject().toString());
            return;
        }
        line(
                String.format(
                        Locale.ROOT,
                        "generation %d of '%s' is read from now on, with %s",
                        report.generation(),
                        name,
                        count(report.rows(), "row")));
        parked(report);
    }

    private void parked(RebuildReport report) {
        if (report.parkedKeys() > 0) {
            line(
                    String.format(
                            Locale.ROOT,
                            "parked in it: %s, so rows are not complete",
                            count(report.parkedKeys(), "key")));
        }
    }

    private String json(RebuildReport report, boolean isSwapped) {
        JsonText text = new JsonText().beginObject();
        text.name("projection").string(name);
        text.name("generation").number(report.generation());
        text.name("against").number(report.against());
        text.name("checkpoint").string(report.checkpoint().toString());
        text.name("rows").number(report.rows());
        text.name("equal").number(report.equal());
        text.name("different").number(report.different());
        text.name("missing").number(report.missing());
        text.name("added").number(report.added());
        text.name("parkedKeys").number(report.parkedKeys());
        text.name("examples").beginArray();
        report.examples().forEach(text::string);
        text.endArray();
        text.name("swapped").raw(String.valueOf(isSwapped));
        return text.endObject().toString();
    }
}
