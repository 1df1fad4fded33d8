package org.leftfold.cli;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.leftfold.api.StreamName;
import org.leftfold.cli.intake.InputException;
import org.leftfold.cli.json.JsonText;
import org.leftfold.cli.store.OpenStore;
import org.leftfold.cli.terminal.Console;
import org.leftfold.framework.codec.DomainEvent;
import org.leftfold.framework.history.FieldChange;
import org.leftfold.framework.history.History;
import org.leftfold.framework.repository.Repository;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Shows what happened to a stream, and what each event changed. */
@Command(
        name = "history",
        sortOptions = false,
        description = "Show what happened in a stream: who, when, why, and what it changed.",
        footer = {
            "",
            "Examples:",
            "  leftfold history --store lockers --classpath target/classes locker-L7",
            "  leftfold history --store lockers --classpath app.jar locker-L7 --field count",
            "",
            ClassPathOption.WHAT_A_DOMAIN_IS
        })
final class HistoryCommand implements Callable<Integer> {
    /** More fields are a list to read instead of an answer. */
    private static final int MAX_NAMED = 100;

    private final Console console;
    private final Set<String> changed = new TreeSet<>();
    private boolean isShown;

    @Mixin private StoreOption store = new StoreOption();

    @Mixin private DomainOption domain = new DomainOption();

    @Option(
            names = "--field",
            paramLabel = "PATH",
            description = "Only events that changed this field, such as address.street.")
    private @Nullable String field;

    @Option(names = "--json", description = "One JSON object a line.")
    private boolean json;

    HistoryCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        StreamName name = domain.stream();
        try (OpenStore opened = store.openReadOnly(console)) {
            Repository<?, ?, ?> repository = domain.repository(opened);
            KnownStreams.require(opened, repository.stream(name.id()));
            show(repository, name.id());
        }
        return ExitCode.OK;
    }

    private <E> void show(Repository<?, ?, E> repository, String id) {
        repository.history(id).forEach(this::show);
        String wanted = field;
        if (wanted == null || isShown) {
            return;
        }
        List<String> similar = Nearest.to(wanted, changed);
        if (!similar.isEmpty()) {
            throw InputException.because(
                    "no event has changed '%s'%s".formatted(wanted, Nearest.question(similar)));
        }
        console.out().flush();
        console.err()
                .line(
                        "no event has changed '%s'; what was changed: %s"
                                .formatted(wanted, String.join(", ", changed)));
    }

    private void show(History.Entry<?> entry) {
        List<FieldChange> changes =
                entry.changes().stream()
                        .filter(change -> field == null || change.isIn(field))
                        .toList();
        entry.changes().stream()
                .map(FieldChange::path)
                .limit(Math.max(0, MAX_NAMED - changed.size()))
                .forEach(changed::add);
        if (field == null || !changes.isEmpty()) {
            isShown = true;
            console.out().line(json ? json(entry, changes) : text(entry, changes));
        }
    }

    private String text(History.Entry<?> entry, List<FieldChange> changes) {
        DomainEvent<?> event = entry.event();
        StringBuilder text = new StringBuilder();
        text.append("%6d  %s  ".formatted(entry.version(), EventPrinter.time(event.recordedAt())))
                .append(console.style().yellow(event.stored().type().value()));
        event.actor().ifPresent(actor -> text.append("  by ").append(EventPrinter.visible(actor)));
        event.reason().ifPresent(why -> text.append(": ").append(EventPrinter.visible(why)));
        for (FieldChange change : changes) {
            text.append("%n        ".formatted()).append(EventPrinter.visible(change.toString()));
        }
        return text.toString();
    }

    private static String json(History.Entry<?> entry, List<FieldChange> changes) {
        DomainEvent<?> event = entry.event();
        JsonText text = new JsonText().beginObject();
        text.name("version").number(entry.version());
        text.name("position").number(event.position());
        text.name("type").string(event.stored().type().value());
        text.name("recordedAt").string(event.recordedAt().toString());
        event.actor().ifPresent(actor -> text.name("actor").string(actor));
        event.reason().ifPresent(reason -> text.name("reason").string(reason));
        text.name("changes").beginArray();
        for (FieldChange change : changes) {
            text.beginObject().name("path").string(change.path());
            text.name("before").raw(change.before() == null ? "null" : change.before());
            text.name("after").raw(change.after() == null ? "null" : change.after());
            text.endObject();
        }
        text.endArray();
        text.name("state").raw(entry.after().json());
        return text.endObject().toString();
    }
}
