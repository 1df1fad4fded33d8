package org.leftfold.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.leftfold.cli.demo.CrashingWriter;
import org.leftfold.cli.terminal.Console;
import org.leftfold.cli.terminal.Output;
import org.leftfold.cli.terminal.Style;
import org.leftfold.io.Machine;
import org.leftfold.io.TimeSource;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;

/** Runs one {@code leftfold} command. */
public final class Main {
    /** Set by the launcher: which of 1 (standard output) and 2 (standard error) are terminals. */
    private static final String TERMINALS = "LEFTFOLD_TERMINALS";

    /** Set by the launcher: how wide the terminal is. */
    private static final String COLUMNS = "LEFTFOLD_COLUMNS";

    private static final int MIN_COLUMNS = 40;

    private Main() {}

    /** The program: ends the JVM with the exit code of the command. */
    public static void main(String[] args) {
        Console console = systemConsole(System.in, System.getenv());
        if (args.length == 2 && args[0].equals(CrashingWriter.ARGUMENT)) {
            CrashingWriter.run(Path.of(args[1]), console.out());
            return;
        }
        int exitCode = run(args, console);
        System.exit(exitCode);
    }

    private static Console systemConsole(InputStream in, Map<String, String> environment) {
        String terminals = environment.getOrDefault(TERMINALS, "");
        boolean isPlain =
                !environment.getOrDefault("NO_COLOR", "").isEmpty()
                        || environment.getOrDefault("TERM", "").equals("dumb");
        Output out = new Output(new FileOutputStream(FileDescriptor.out), terminals.contains("1"));
        Output err = new Output(new FileOutputStream(FileDescriptor.err), terminals.contains("2"));
        Style style = out.isTerminal() && !isPlain ? Style.COLOURED : Style.PLAIN;
        TimeSource time = Machine.system(Path.of("")).time();
        return new Console(in, out, err, style, columns(environment, out), time, environment);
    }

    private static int columns(Map<String, String> environment, Output out) {
        String columns = environment.getOrDefault(COLUMNS, "");
        if (!out.isTerminal() || !columns.matches("[0-9]{1,4}")) {
            return Console.DEFAULT_COLUMNS;
        }
        return Math.max(MIN_COLUMNS, Integer.parseInt(columns));
    }

    /** Runs a command in this process; its exit code. */
    public static int run(String[] args, Console console) {
        try {
            int exitCode = commandLine(console).execute(args);
            console.out().flush();
            console.err().flush();
            return exitCode;
        } catch (UncheckedIOException e) {
            // The last words could not be written: nobody is left to be told.
            return console.out().isReaderGone() ? ExitCode.OK : ExitCode.UNEXPECTED;
        }
    }

    private static CommandLine commandLine(Console console) {
        Errors errors = new Errors(console);
        CommandLine line = new CommandLine(new LeftfoldCommand());
        line.getCommandSpec().usageMessage().footer(LeftfoldCommand.FOOTER);
        for (Object command :
                List.of(
                        new DemoCommand(console),
                        new ImportCommand(console),
                        new ReadCommand(console),
                        new TailCommand(console),
                        new StatsCommand(console),
                        new StreamsCommand(console),
                        new StateCommand(console),
                        new HistoryCommand(console),
                        ProjectionsCommand.withCommands(console),
                        new VerifyCommand(console),
                        new ReindexCommand(console),
                        new ExportCommand(console),
                        new BackupCommand(console),
                        new RestoreCommand(console),
                        new CopyCommand(console),
                        new TransformCommand(console),
                        new SplitCommand(console),
                        new MergeCommand(console),
                        new TruncateCommand(console),
                        new DeleteCommand(console),
                        new ScavengeCommand(console),
                        new BenchCommand(console))) {
            line.addSubcommand(command);
        }
        return line.setOut(writer(console.out()))
                .setErr(writer(console.err()))
                .setColorScheme(
                        CommandLine.Help.defaultColorScheme(
                                console.style() == Style.COLOURED ? Ansi.ON : Ansi.OFF))
                .setUsageHelpWidth(Math.clamp(console.columns(), 80, 100))
                .setExpandAtFiles(false)
                .setExecutionStrategy(new ApplicationFault())
                .setParameterExceptionHandler(errors)
                .setExecutionExceptionHandler(errors);
    }

    private static PrintWriter writer(Output output) {
        return new PrintWriter(output, true, StandardCharsets.UTF_8);
    }
}
