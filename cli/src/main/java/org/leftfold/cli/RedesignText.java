package org.leftfold.cli;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.leftfold.api.StreamName;
import org.leftfold.cli.json.JsonText;
import org.leftfold.cli.terminal.Console;
import org.leftfold.framework.transform.Redesigned;
import org.leftfold.framework.transform.StreamRedesign;
import org.leftfold.framework.transform.Transformation;
import org.leftfold.framework.transform.Verification;

/** Makes a split or a merge, compares what came of it, and tells it. */
final class RedesignText {
    private final Console console;
    private final boolean verifyOnly;
    private final boolean json;

    RedesignText(Console console, boolean verifyOnly, boolean json) {
        this.console = console;
        this.verifyOnly = verifyOnly;
        this.json = json;
    }

    /** Gives the exit code. */
    int run(StreamRedesign redesign, List<StreamName> streams, Transformation rule) {
        Redesigned made = verifyOnly ? null : redesign.reshape(streams, rule);
        Verification result = redesign.verify(streams, rule);
        if (json) {
            console.out().line(json(made, result));
        } else {
            text(made, result);
        }
        return VerificationText.exitCode(result);
    }

    private void text(@Nullable Redesigned made, Verification result) {
        if (made != null) {
            String what =
                    made.repeated()
                            ? "%s became %s before; nothing was done"
                            : "%s became %s with " + made.events() + " events; sealed";
            console.out().line(what.formatted(shown(made.from()), shown(made.successors())));
        }
        VerificationText.tell(
                console,
                result,
                "compared %d old events with %d new ones".formatted(result.read(), result.found()),
                "what the new streams have is %s what becomes of the old ones:");
    }

    private static String json(@Nullable Redesigned made, Verification result) {
        JsonText text = new JsonText().beginObject();
        if (made != null) {
            names(text, "from", made.from());
            names(text, "successors", made.successors());
            text.name("events").number(made.events());
            text.name("repeated").raw(String.valueOf(made.repeated()));
        }
        VerificationText.json(text, result);
        return text.endObject().toString();
    }

    private static void names(JsonText text, String name, List<StreamName> streams) {
        text.name(name).beginArray();
        streams.forEach(stream -> text.string(stream.value()));
        text.endArray();
    }

    private static String shown(List<StreamName> streams) {
        return EventPrinter.visible(
                String.join(", ", streams.stream().map(StreamName::value).toList()));
    }
}
