package org.leftfold.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.leftfold.cli.Command.leftfold;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.leftfold.engine.EmbeddedEventStore;
import org.leftfold.framework.Leftfold;
import org.leftfold.framework.LeftfoldDomain;
import org.leftfold.framework.projection.ProjectionsBuilder;
import org.leftfold.framework.repository.Repository;

/** Mistakes in the class path of an application are told in one line. */
class ClassPathTest {
    private static final List<List<String>> COMMANDS =
            List.of(
                    List.of("state", "crate-1"),
                    List.of("history", "crate-1"),
                    List.of("projections", "status"));

    @TempDir Path folder;

    /** Needs a jar that is not there. */
    public static final class Incomplete implements LeftfoldDomain {
        @Override
        public List<Repository<?, ?, ?>> repositories(Leftfold leftfold) {
            throw new NoClassDefFoundError("com/shop/Money"); // as the JVM does
        }

        @Override
        public Optional<ProjectionsBuilder> projections(Leftfold leftfold) {
            throw new NoClassDefFoundError("com/shop/Money");
        }
    }

    /** Cannot be made. */
    public static final class Failing implements LeftfoldDomain {
        /** Has no settings. */
        public Failing() {
            throw new IllegalStateException("no settings");
        }

        @Override
        public List<Repository<?, ?, ?>> repositories(Leftfold leftfold) {
            return List.of();
        }
    }

    @BeforeEach
    void fill() {
        try (EmbeddedEventStore events = EmbeddedEventStore.open(folder.resolve("store"))) {
            Weighing.append(events, 2, 10, 20);
        }
    }

    private void isTold(String domain, String text) throws IOException {
        Path services = folder.resolve("application/META-INF/services");
        Files.createDirectories(services);
        Files.writeString(services.resolve(LeftfoldDomain.class.getName()), domain + "\n");
        for (List<String> command : COMMANDS) {
            List<Object> all = new ArrayList<>(command);
            all.addAll(List.of("--store", folder.resolve("store")));
            all.addAll(List.of("--classpath", folder.resolve("application")));
            Command.Result result = leftfold(all.toArray());
            assertThat(result.err()).as(command.toString()).isEqualTo("leftfold: " + text + "\n");
            assertThat(result.exitCode()).isEqualTo(ExitCode.USER_MISTAKE);
            all.addFirst("--debug");
            assertThat(leftfold(all.toArray()).err()).contains("\tat ");
        }
    }

    @Test
    void a_domain_that_is_not_there_is_named() throws IOException {
        isTold(
                "com.shop.Domain",
                "--classpath: META-INF/services/org.leftfold.framework.LeftfoldDomain names what"
                        + " cannot be used: com.shop.Domain not found");
    }

    @Test
    void a_class_that_is_no_domain_is_named() throws IOException {
        isTold(
                ClassPathTest.class.getName(),
                "--classpath: META-INF/services/org.leftfold.framework.LeftfoldDomain names what"
                        + " cannot be used: org.leftfold.cli.ClassPathTest not a subtype");
    }

    @Test
    void a_domain_that_cannot_be_made_says_why() throws IOException {
        isTold(
                Failing.class.getName(),
                "--classpath: META-INF/services/org.leftfold.framework.LeftfoldDomain names what"
                        + " cannot be used: org.leftfold.cli.ClassPathTest$Failing could not be"
                        + " instantiated: java.lang.IllegalStateException: no settings");
    }

    @Test
    void a_jar_that_is_missing_is_told_by_the_class_that_is_needed() throws IOException {
        isTold(
                Incomplete.class.getName(),
                "--classpath: the code of the application needs the class com.shop.Money, which is"
                        + " not there: add its jar or directory; DIR/* are all jars of DIR");
    }
}
