package org.leftfold.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import org.leftfold.api.EventStore;
import org.leftfold.api.StreamName;
import org.leftfold.cli.intake.InputException;
import org.leftfold.framework.Leftfold;
import org.leftfold.framework.LeftfoldDomain;
import org.leftfold.framework.repository.Repository;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** A stream, and where the code of the application is that knows what its events mean. */
final class DomainOption {
    /** For the end of the help. */
    static final String WHAT_A_DOMAIN_IS =
            """
            The domain is a public class of yours that implements org.leftfold.framework.LeftfoldDomain and
            gives the repositories of your application; a file on the class path has its name:
            META-INF/services/org.leftfold.framework.LeftfoldDomain. A complete one: docs/command.md#state\
            """;

    @Parameters(paramLabel = "STREAM", description = "The stream, such as locker-L7.")
    private String stream = "";

    @Option(
            names = "--classpath",
            required = true,
            paramLabel = "PATH",
            description = {
                "Jars and directories with the code of the application, separated as in",
                "a class path, and with its LeftfoldDomain; see below."
            })
    private String classpath = "";

    /** The stream that is named. */
    StreamName stream() {
        return new StreamName(stream);
    }

    /** The repository that the stream belongs to. */
    Repository<?, ?, ?> repository(EventStore store) {
        StreamName name = stream();
        List<String> categories = new ArrayList<>();
        ClassLoader loader = Classpath.loader(classpath);
        for (LeftfoldDomain domain : ServiceLoader.load(LeftfoldDomain.class, loader)) {
            for (Repository<?, ?, ?> each : domain.repositories(Leftfold.on(store))) {
                if (each.owns(name)) {
                    return each;
                }
                categories.add(each.category());
            }
        }
        throw InputException.because(
                categories.isEmpty()
                        ? ("no LeftfoldDomain was found in %s. Name it in a file"
                                        + " META-INF/services/%s there")
                                .formatted(classpath, LeftfoldDomain.class.getName())
                        : "the stream '%s' belongs to no category of the application, which has %s"
                                .formatted(name, categories));
    }
}
