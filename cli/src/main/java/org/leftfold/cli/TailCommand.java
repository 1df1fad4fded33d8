package org.leftfold.cli;

import java.util.concurrent.Callable;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.leftfold.api.Checkpoint;
import org.leftfold.api.EventHandler;
import org.leftfold.api.EventStore;
import org.leftfold.api.FollowRequest;
import org.leftfold.api.RecordedEvent;
import org.leftfold.api.Subscription;
import org.leftfold.cli.intake.InputException;
import org.leftfold.cli.store.OpenStore;
import org.leftfold.cli.terminal.Console;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Shows events as they are appended. */
@Command(
        name = "tail",
        sortOptions = false,
        description = "Show events as they are appended, by any process, until you press Ctrl-C.",
        footer = {
            "",
            "Without a filter every event is shown.",
            "",
            "Examples:",
            "  leftfold tail --store loans",
            "  leftfold tail --store loans --category bpic2012 --type A_APPROVED --json",
            "  leftfold tail --store loans bpic2012-173688 --from-start"
        })
final class TailCommand implements Callable<Integer> {
    private final Console console;

    @Mixin private StoreOption store = new StoreOption();
    @Mixin private FilterOptions filter = new FilterOptions();

    @Option(names = "--from-start", description = "First show the events that are there already.")
    private boolean fromStart;

    @Option(names = "--limit", paramLabel = "N", description = "End after N events.")
    private long limit = Long.MAX_VALUE;

    @Option(names = "--json", description = "One JSON object a line.")
    private boolean json;

    TailCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        if (filter.isContradiction()) {
            throw InputException.because("--all means every event: leave out it or the filters");
        }
        if (limit <= 0) {
            return ExitCode.OK;
        }
        try (OpenStore opened = store.openReadOnly(console)) {
            filter.doubt(opened)
                    .ifPresent(doubt -> console.err().line("note, for it may come: " + doubt));
            follow(opened.events());
        }
        return ExitCode.OK;
    }

    private void follow(EventStore events) {
        EventPrinter printer = new EventPrinter(console, json);
        AtomicLong left = new AtomicLong(limit);
        CountDownLatch done = new CountDownLatch(1);
        EventHandler handler =
                new EventHandler() {
                    private boolean hasSaid;

                    @Override
                    public void handle(RecordedEvent event) {
                        if (left.get() > 0) {
                            printer.print(event);
                            console.out().flush();
                            if (left.decrementAndGet() == 0) {
                                done.countDown();
                            }
                        }
                    }

                    @Override
                    public void caughtUp(Checkpoint checkpoint) {
                        if (!hasSaid && left.get() > 0) {
                            hasSaid = true;
                            console.err().line("waiting for events; Ctrl-C ends it");
                            console.err().flush();
                        }
                    }
                };
        FollowRequest request =
                fromStart
                        ? FollowRequest.fromStart(filter.query())
                        : FollowRequest.fromNow(filter.query());
        try (Subscription subscription = events.follow(request, handler)) {
            var ended = subscription.completion().whenComplete((none, error) -> done.countDown());
            done.await();
            if (left.get() > 0) {
                ended.join();
            }
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // Whoever runs us wants an end.
        }
    }
}
