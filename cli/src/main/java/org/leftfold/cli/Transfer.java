package org.leftfold.cli;

import org.leftfold.api.Backup;
import org.leftfold.cli.store.OpenStore;
import org.leftfold.cli.terminal.Console;
import org.leftfold.cli.terminal.ProgressLine;

/** Brings the history of one store into another one, whatever kinds they are. For one thread. */
final class Transfer {
    private final Console console;
    private final String what;

    /** A transfer; {@code what} it does is told while it runs. */
    Transfer(Console console, String what) {
        this.console = console;
        this.what = what;
    }

    /**
     * Takes over what the other store has not yet; gives how many events that were.
     *
     * @throws org.leftfold.api.InvalidRequestException if that store holds something else (LF-1011)
     */
    long run(OpenStore from, OpenStore to) {
        long head = from.events().head();
        ProgressLine progress = new ProgressLine(console, what);
        try (Backup history = from.admin().backup()) {
            return to.admin()
                    .restore(
                            history,
                            position -> progress.update(position, "events", position, head));
        } finally {
            progress.clear();
        }
    }
}
