package org.leftfold.cli;

import java.util.List;
import org.leftfold.api.StreamName;
import org.leftfold.cli.json.JsonText;
import org.leftfold.cli.terminal.Console;
import org.leftfold.framework.transform.Redesigned;

/** Tells what came of a split or a merge. Stateless. */
final class RedesignText {
    private RedesignText() {}

    static void tell(Console console, Redesigned result, boolean json) {
        if (json) {
            JsonText text = new JsonText().beginObject();
            names(text, "from", result.from());
            names(text, "successors", result.successors());
            text.name("events").number(result.events());
            text.name("repeated").raw(String.valueOf(result.repeated()));
            console.out().line(text.endObject().toString());
        } else if (result.repeated()) {
            console.out()
                    .line(
                            "%s became %s before; nothing was done"
                                    .formatted(shown(result.from()), shown(result.successors())));
        } else {
            console.out()
                    .line(
                            "%s became %s with %d events; sealed"
                                    .formatted(
                                            shown(result.from()),
                                            shown(result.successors()),
                                            result.events()));
        }
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
