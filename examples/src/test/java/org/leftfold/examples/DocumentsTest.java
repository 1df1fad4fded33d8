package org.leftfold.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * Holds the documents to the sources and to each other. Each test fails if it looked at nothing.
 */
class DocumentsTest {
    private static final int ARCHITECTURE_LINES = 300;
    private static final int ADR_LINES = 100; // two screens

    private static final Pattern CODE = Pattern.compile("LF-\\d{4}");
    private static final Pattern CODE_SECTION = Pattern.compile("(?m)^### (LF-\\d{4})\\b");
    private static final Pattern PROOF = Pattern.compile("`(\\w+)#(\\w+)`");
    private static final Pattern REQUIREMENT = Pattern.compile("^\\| ([RD]\\d+) \\|");
    private static final Pattern PROMISE = Pattern.compile("(?m)^## (G\\d+) ");
    private static final Pattern MACHINE_PATH =
            Pattern.compile(
                    "(?<![\\w.~])/(root|home|tmp|work|farm|mnt|opt|Users)/|\\b[A-Z]:\\\\\\w");

    @Test
    void every_link_leads_to_a_file_and_a_heading() throws IOException {
        List<String> broken = new ArrayList<>();
        int links = 0;
        for (Path document : documents()) {
            for (String target : Markdown.read(document).links()) {
                links++;
                if (!Markdown.leadsSomewhere(document, target)) {
                    broken.add(Repository.nameOf(document) + " -> " + target);
                }
            }
        }

        assertThat(links).as("relative links").isGreaterThan(10);
        assertThat(broken).isEmpty();
    }

    @Test
    void every_error_code_has_a_section_and_every_section_a_code() throws IOException {
        Set<String> inSources = new TreeSet<>();
        for (Path source : Repository.filesEndingIn(".java")) {
            if (Repository.nameOf(source)
                    .matches("(api|io|framework|testkit|engine|jdbc|cli)/src/main/.*")) {
                inSources.addAll(all(CODE, 0, Files.readString(source)));
            }
        }
        List<String> sections = all(CODE_SECTION, 1, read("docs/errors.md"));

        assertThat(inSources).as("codes in sources").isNotEmpty();
        assertThat(sections).as("sections of docs/errors.md").containsExactlyElementsOf(inSources);
    }

    @Test
    void every_promise_names_tests_that_exist() throws IOException {
        String text = read("docs/guarantees.md");
        List<Path> sources = Repository.filesEndingIn(".java");
        List<String> missing = new ArrayList<>();
        List<String> promises = all(PROMISE, 1, text);
        for (String promise : promises) {
            Matcher proof = PROOF.matcher(section(text, "## " + promise + " "));
            int proofs = 0;
            while (proof.find()) {
                proofs++;
                if (!hasMethod(sources, proof.group(1), proof.group(2))) {
                    missing.add(promise + ": " + proof.group());
                }
            }
            if (proofs == 0) {
                missing.add(promise + " names no test");
            }
        }

        assertThat(promises).as("promises").hasSize(10);
        assertThat(missing).isEmpty();
    }

    /** Each row of the table names a test that exists, or a document. */
    @Test
    void every_requirement_of_the_programming_model_names_tests_that_exist() throws IOException {
        List<Path> sources = Repository.filesEndingIn(".java");
        Set<String> rows = new TreeSet<>();
        List<String> missing = new ArrayList<>();
        for (String line : read("docs/requirements.md").lines().toList()) {
            Matcher row = REQUIREMENT.matcher(line);
            if (!row.find()) {
                continue;
            }
            rows.add(row.group(1));
            Matcher proof = PROOF.matcher(line);
            boolean named = line.contains("](");
            while (proof.find()) {
                named = true;
                if (!hasMethod(sources, proof.group(1), proof.group(2))) {
                    missing.add(row.group(1) + ": " + proof.group());
                }
            }
            if (!named) {
                missing.add(row.group(1) + " names no test");
            }
        }

        assertThat(missing).isEmpty();
        assertThat(rows).containsAll(requirements(1, 3)).containsAll(requirements(24, 39));
        assertThat(rows).containsAll(requirements(45, 55)).containsAll(requirements(70, 74));
        assertThat(rows).containsAll(requirements(76, 78)).containsAll(requirements(80, 90));
        assertThat(rows).containsAll(requirements(123, 128)).containsAll(requirements(130, 132));
        assertThat(rows).contains("R11", "R42", "R43", "R121", "D1", "D2", "D14", "D15");
    }

    private static List<String> requirements(int first, int last) {
        return IntStream.rangeClosed(first, last).mapToObj(number -> "R" + number).toList();
    }

    @Test
    void the_words_of_the_sources_are_in_the_vocabulary() throws IOException {
        String text = read("docs/vocabulary.md");
        for (String word :
                List.of(
                        "projection | 프로젝션",
                        "rehydration | 리하이드레이션",
                        "aggregate stream | 애그리거트 스트림",
                        "upcaster | 업캐스터",
                        "relay | 릴레이",
                        "event store | 이벤트 스토어")) {
            assertThat(text).contains("| " + word + " |");
        }
    }

