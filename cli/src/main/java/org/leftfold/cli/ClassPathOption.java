package org.leftfold.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import org.leftfold.cli.intake.InputException;
import org.leftfold.framework.LeftfoldDomain;
import picocli.CommandLine.Option;

/** Where the code of the application is that knows what its events mean. */
final class ClassPathOption {
    /** For the end of the help. */
    static final String WHAT_A_DOMAIN_IS =
            """
            The domain is a public class of yours that implements org.leftfold.framework.LeftfoldDomain and
            gives the repositories of your application; a file on the class path has its name:
            META-INF/services/org.leftfold.framework.LeftfoldDomain. A complete one: docs/command.md#state\
            """;

    @Option(
            names = "--classpath",
            required = true,
            paramLabel = "PATH",
            description = {
                "Jars and directories with the code of the application, separated as in",
                "a class path, and with its LeftfoldDomain; DIR/* are all jars of DIR. See below."
            })
    private String classpath = "";

    /**
     * The domains of the application.
     *
     * @throws InputException if there is none
     */
    List<LeftfoldDomain> domains() {
        List<LeftfoldDomain> domains = new ArrayList<>();
        ServiceLoader.load(LeftfoldDomain.class, Classpath.loader(classpath)).forEach(domains::add);
        if (domains.isEmpty()) {
            throw InputException.because(
                    ("no LeftfoldDomain was found in %s. Name it in a file"
                                    + " META-INF/services/%s there")
                            .formatted(classpath, LeftfoldDomain.class.getName()));
        }
        return domains;
    }
}
