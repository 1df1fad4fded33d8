package org.leftfold.cli;

import java.io.IOException;
import java.util.concurrent.Callable;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;
import org.leftfold.api.AdminAct;
import org.leftfold.cli.json.JsonText;
import org.leftfold.cli.store.OpenStore;
import org.leftfold.cli.store.Secrets;
import org.leftfold.cli.store.StorePlace;
import org.leftfold.cli.terminal.Console;
import org.leftfold.cli.terminal.ProgressLine;
import org.leftfold.framework.transform.CopyReport;
import org.leftfold.framework.transform.TransformedCopy;
import org.leftfold.framework.transform.Verification;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Makes a store of another one, event by event. */
@Command(
        name = "transform",
        sortOptions = false,
        description = {
            "Make a store of another one: each event becomes what the application makes of it.",
            "FROM is only read. Then FROM is read once more and the result compared. What was"
                    + " interrupted, or whose source has gone on, is simply started again."
        },
        footer = {
            "",
            "Ends with exit code 3 if TO is not what FROM becomes.",
            "",
            "Passwords stand in the environment: "
                    + Secrets.FROM_PASSWORD
                    + " and "
                    + Secrets.TO_PASSWORD
                    + ",",
            "or " + Secrets.PASSWORD + " for both.",
            "",
            "Examples:",
            "  leftfold transform shop shop2 --classpath app.jar --upcast --by anna --why \"2.0\"",
            "  leftfold transform shop jdbc:postgresql://localhost/shop --to-user shop \\",
            "      --classpath app.jar --transformation accounts-apart --by anna --why \"issue 6\""
        })
final class TransformCommand implements Callable<Integer> {
    private final Console console;

    @Mixin private FromToOption places = new FromToOption();

    @Mixin private RuleOptions rules = new RuleOptions();

    @Option(
            names = "--upcast",
            description = "Store every event in its newest format, as the upcasters read it.")
    private boolean upcasts;

    @Option(names = "--verify-only", description = "Compare what was made before; change nothing.")
    private boolean verifyOnly;

    @Mixin private ActOptions who = new ActOptions();

    @Option(names = "--json", description = "One JSON object.")
    private boolean json;

    TransformCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws IOException {
        AdminAct act =
                verifyOnly
                        ? new AdminAct("leftfold", "verification") // stored nowhere
                        : who.requireFor("what is copied");
        StorePlace source = places.source(console);
        StorePlace target = places.target(console);
        FromToOption.requireTwo(source, target);
        try (OpenStore from = source.openReadOnly(console)) {
            RuleOptions.Rule rule = rules.namedOr(upcasts, from.events());
            try (OpenStore to = verifyOnly ? target.openReadOnly(console) : target.open(console)) {
                var copy =
                        new TransformedCopy(
                                from.events(),
                                to.events(),
                                rule.name(),
                                rule.transformation(),
                                act);
                return tell(copy, from.events().head(), target);
            }
        }
    }

    private int tell(TransformedCopy copy, long head, StorePlace target) {
        CopyReport report;
        Verification result;
        try (Progress progress = new Progress(head)) {
            report = verifyOnly ? null : copy.run(progress);
            result = report == null ? copy.verify(progress) : report.verification();
        }
        if (json) {
            console.out().line(json(report, result));
        } else {
            text(report, result, target);
        }
        return VerificationText.exitCode(result);
    }

    private void text(@Nullable CopyReport report, Verification result, StorePlace target) {
        if (report != null) {
            console.out()
                    .line(
                            "read %d events, appended %d, %d already there"
                                    .formatted(report.read(), report.appended(), report.known()));
        }
        VerificationText.tell(
                console,
                result,
                "compared %d events of the source with %d copied ones"
                        .formatted(result.read(), result.found()),
                target.shown() + " is %s what the transformation makes of the source:");
    }

    private static String json(@Nullable CopyReport report, Verification result) {
        JsonText text = new JsonText().beginObject();
        if (report != null) {
            text.name("read").number(report.read());
            text.name("appended").number(report.appended());
            text.name("known").number(report.known());
        }
        VerificationText.json(text, result);
        return text.endObject().toString();
    }

    /** First the copying is told, then the comparison, which begins again with low positions. */
    private final class Progress implements LongConsumer, AutoCloseable {
        private final long head;
        private ProgressLine line;
        private long last;

        Progress(long head) {
            this.head = head;
            this.line = new ProgressLine(console, verifyOnly ? "comparing" : "copying");
        }

        @Override
        public void accept(long position) {
            if (position < last) {
                line.clear();
                line = new ProgressLine(console, "comparing");
            }
            last = position;
            line.update(position, "events", position, head);
        }

        @Override
        public void close() {
            line.clear();
        }
    }
}
