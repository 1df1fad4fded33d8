package org.leftfold.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Reads every Java source of the repository and holds it to the rules of the style guide that need
 * no compiler: sizes, loose ends, waiting, printing, swallowed errors. A message says what to do
 * instead.
 */
class TidyTest {
    @Test
    void every_source_of_the_repository_is_tidy() throws IOException {
        List<Path> files = Repository.filesEndingIn(".java");
        assertThat(files).as("Java files of the repository").hasSizeGreaterThan(10);

        List<String> complaints = new ArrayList<>();
        for (Path file : files) {
            complaints.addAll(TidyRules.check(Repository.nameOf(file), Files.readString(file)));
        }

        assertThat(complaints).isEmpty();
    }

    @Test
    void a_long_file_is_named() {
        String source = "class Long {}\n" + "\n".repeat(TidyRules.FILE_LINES);

        assertThat(check("engine/Long.java", source)).containsExactly("501 lines");
    }

    @Test
    void a_long_method_is_named() {
        String source = "class A {\n  void f() {\n" + "g();\n".repeat(69) + "}\n  void g() {}\n}\n";

        assertThat(check("engine/A.java", source)).containsExactly("f() has 71 lines");
    }

    @Test
    void too_many_parameters_are_named() {
        String source =
                "class A { void f(int a, int b, int c, int d, int e, int g, int h, int i) {} }";

        assertThat(check("engine/A.java", source)).containsExactly("f() has 8 parameters");
    }

    @Test
    void a_compact_constructor_has_no_parameters_of_its_own() {
        String eight = "int a, int b, int c, int d, int e, int f, int g, int h";
        String record = "record A(%s) {\n    A%s {}\n}\n";
        assertThat(check("engine/A.java", record.formatted(eight, ""))).isEmpty();
        assertThat(check("engine/A.java", record.formatted(eight, "(%s)".formatted(eight))))
                .containsExactly("<init>() has 8 parameters");
    }

    @Test
    void loose_ends_are_named() {
        String mark = "TO" + "DO";
        String source = "// " + mark + ": finish\nclass A {\n@Disabled @Test void f() {}\n}\n";

        assertThat(check("engine/A.java", source)).containsExactlyInAnyOrder(mark, "@Disabled");
    }

    @Test
    void waiting_by_the_clock_is_named() {
        String source = "class A { void f() throws Exception { Thread.sleep(1); } }";

        assertThat(check("engine/A.java", source)).containsExactly("Thread.sleep");
    }

    @Test
    void printing_is_for_programs_only() {
        String source = "class A { void f() { System.out.println(\"System.out\"); } }";

        assertThat(check("engine/src/main/java/A.java", source)).containsExactly("System.out");
        assertThat(check("cli/src/main/java/A.java", source)).isEmpty();
        assertThat(check("benchmarks/src/main/java/A.java", source)).isEmpty();
    }

    @Test
    void a_swallowed_error_is_named() {
        String swallowed = "class A { void f() { try { g(); } catch (Exception e) { /* no */ } } }";
        String narrow = "class A { void f() { try { g(); } catch (IOException e) { } } }";

        assertThat(check("engine/A.java", swallowed)).containsExactly("empty catch of Exception");
        assertThat(check("engine/A.java", narrow)).isEmpty();
    }

    @Test
    void a_file_that_is_no_java_is_named() {
        assertThat(check("engine/A.java", "class {")).containsExactly("cannot be parsed");
    }

    /** What was found, without the place before it and the advice behind it. */
    private static List<String> check(String path, String source) {
        return TidyRules.check(path, source).stream()
                .map(text -> text.substring(text.indexOf(' ') + 1, text.indexOf(": ")))
                .toList();
    }
}
