package org.leftfold.examples;

import com.sun.source.tree.AnnotationTree;
import com.sun.source.tree.CatchTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.LineMap;
import com.sun.source.tree.MemberSelectTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.SourcePositions;
import com.sun.source.util.TreeScanner;
import com.sun.source.util.Trees;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.jspecify.annotations.Nullable;

/**
 * The rules of {@link TidyTest} for one source. Sees the syntax tree, so words inside of strings do
 * not count.
 */
final class TidyRules extends TreeScanner<@Nullable Void, @Nullable Void> {
    static final int FILE_LINES = 500;
    private static final int METHOD_LINES = 70;
    private static final int PARAMETERS = 7;

    private static final Pattern LOOSE_END =
            Pattern.compile("\\b(TO" + "DO|FIX" + "ME|XX" + "X)\\b");

    /**
     * Programs print; some are started by a test as a process of its own, and talk to it that way.
     */
    private static final Pattern PROGRAM =
            Pattern.compile(
                    "(cli|benchmarks|examples/src/main)/.*|\\w+/src/test/.*/(LockHolder|\\w+Child)\\.java");

    private final String path;
    private final String source;
    private final CompilationUnitTree unit;
    private final SourcePositions positions;
    private final List<String> complaints = new ArrayList<>();

    private TidyRules(
            String path, String source, CompilationUnitTree unit, SourcePositions positions) {
        this.path = path;
        this.source = source;
        this.unit = unit;
        this.positions = positions;
    }

    /**
     * Checks one source.
     *
     * @param path the file, from the root of the repository, with slashes
     * @return one text for each place that breaks a rule: place, finding, colon, advice
     */
    static List<String> check(String path, String source) {
        List<String> complaints = new ArrayList<>();
        int lines = (int) source.lines().count();
        if (lines > FILE_LINES) {
            complaints.add(
                    path
                            + " "
                            + lines
                            + " lines: at most "
                            + FILE_LINES
                            + ", give a part of it its own type");
        }
        Matcher looseEnd = LOOSE_END.matcher(source);
        while (looseEnd.find()) {
            long line = 1 + source.substring(0, looseEnd.start()).lines().count();
            complaints.add(
                    path
                            + ":"
                            + line
                            + " "
                            + looseEnd.group()
                            + ": do it now, or write an issue and no comment");
        }
        complaints.addAll(checkSyntax(path, source));
        return complaints;
    }

    private static List<String> checkSyntax(String path, String source) {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        DiagnosticCollector<JavaFileObject> problems = new DiagnosticCollector<>();
        JavacTask task =
                (JavacTask)
                        compiler.getTask(
                                new StringWriter(),
                                null,
                                problems,
                                List.of("-proc:none"),
                                null,
                                List.of(new Source(source)));
        List<String> complaints = new ArrayList<>();
        try {
            for (CompilationUnitTree unit : task.parse()) {
                TidyRules rules =
                        new TidyRules(
                                path, source, unit, Trees.instance(task).getSourcePositions());
                rules.scan(unit, null);
                complaints.addAll(rules.complaints);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        if (problems.getDiagnostics().stream()
                .anyMatch(p -> p.getKind() == Diagnostic.Kind.ERROR)) {
            complaints.add(path + " cannot be parsed: let the compiler tell why");
        }
        return complaints;
    }

    @Override
    public @Nullable Void visitMethod(MethodTree method, @Nullable Void nothing) {
        LineMap map = unit.getLineMap();
        long first = map.getLineNumber(positions.getStartPosition(unit, method));
        long last = map.getLineNumber(positions.getEndPosition(unit, method));
        long lines = last - first + 1;
        if (lines > METHOD_LINES) {
            complain(
                    method,
                    method.getName() + "() has " + lines + " lines",
                    "at most 70, name a part of it");
        }
        int parameters = method.getParameters().size();
        if (parameters > PARAMETERS && !isCompact(method)) {
            complain(
                    method,
                    method.getName() + "() has " + parameters + " parameters",
                    "at most 7, make a record");
        }
        return super.visitMethod(method, null);
    }

    /** Whether it is the compact constructor of a record, which writes no parameters of its own. */
    private boolean isCompact(MethodTree method) {
        if (!method.getName().contentEquals("<init>") || method.getBody() == null) {
            return false;
        }
        int from = (int) positions.getStartPosition(unit, method);
        int body = (int) positions.getStartPosition(unit, method.getBody());
        return source.substring(from, body).indexOf('(') < 0;
    }

    @Override
    public @Nullable Void visitAnnotation(AnnotationTree annotation, @Nullable Void nothing) {
        String name = annotation.getAnnotationType().toString();
        if (name.equals("Disabled") || name.endsWith(".Disabled")) {
            complain(annotation, "@Disabled", "repair the test or delete it");
        }
        return super.visitAnnotation(annotation, null);
    }

    @Override
    public @Nullable Void visitMemberSelect(MemberSelectTree select, @Nullable Void nothing) {
        String name = select.toString();
        if (name.equals("Thread.sleep")) {
            complain(
                    select, name, "wait for the event itself: a latch, a future, the manual clock");
        }
        if (name.equals("System.out") && !PROGRAM.matcher(path).matches()) {
            complain(
                    select,
                    name,
                    "return the text, or put it into the message of an assertion or exception");
        }
        return super.visitMemberSelect(select, null);
    }

    @Override
    public @Nullable Void visitCatch(CatchTree caught, @Nullable Void nothing) {
        String type = caught.getParameter().getType().toString();
        if (caught.getBlock().getStatements().isEmpty() && type.matches("Exception|Throwable")) {
            complain(
                    caught,
                    "empty catch of " + type,
                    "catch what you expect, or keep it as a cause");
        }
        return super.visitCatch(caught, null);
    }

    private void complain(Tree place, String finding, String advice) {
        long line = unit.getLineMap().getLineNumber(positions.getStartPosition(unit, place));
        complaints.add(path + ":" + line + " " + finding + ": " + advice);
    }

    private static final class Source extends SimpleJavaFileObject {
        private final String text;

        Source(String text) {
            super(URI.create("string:///Source.java"), Kind.SOURCE);
            this.text = text;
        }

        @Override
        public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return text;
        }
    }
}
