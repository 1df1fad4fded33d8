package org.leftfold.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.leftfold.api.EventStore;
import org.leftfold.cli.intake.InputException;
import org.leftfold.framework.Leftfold;
import org.leftfold.framework.LeftfoldDomain;
import org.leftfold.framework.codec.EventCodec;
import org.leftfold.framework.repository.Repository;
import org.leftfold.framework.transform.Transformation;
import org.leftfold.framework.transform.TransformationProvider;
import picocli.CommandLine.Option;

/** What becomes of events, and where the code is that knows it. */
final class RuleOptions {
    /** The name under which a copy with {@code --upcast} is begun. */
    private static final String UPCAST = "upcast";

    @Option(
            names = "--classpath",
            required = true,
            paramLabel = "PATH",
            description = {
                "Jars and directories with the code of the application, separated as in",
                "a class path; its TransformationProvider, or for --upcast its LeftfoldDomain,",
                "is found as a service."
            })
    private String classpath = "";

    @Option(
            names = "--transformation",
            paramLabel = "NAME",
            description = "The transformation, as the application names it.")
    private @Nullable String name;

    /** A transformation with its name. */
    record Rule(String name, Transformation transformation) {}

    /** The rule that is named. */
    Rule named() {
        Map<String, Transformation> all = new TreeMap<>();
        for (TransformationProvider provider :
                ServiceLoader.load(TransformationProvider.class, Classpath.loader(classpath))) {
            all.putAll(provider.transformations());
        }
        if (all.isEmpty()) {
            throw notFound(TransformationProvider.class);
        }
        String wanted = name;
        Transformation found = wanted == null ? null : all.get(wanted);
        if (wanted == null || found == null) {
            throw InputException.because(
                    wanted == null
                            ? "say which transformation, with --transformation NAME; there are "
                                    + all.keySet()
                            : "there is no transformation '%s', but %s"
                                    .formatted(wanted, all.keySet()));
        }
        return new Rule(wanted, found);
    }

    /** The rule that is named, or what upcasters make of the events. */
    Rule namedOr(boolean upcasts, EventStore store) {
        if (upcasts && name != null) {
            throw InputException.because("--upcast and --transformation exclude each other");
        }
        return upcasts ? new Rule(UPCAST, upcasting(store)) : named();
    }

    private Transformation upcasting(EventStore store) {
        List<Repository<?, ?, ?>> all = new ArrayList<>();
        for (LeftfoldDomain domain :
                ServiceLoader.load(LeftfoldDomain.class, Classpath.loader(classpath))) {
            all.addAll(domain.repositories(Leftfold.on(store)));
        }
        if (all.isEmpty()) {
            throw notFound(LeftfoldDomain.class);
        }
        return Transformation.upcasting(stream -> {
            for (Repository<?, ?, ?> each : all) {
                if (each.owns(stream)) {
                    return Optional.<EventCodec<?>>of(each.codec());
                }
            }
            return Optional.empty();
        });
    }

    private InputException notFound(Class<?> service) {
        return InputException.because(
                "no %s was found in %s. Name it in a file META-INF/services/%s there"
                        .formatted(service.getSimpleName(), classpath, service.getName()));
    }
}
