package org.leftfold.examples.counts;

import static org.leftfold.framework.repository.CommandOptions.by;

import java.util.function.Consumer;
import org.leftfold.api.EventStore;
import org.leftfold.examples.counts.CountCommand.ApproveCountRequestCommand;
import org.leftfold.examples.counts.CountCommand.RejectCountRequestCommand;
import org.leftfold.examples.counts.CountCommand.UpdateCountRequestCommand;
import org.leftfold.framework.Leftfold;

/** A count is updated twice, once with success; then somebody asks how it came to be. */
public final class CountStory {
    private CountStory() {}

    /** Tells the story on a store. */
    public static void run(EventStore store, Consumer<String> say) {
        var counts = Leftfold.on(store).repository("count", Count.class);

        counts.handle("bolts", new UpdateCountRequestCommand(10, 3), by("ada").because("counted"));
        counts.update("bolts", new ApproveCountRequestCommand(), by("bob").because("checked"));
        counts.update("bolts", new UpdateCountRequestCommand(7, 4), by("eve").because("guessed"));
        counts.update("bolts", new RejectCountRequestCommand(), by("bob").because("not counted"));

        for (var change : counts.history("bolts").changesOf("count")) {
            say.accept(
                    "version %d by %s, %s: %s"
                            .formatted(
                                    change.version(),
                                    change.actor().orElse("nobody"),
                                    change.reason().orElse("for no reason"),
                                    change.change()));
        }
    }
}
