package org.leftfold.cli;

import java.util.Map;
import org.leftfold.cli.json.JsonText;
import org.leftfold.cli.terminal.Console;
import org.leftfold.framework.transform.Verification;

/** Tells what came of comparing what was made with what it was made of. Stateless. */
final class VerificationText {
    private VerificationText() {}

    static int exitCode(Verification result) {
        return result.isEqual() ? ExitCode.OK : ExitCode.DAMAGED;
    }

    /**
     * Tells it in words.
     *
     * @param compared what was compared
     * @param differs says what is not so; with a place for the word "not"
     */
    static void tell(Console console, Verification result, String compared, String differs) {
        if (result.isEqual()) {
            console.out()
                    .line(
                            "%s: %s, SHA-256 %s"
                                    .formatted(
                                            compared,
                                            console.style().green("equal"),
                                            result.digest()));
            return;
        }
        console.out().line(differs.formatted(console.style().red("not")));
        result.differences().forEach(each -> console.out().line("  " + EventPrinter.visible(each)));
    }

    static void json(JsonText text, Verification result) {
        text.name("verification").beginObject();
        text.name("equal").raw(String.valueOf(result.isEqual()));
        text.name("upTo").number(result.upTo());
        text.name("read").number(result.read());
        text.name("expected").number(result.expected());
        text.name("found").number(result.found());
        if (result.others() >= 0) {
            text.name("others").number(result.others());
        }
        counts(text, "types", result.types());
        counts(text, "categories", result.categories());
        text.name("sha256").string(result.digest());
        text.name("differences").beginArray();
        result.differences().forEach(text::string);
        text.endArray().endObject();
    }

    private static void counts(JsonText text, String name, Map<String, Long> counts) {
        text.name(name).beginObject();
        counts.forEach((key, count) -> text.name(key).number(count));
        text.endObject();
    }
}
