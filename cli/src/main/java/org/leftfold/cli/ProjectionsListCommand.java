package org.leftfold.cli;

import java.util.List;
import java.util.concurrent.Callable;
import org.leftfold.cli.json.JsonText;
import org.leftfold.cli.terminal.Console;
import org.leftfold.cli.terminal.Table;
import org.leftfold.framework.projection.Projection;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Lists the projections of an application. */
@Command(
        name = "list",
        sortOptions = false,
        description = "List the projections that the code of the application has.",
        footer = {
            "",
            "Example:",
            "  leftfold projections list --store lockers --classpath target/classes",
            "",
            ProjectionsOption.WHAT_PROJECTIONS_ARE
        })
final class ProjectionsListCommand implements Callable<Integer> {
    private final Console console;

    @Mixin private ProjectionsOption projections = new ProjectionsOption();

    @Option(names = "--json", description = "One JSON object a line.")
    private boolean json;

    ProjectionsListCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        try (ProjectionsOption.Opened opened = projections.open(console)) {
            Table table = new Table().texts("projection").numbers("version").numbers("parts");
            for (Projection<?> each : opened.all()) {
                if (json) {
                    JsonText text = new JsonText().beginObject();
                    text.name("projection").string(each.name());
                    text.name("version").number(each.version());
                    text.name("parts").number(each.parts());
                    console.out().line(text.endObject().toString());
                } else {
                    table.row(
                            List.of(
                                    each.name(),
                                    String.valueOf(each.version()),
                                    String.valueOf(each.parts())));
                }
            }
            if (!json) {
                table.lines(console.style()).forEach(console.out()::line);
            }
        }
        return ExitCode.OK;
    }
}
