package org.leftfold.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.util.List;
import org.leftfold.api.IncompatibleStoreException;
import org.leftfold.api.IntegrityException;
import org.leftfold.api.InvalidRequestException;
import org.leftfold.api.LeftfoldException;
import org.leftfold.api.StoreUnavailableException;
import org.leftfold.cli.intake.InputException;
import org.leftfold.cli.store.Secrets;
import org.leftfold.cli.terminal.Console;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** Turns what went wrong into one clean message and an exit code. */
final class Errors implements IParameterExceptionHandler, IExecutionExceptionHandler {
    /** The code of a server whose settings lose data. */
    private static final String LOSES_DATA = "LF-3010";

    private final Console console;

    Errors(Console console) {
        this.console = console;
    }

    @Override
    public int handleParseException(ParameterException mistake, String[] args) {
        CommandLine command = mistake.getCommandLine();
        Secrets secrets = Secrets.of(console.environment(), List.of(args));
        String text =
                mistake instanceof UnmatchedArgumentException unknown
                        ? text(unknown, command)
                        : String.valueOf(mistake.getMessage());
        tell(secrets.mask(text));
        console.err().line("Try: " + command.getCommandSpec().qualifiedName() + " --help");
        return ExitCode.USER_MISTAKE;
    }

    /** What is not known, and what is known that is written much like it. */
    private static String text(UnmatchedArgumentException unknown, CommandLine command) {
        CommandSpec spec = command.getCommandSpec();
        String written = unknown.getUnmatched().getFirst();
        if (unknown.isUnknownOption()) {
            String name = written.split("=", 2)[0];
            List<String> similar = Nearest.to(name, spec.optionsMap().keySet());
            return "%s has no option '%s'%s"
                    .formatted(
                            spec.qualifiedName(),
                            name,
                            similar.isEmpty() ? "" : Nearest.question(similar));
        }
        if (!spec.subcommands().isEmpty()) {
            List<String> similar = Nearest.to(written, spec.subcommands().keySet());
            String group = spec.parent() == null ? "" : spec.name() + " ";
            return "there is no command '%s%s'%s"
                    .formatted(group, written, similar.isEmpty() ? "" : Nearest.question(similar));
        }
        return "%s takes no '%s' here".formatted(spec.qualifiedName(), written);
    }

    @Override
    public int handleExecutionException(
            Exception error, CommandLine command, ParseResult parseResult) {
        if (console.out().isReaderGone()) {
            return ExitCode.OK; // As behind "| head": the reader has what it wanted.
        }
        if (error instanceof ParameterException mistake) {
            return handleParseException(mistake, arguments(parseResult));
        }
        LeftfoldCommand root = (LeftfoldCommand) command.getCommandSpec().root().userObject();
        int exitCode = exitCode(error);
        Secrets secrets = Secrets.of(console.environment(), List.of(arguments(parseResult)));
        tell(secrets.mask(text(error, exitCode)));
        if (root.isDebug()) {
            StringWriter trace = new StringWriter();
            error.printStackTrace(new PrintWriter(trace));
            console.err().text(secrets.mask(trace.toString()));
        } else if (exitCode == ExitCode.UNEXPECTED) {
            console.err().line("Run it as 'leftfold --debug ...' to see where that was.");
        }
        return exitCode;
    }

    private static String[] arguments(ParseResult parsed) {
        return parsed.originalArgs().toArray(String[]::new);
    }

    private void tell(String text) {
        console.out().flush();
        console.err().line("leftfold: " + text);
    }

    private static int exitCode(Exception error) {
        return switch (error) {
            case InvalidRequestException e -> ExitCode.USER_MISTAKE;
            case IntegrityException e -> ExitCode.DAMAGED;
            case StoreUnavailableException e -> ExitCode.STORE_UNAVAILABLE;
            case IncompatibleStoreException e -> ExitCode.STORE_UNAVAILABLE;
            case NoSuchFileException e -> ExitCode.USER_MISTAKE;
            case AccessDeniedException e -> ExitCode.USER_MISTAKE;
            case InvalidPathException e -> ExitCode.USER_MISTAKE;
            default -> ExitCode.UNEXPECTED;
        };
    }

    /** Drivers have texts of several lines. */
    private static String inOneLine(LeftfoldException error) {
        return String.valueOf(error.getMessage()).replaceAll("\\s*\\R\\s*", " ");
    }

    private static String text(Exception error, int exitCode) {
        return switch (error) {
            case InputException e -> e.plainText();
            case LeftfoldException e when e.code().equals(LOSES_DATA) ->
                    inOneLine(e) + " For this command, that is the option --accept-loss.";
            case StoreUnavailableException e -> inOneLine(e);
            case IncompatibleStoreException e -> inOneLine(e);
            case LeftfoldException e -> String.valueOf(e.getMessage());
            case NoSuchFileException e -> e.getFile() + ": there is no such file";
            case AccessDeniedException e -> e.getFile() + ": you are not allowed to use it";
            case FileSystemException e -> String.valueOf(e.getMessage());
            case IOException e -> "reading or writing failed: " + e.getMessage();
            case UncheckedIOException e -> String.valueOf(e.getMessage());
            default ->
                    exitCode == ExitCode.USER_MISTAKE
                            ? String.valueOf(error.getMessage())
                            : "something unexpected happened: " + error;
        };
    }
}
