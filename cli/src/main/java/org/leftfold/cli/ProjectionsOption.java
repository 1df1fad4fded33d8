package org.leftfold.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.leftfold.api.EventStore;
import org.leftfold.cli.intake.InputException;
import org.leftfold.cli.store.OpenStore;
import org.leftfold.cli.terminal.Console;
import org.leftfold.framework.Leftfold;
import org.leftfold.framework.LeftfoldDomain;
import org.leftfold.framework.projection.Projection;
import org.leftfold.framework.projection.Projections;
import org.leftfold.framework.projection.ProjectionsBuilder;
import picocli.CommandLine.Mixin;

/** A store, and the application whose projections are built from it. */
final class ProjectionsOption {
    /** For the end of the help. */
    static final String WHAT_PROJECTIONS_ARE =
            """
            The projections, and the place of their views, are those that your
            LeftfoldDomain gives, whose name stands on the class path in
            META-INF/services/org.leftfold.framework.LeftfoldDomain.
            A complete one: docs/command.md#projections\
            """;

    @Mixin private StoreOption store = new StoreOption();

    @Mixin private ClassPathOption application = new ClassPathOption();

    /** Opens the store for reading, also while another process writes to it. */
    Opened open(Console console) {
        List<LeftfoldDomain> domains = application.domains();
        ClassLoader before = Thread.currentThread().getContextClassLoader();
        Opened opened = new Opened(store.openReadOnly(console), before);
        try {
            // drivers and what else is looked for by name are on the class path of the application
            Thread.currentThread()
                    .setContextClassLoader(domains.getFirst().getClass().getClassLoader());
            Leftfold leftfold = Leftfold.on(opened.store.events());
            for (LeftfoldDomain domain : domains) {
                domain.projections(leftfold).ifPresent(opened::take);
            }
            if (opened.builders.isEmpty()) {
                throw InputException.because(
                        "the application has no projections: projections(...) of %s gives none"
                                .formatted(domains.getFirst().getClass().getName()));
            }
            return opened;
        } catch (RuntimeException | Error e) {
            opened.close();
            throw e;
        }
    }

    /** The projections of an application. For one thread. */
    static final class Opened implements AutoCloseable {
        private final OpenStore store;
        private final ClassLoader loaderBefore;
        private final Map<String, ProjectionsBuilder> builders = new LinkedHashMap<>();
        private final Map<ProjectionsBuilder, Projections> managed = new LinkedHashMap<>();
        private final ProjectionRemarks remarks = new ProjectionRemarks();

        Opened(OpenStore store, ClassLoader loaderBefore) {
            this.store = store;
            this.loaderBefore = loaderBefore;
        }

        private void take(ProjectionsBuilder builder) {
            builder.listener(remarks);
            for (Projection<?> projection : builder.projections()) {
                builders.put(projection.name(), builder);
            }
        }

        /** What was noticed while something was done. */
        ProjectionRemarks remarks() {
            return remarks;
        }

        /** The store that they are built from. */
        EventStore events() {
            return store.events();
        }

        /** All of them. */
        List<Projection<?>> all() {
            List<Projection<?>> all = new ArrayList<>();
            builders.values().stream()
                    .distinct()
                    .forEach(builder -> all.addAll(builder.projections()));
            return all;
        }

        /**
         * Those among which one is, to be looked after.
         *
         * @throws InputException if there is none of that name
         */
        Projections managing(String name) {
            return managed.computeIfAbsent(builder(name), ProjectionsBuilder::manage);
        }

        /** The same, to work on its rebuild; the caller's to close. */
        Projections rebuilding(String name) {
            return builder(name).rebuilding(name);
        }

        private ProjectionsBuilder builder(String name) {
            ProjectionsBuilder builder = builders.get(name);
            if (builder == null) {
                List<String> similar = Nearest.to(name, builders.keySet());
                throw InputException.because(
                        "there is no projection '%s'%s"
                                .formatted(
                                        name,
                                        similar.isEmpty()
                                                ? "; there are: "
                                                        + String.join(", ", builders.keySet())
                                                : Nearest.question(similar)));
            }
            return builder;
        }

        @Override
        public void close() {
            try (store) {
                managed.values().forEach(Projections::close);
            } finally {
                Thread.currentThread().setContextClassLoader(loaderBefore);
            }
        }
    }
}
