package org.leftfold.examples;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnitAccess;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;

/**
 * The rules of {@link ArchitectureTest}. Their names of classes are texts: a rule needs no
 * dependency of its own.
 */
final class ArchitectureRules {
    private static final String ROOT = "org.leftfold.";

    static final ArchRule NO_CYCLES = slices().matching(ROOT + "(**)").should().beFreeOfCycles();

    static final ArchRule NO_FILES_OUTSIDE_IO =
            touchesFilesIn("api", "framework", "engine", "testkit", "jdbc");

    static final ArchRule NO_HIDDEN_CLOCK_OR_CHANCE =
            classes()
                    .that()
                    .resideInAPackage(ROOT + ".")
                    .should(new UseOnlyAllowedCalls())
                    .because(
                            "a run must be repeatable: time and chance come in through org.leftfold.io");

    static final ArchRule ONLY_PROGRAMS_PRINT =
            noClasses()
                    .that()
                    .resideInAnyPackage(
                            packages("api", "io", "framework", "testkit", "engine", "jdbc"))
                    .should()
                    .accessField(System.class, "out")
                    .orShould()
                    .accessField(System.class, "err")
                    .because("a library returns or throws its text; only the command prints");

    static final ArchRule ONLY_KNOWN_EXCEPTIONS =
            classes()
                    .that()
                    .resideInAPackage(ROOT + ".")
                    .and()
                    .areAssignableTo(Throwable.class)
                    .should()
                    .beAssignableTo(ROOT + "api.LeftfoldException")
                    .orShould()
                    .beAssignableTo(IllegalArgumentException.class)
                    .orShould()
                    .beAssignableTo(IllegalStateException.class)
                    .orShould()
                    .beAssignableTo(IndexOutOfBoundsException.class)
                    .orShould()
                    .beAssignableTo(UnsupportedOperationException.class)
                    .orShould()
                    .beAssignableTo(IOException.class) // checked: none leaves the contract unseen
                    .because("a caller sorts errors by the five categories of LeftfoldException");

    private ArchitectureRules() {}

    /** Begins the rule of one module: {@code module("engine").mayUse("api", "io")}. */
    static Part module(String name) {
        return new Part(name);
    }

    /**
     * Begins the rule of one package and all below: {@code
     * part("engine.log").mustNotUse("engine.index")}.
     */
    static Part part(String name) {
        return new Part(name);
    }

    /** One package of ours with all below it, named without the root. */
    record Part(String name) {
        ArchRule mayUse(String... others) {
            String[] allowed =
                    Stream.concat(Stream.of(name), Stream.of(others))
                            .map(other -> ROOT + other + "..")
                            .toArray(String[]::new);
            DescribedPredicate<JavaClass> foreign =
                    resideInAPackage(ROOT + ".")
                            .and(DescribedPredicate.not(resideInAnyPackage(allowed)));
            return noClasses()
                    .that()
                    .resideInAPackage(ROOT + name + "..")
                    .should()
                    .dependOnClassesThat(foreign)
                    .as("module " + name + " uses, of ours, only " + List.of(allowed))
                    .because(
                            "arrows never point back: move the shared part down, or hand it in through an interface");
        }

        ArchRule mustNotUse(String... others) {
            return noClasses()
                    .that()
                    .resideInAPackage(ROOT + name + "..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(packages(others))
                    .because(
                            "recovery knows index knows log: the lower part is told what it needs");
        }
    }

    /** Path as a type is fine; opening, listing and renaming belongs to org.leftfold.io. */
    static ArchRule touchesFilesIn(String... modules) {
        return noClasses()
                .that()
                .resideInAnyPackage(packages(modules))
                .should()
                .dependOnClassesThat()
                .haveNameMatching(
                        "java\\.nio\\.file\\.Files|java\\.nio\\.channels\\.\\w*File\\w*"
                                + "|java\\.io\\.(RandomAccessFile|File|File\\w*Stream|FileReader|FileWriter)")
                .because("files are known to org.leftfold.io only: use its Directory and DataFile");
    }

    /** The packages with classes that lack the annotation. */
    static List<String> packagesWithoutNullMarked(JavaClasses classes) {
        return classes.getPackage("org.leftfold").getSubpackagesInTree().stream()
                .filter(one -> !one.getClasses().isEmpty())
                .filter(one -> !one.isAnnotatedWith("org.jspecify.annotations.NullMarked"))
                .map(JavaPackage::getName)
                .sorted()
                .toList();
    }

    private static String[] packages(String... names) {
        return Stream.of(names).map(name -> ROOT + name + "..").toArray(String[]::new);
    }

    /**
     * A call that hides a clock, a wait or chance, and the classes (a pattern) where it is at home.
     */
    private record Hidden(String call, String homes) {
        private static final String SYSTEM =
                "org\\.leftfold\\.(io|framework\\.(privacy|projection|repository)|jdbc\\.sql)\\.System\\w*";
        private static final String EVENT_ID = "org\\.leftfold\\.api\\.EventId";
        private static final String COMMAND = "org\\.leftfold\\.cli\\..*";

        /** Where an application begins: what it takes there, it hands on. */
        private static final String ENTRY = "org\\.leftfold\\.examples\\.privacy\\.ClinicDomain";

        static final List<Hidden> ALL =
                List.of(
                        new Hidden("java\\.time\\.\\w+\\.now", SYSTEM + "|" + EVENT_ID),
                        new Hidden("java\\.time\\.Clock\\.(system|tick)\\w*", SYSTEM),
                        new Hidden("java\\.lang\\.System\\.nanoTime", SYSTEM + "|" + COMMAND),
                        new Hidden("java\\.lang\\.System\\.currentTimeMillis", SYSTEM),
                        new Hidden("java\\.lang\\.Thread\\.sleep", SYSTEM),
                        new Hidden("java\\.util\\.concurrent\\.TimeUnit\\.sleep", SYSTEM),
                        new Hidden("java\\.lang\\.Math\\.random", SYSTEM),
                        new Hidden("java\\.util\\.Random\\.<init>", SYSTEM),
                        new Hidden("java\\.util\\.SplittableRandom\\.<init>", SYSTEM),
                        new Hidden("java\\.util\\.UUID\\.randomUUID", SYSTEM),
                        new Hidden(
                                "java\\.util\\.concurrent\\.ThreadLocalRandom\\.current", SYSTEM),
                        new Hidden(
                                "java\\.security\\.SecureRandom\\.<init>",
                                SYSTEM + "|" + EVENT_ID + "|" + ENTRY));

        boolean isBrokenBy(JavaCodeUnitAccess<?> access) {
            String called = access.getTargetOwner().getFullName() + "." + access.getName();
            boolean seeded =
                    called.endsWith("Random.<init>")
                            && !access.getTarget().getRawParameterTypes().isEmpty();
            return called.matches(call)
                    && !seeded
                    && !access.getOriginOwner().getFullName().matches(homes);
        }
    }

    private static final class UseOnlyAllowedCalls extends ArchCondition<JavaClass> {
        UseOnlyAllowedCalls() {
            super("take time and chance from a TimeSource, an EntropySource or a seed");
        }

        @Override
        public void check(JavaClass type, ConditionEvents events) {
            for (JavaCodeUnitAccess<?> access : type.getCodeUnitAccessesFromSelf()) {
                if (Hidden.ALL.stream().anyMatch(hidden -> hidden.isBrokenBy(access))) {
                    events.add(SimpleConditionEvent.violated(access, access.getDescription()));
                }
            }
        }
    }
}