    @Test
    void every_command_and_option_is_described() throws IOException {
        String text = read("docs/command.md");
        List<String> missing = new ArrayList<>();
        int names = 0;
        for (Path source : Repository.filesEndingIn(".java")) {
            if (!Repository.nameOf(source).matches("cli/src/main/.*(Command|Options?)\\.java")) {
                continue;
            }
            String code = Files.readString(source);
            names++;
            for (String command : all(Pattern.compile("(?m)^ +name = \"(\\w+)\""), 1, code)) {
                String heading = heading(Repository.nameOf(source), command);
                if (!command.equals("leftfold") && !text.contains("\n" + heading + "\n")) {
                    missing.add("section of " + command);
                }
            }
            for (String option : all(Pattern.compile("\"(--[a-z-]+)\""), 1, code)) {
                if (!text.contains("`" + option)) {
                    missing.add("option " + option);
                }
            }
        }

        assertThat(names).as("sources of commands").isGreaterThan(3);
        assertThat(missing).isEmpty();
    }

    /**
     * A command of a group, as its class says by its name, has its section inside of the group's.
     */
    private static String heading(String source, String command) {
        boolean isOfGroup = source.contains("/Projections") && !command.equals("projections");
        return isOfGroup ? "### projections " + command : "## " + command;
    }

    /** The build admits no library to the command but those that its pom lists. */
    @Test
    void the_notice_names_every_library_of_the_command() throws IOException {
        Pattern include =
                Pattern.compile("<include>(?!org\\.leftfold:)([\\w.-]+:[\\w.*-]+)</include>");
        List<String> libraries = all(include, 1, read("cli/pom.xml"));
        String notice = read("NOTICE");

        assertThat(libraries).as("libraries of the command").hasSizeGreaterThan(5);
        assertThat(libraries)
                .allSatisfy(name -> assertThat(notice).contains("  " + name.replace("*", "")));
    }

    @Test
    void no_document_names_a_path_of_one_machine() throws IOException {
        List<String> found = new ArrayList<>();
        int lines = 0;
        for (Path document : documents()) {
            for (String line : Files.readAllLines(document)) {
                lines++;
                if (MACHINE_PATH.matcher(line).find()) {
                    found.add(Repository.nameOf(document) + ": " + line);
                }
            }
        }

        assertThat(lines).as("lines of documents").isGreaterThan(100);
        assertThat(found).isEmpty();
    }

    @Test
    void documents_keep_their_sizes() throws IOException {
        assertThat(read("ARCHITECTURE.md").lines().count()).isLessThanOrEqualTo(ARCHITECTURE_LINES);
        List<Path> decisions =
                documents().stream()
                        .filter(document -> Repository.nameOf(document).startsWith("docs/adr/"))
                        .toList();

        assertThat(decisions).as("decisions").isNotEmpty();
        for (Path decision : decisions) {
            assertThat(Files.readAllLines(decision))
                    .as(Repository.nameOf(decision))
                    .hasSizeLessThanOrEqualTo(ADR_LINES);
        }
    }

    @Test
    void broken_links_and_paths_are_noticed() {
        Path readme = Repository.root().resolve("README.md");

        assertThat(Markdown.leadsSomewhere(readme, "docs/errors.md#lf-1001-a-text-is-no-name"))
                .isTrue();
        assertThat(Markdown.leadsSomewhere(readme, "docs/errors.md#nowhere")).isFalse();
        assertThat(Markdown.leadsSomewhere(readme, "docs/nothing.md")).isFalse();
        assertThat(MACHINE_PATH.matcher("see /home/anna/store").find()).isTrue();
        assertThat(MACHINE_PATH.matcher("see docs/home/store").find()).isFalse();
    }

    /** The documents at the root and below docs. */
    private static List<Path> documents() throws IOException {
        return Repository.filesEndingIn(".md").stream()
                .filter(file -> Repository.nameOf(file).matches("[^/]*|docs/.*"))
                .toList();
    }

    private static String read(String name) throws IOException {
        return Files.readString(Repository.root().resolve(name));
    }

    /** The text from a heading to the next one of its level. */
    private static String section(String text, String heading) {
        int begin = text.indexOf("\n" + heading) + 1;
        int end = text.indexOf("\n## ", begin);
        return end < 0 ? text.substring(begin) : text.substring(begin, end);
    }

    private static boolean hasMethod(List<Path> sources, String type, String method)
            throws IOException {
        for (Path source : sources) {
            if (source.endsWith(type + ".java")
                    && Files.readString(source).contains("void " + method + "(")) {
                return true;
            }
        }
        return false;
    }

    private static List<String> all(Pattern pattern, int group, String text) {
        return pattern.matcher(text).results().map(match -> match.group(group)).toList();
    }
}
