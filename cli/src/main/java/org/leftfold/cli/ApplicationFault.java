package org.leftfold.cli;

import java.util.ServiceConfigurationError;
import org.jspecify.annotations.Nullable;
import org.leftfold.cli.intake.InputException;
import picocli.CommandLine;
import picocli.CommandLine.ExecutionException;
import picocli.CommandLine.IExecutionStrategy;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.RunLast;

/**
 * Runs a command, and says in one line what is wrong with the class path of an application: Java
 * tells that by errors, at any moment at which code of the application runs. Stateless.
 */
final class ApplicationFault implements IExecutionStrategy {
    private static final String SERVICES = "META-INF/services/";

    @Override
    public int execute(ParseResult parsed) {
        try {
            return new RunLast().execute(parsed);
        } catch (LinkageError | ServiceConfigurationError e) {
            CommandLine command = parsed.asCommandLineList().getLast();
            if (!command.getCommandSpec().optionsMap().containsKey("--classpath")) {
                throw e; // it is the command itself that is broken
            }
            InputException mistake = InputException.because("--classpath: " + text(e));
            mistake.addSuppressed(e); // --debug shows it
            throw new ExecutionException(command, e.toString(), mistake);
        }
    }

    private static String text(Error error) {
        String said = String.valueOf(error.getMessage());
        return switch (error) {
            case ServiceConfigurationError e -> service(said, e.getCause());
            case UnsupportedClassVersionError e ->
                    "a class was compiled for a newer Java than this one, which runs the command:"
                            + " %s. LEFTFOLD_JAVA names another Java".formatted(said);
            case NoClassDefFoundError e when !said.contains(" ") ->
                    ("the code of the application needs the class %s, which is not there: add its"
                                    + " jar or directory; DIR/* are all jars of DIR")
                            .formatted(said.replace('/', '.'));
            case ExceptionInInitializerError e ->
                    "a class of the application cannot be loaded: " + e.getCause();
            default ->
                    "classes do not fit together, as where a jar is there in another version: "
                            + error;
        };
    }

    /** {@code SERVICE: Provider CLASS not found}, or {@code SERVICE: FILE:LINE: ...}. */
    private static String service(String said, @Nullable Throwable cause) {
        int colon = said.indexOf(": ");
        String where = colon < 0 ? "a file there" : SERVICES + said.substring(0, colon);
        String what = (colon < 0 ? said : said.substring(colon + 2)).replaceFirst("^Provider ", "");
        return "%s names what cannot be used: %s%s"
                .formatted(where, what, cause == null ? "" : ": " + cause);
    }
}
