package org.leftfold.cli;

import java.util.ArrayList;
import java.util.List;
import org.leftfold.api.EventStore;
import org.leftfold.api.StreamName;
import org.leftfold.cli.intake.InputException;
import org.leftfold.cli.store.OpenStore;
import org.leftfold.framework.Leftfold;
import org.leftfold.framework.LeftfoldDomain;
import org.leftfold.framework.repository.Repository;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** A stream, and the application that knows what its events mean. */
final class DomainOption {
    @Parameters(paramLabel = "STREAM", description = "The stream, such as locker-L7.")
    private String stream = "";

    @Mixin private ClassPathOption application = new ClassPathOption();

    /** The stream that is named. */
    StreamName stream() {
        return new StreamName(stream);
    }

    /** The repository that the stream belongs to. */
    Repository<?, ?, ?> repository(OpenStore opened) {
        StreamName name = stream();
        List<Repository<?, ?, ?>> all = new ArrayList<>();
        for (LeftfoldDomain domain : application.domains()) {
            for (Repository<?, ?, ?> each : domain.repositories(Leftfold.on(opened.events()))) {
                if (each.owns(name)) {
                    return each;
                }
                all.add(each);
            }
        }
        List<String> categories = all.stream().<String>map(Repository::category).toList();
        List<String> similar = meant(opened.events(), all);
        if (similar.isEmpty()) {
            similar = KnownStreams.similar(opened, name);
        }
        throw InputException.because(
                "the stream '%s' belongs to no category of the application, which has %s%s"
                        .formatted(
                                name,
                                categories,
                                similar.isEmpty() ? "" : Nearest.question(similar)));
    }

    /** Streams that are there if what was written is an id without its category. */
    private List<String> meant(EventStore events, List<Repository<?, ?, ?>> all) {
        return all.stream()
                .map(each -> each.category() + "-" + stream)
                .filter(name -> events.version(new StreamName(name)) > 0)
                .toList();
    }
}
