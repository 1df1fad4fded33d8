package org.leftfold.cli;

import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.leftfold.api.StreamName;
import org.leftfold.cli.intake.InputException;
import org.leftfold.cli.json.JsonText;
import org.leftfold.cli.store.OpenStore;
import org.leftfold.cli.terminal.Console;
import org.leftfold.framework.history.StateTree;
import org.leftfold.framework.repository.Loaded;
import org.leftfold.framework.repository.Repository;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Shows what the events of a stream make, as the application folds them. */
@Command(
        name = "state",
        sortOptions = false,
        description = "Show the state of a stream, now or as it was, as the application folds it.",
        footer = {
            "",
            "Examples:",
            "  leftfold state --store lockers --classpath target/classes locker-L7",
            "  leftfold state --store lockers --classpath app.jar locker-L7 --at 3",
            "  leftfold state --store lockers --classpath app.jar locker-L7 --at 2026-11-21T09:00:00Z",
            "",
            ClassPathOption.WHAT_A_DOMAIN_IS
        })
final class StateCommand implements Callable<Integer> {
    private final Console console;

    @Mixin private StoreOption store = new StoreOption();

    @Mixin private DomainOption domain = new DomainOption();

    @Option(
            names = "--at",
            paramLabel = "WHEN",
            description =
                    "As of a version, such as 3, or of a moment, such as 2026-11-21T09:00:00Z.")
    private @Nullable String when;

    @Option(names = "--json", description = "One JSON object.")
    private boolean json;

    StateCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        StreamName name = domain.stream();
        try (OpenStore opened = store.openReadOnly(console)) {
            Repository<?, ?, ?> repository = domain.repository(opened);
            KnownStreams.require(opened, repository.stream(name.id()));
            Loaded<?> loaded = load(repository, name.id());
            if (!loaded.exists()) {
                throw InputException.because(
                        "the stream '%s' has no event at %s".formatted(name, when));
            }
            String state = StateTree.of(loaded.state()).json();
            if (json) {
                JsonText text = new JsonText().beginObject();
                text.name("stream").string(name.value());
                text.name("version").number(loaded.version());
                text.name("state").raw(state);
                console.out().line(text.endObject().toString());
            } else {
                console.out().line("%s at version %d".formatted(name, loaded.version()));
                console.out().line(state);
            }
        }
        return ExitCode.OK;
    }

    private Loaded<?> load(Repository<?, ?, ?> repository, String id) {
        String text = when;
        if (text == null) {
            return repository.load(id);
        }
        if (text.matches("[0-9]{1,18}")) {
            return repository.at(id, Long.parseLong(text));
        }
        try {
            return repository.at(id, Instant.parse(text));
        } catch (DateTimeParseException e) {
            throw InputException.because(
                    "--at %s: a version such as 3, or a moment such as 2026-11-21T09:00:00Z, is needed"
                            .formatted(text));
        }
    }
}
