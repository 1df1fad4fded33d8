package org.leftfold.cli;

import java.util.ArrayList;
import java.util.List;
import org.leftfold.api.EventStore;
import org.leftfold.api.StreamName;
import org.leftfold.cli.intake.InputException;
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
    Repository<?, ?, ?> repository(EventStore store) {
        StreamName name = stream();
        List<String> categories = new ArrayList<>();
        for (LeftfoldDomain domain : application.domains()) {
            for (Repository<?, ?, ?> each : domain.repositories(Leftfold.on(store))) {
                if (each.owns(name)) {
                    return each;
                }
                categories.add(each.category());
            }
        }
        throw InputException.because(
                "the stream '%s' belongs to no category of the application, which has %s"
                        .formatted(name, categories));
    }
}
