package org.leftfold.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.leftfold.examples.ArchitectureRules.NO_CYCLES;
import static org.leftfold.examples.ArchitectureRules.NO_FILES_OUTSIDE_IO;
import static org.leftfold.examples.ArchitectureRules.NO_HIDDEN_CLOCK_OR_CHANCE;
import static org.leftfold.examples.ArchitectureRules.ONLY_KNOWN_EXCEPTIONS;
import static org.leftfold.examples.ArchitectureRules.ONLY_PROGRAMS_PRINT;
import static org.leftfold.examples.ArchitectureRules.module;
import static org.leftfold.examples.ArchitectureRules.packagesWithoutNullMarked;
import static org.leftfold.examples.ArchitectureRules.part;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.RandomAccessFile;
import java.time.Instant;
import java.util.Random;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.leftfold.api.EventId;

/**
 * Holds the compiled modules to the directions of ARCHITECTURE.md. Each rule fails if it looked at
 * nothing.
 */
class ArchitectureTest {
    private static final JavaClasses PRODUCTION =
            new ClassFileImporter()
                    .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                    .importPackages("org.leftfold");

    @Test
    void api_and_io_know_no_other_module() {
        module("api").mayUse().check(PRODUCTION);
        module("io").mayUse().check(PRODUCTION);
    }

    @Test
    void the_framework_knows_the_contract_only() {
        module("framework").mayUse("api").check(PRODUCTION);
    }

    @Test
    void the_engine_knows_api_and_io_only_and_the_testkit_the_framework_too() {
        module("testkit").mayUse("api", "io", "framework").check(PRODUCTION);
        module("engine").mayUse("api", "io").check(PRODUCTION);
    }

    @Test
    void the_stores_in_databases_know_the_contract_only() {
        module("jdbc").mayUse("api").check(PRODUCTION);
        part("jdbc.sql").mustNotUse("jdbc.event", "jdbc.read", "jdbc.append").check(PRODUCTION);
        part("jdbc.read").mustNotUse("jdbc.append", "jdbc.admin").check(PRODUCTION);
    }

    @Test
    void the_command_knows_the_engine_but_not_the_testkit() {
        module("cli").mayUse("api", "io", "framework", "engine", "jdbc").check(PRODUCTION);
    }

    @Test
    void the_servers_of_tests_know_no_other_module() {
        module("servers").mayUse().check(PRODUCTION);
    }

    @Test
    void packages_form_no_cycle() {
        NO_CYCLES.check(PRODUCTION);
    }

    @Test
    void inside_the_engine_recovery_knows_index_knows_log() {
        part("engine.log").mustNotUse("engine.index", "engine.recovery").check(PRODUCTION);
        part("engine.index").mustNotUse("engine.recovery").check(PRODUCTION);
    }

    @Test
    void only_io_and_programs_touch_files() {
        NO_FILES_OUTSIDE_IO.check(PRODUCTION);
    }

    @Test
    void time_and_chance_come_from_outside() {
        NO_HIDDEN_CLOCK_OR_CHANCE.check(PRODUCTION);
    }

    @Test
    void only_programs_print() {
        ONLY_PROGRAMS_PRINT.check(PRODUCTION);
    }

    @Test
    void exceptions_are_ours_or_argument_and_state_errors() {
        ONLY_KNOWN_EXCEPTIONS.check(PRODUCTION);
    }

    @Test
    void every_package_is_null_marked() {
        assertThat(PRODUCTION).as("imported classes").isNotEmpty();
        assertThat(packagesWithoutNullMarked(PRODUCTION))
                .as("add a package-info.java with @NullMarked")
                .isEmpty();
    }

    @Test
    void the_rules_bite() {
        JavaClasses bad = new ClassFileImporter().importClasses(Bad.class, BadException.class);

        assertThat(NO_HIDDEN_CLOCK_OR_CHANCE.evaluate(bad).getFailureReport().getDetails())
                .hasSize(3)
                .anyMatch(text -> text.contains("Instant.now"))
                .anyMatch(text -> text.contains("System.nanoTime"))
                .anyMatch(text -> text.contains("Random.<init>"));
        assertThat(ONLY_KNOWN_EXCEPTIONS.evaluate(bad).hasViolation()).isTrue();
        assertThat(module("examples").mayUse().evaluate(bad).hasViolation()).isTrue();
        assertThat(module("examples").mayUse("api").evaluate(bad).hasViolation()).isFalse();
        assertThat(ArchitectureRules.touchesFilesIn("examples").evaluate(bad).hasViolation())
                .isTrue();
    }

    /** Breaks several rules at once. */
    static final class Bad {
        final Supplier<Instant> clock = Instant::now;
        final Random random = new Random();

        long now(EventId id, RandomAccessFile file) {
            return System.nanoTime() + id.hashCode() + file.hashCode();
        }
    }

    /** Neither ours nor an argument or state error. */
    static final class BadException extends RuntimeException {
        private static final long serialVersionUID = 1;
    }
}
