package org.leftfold.engine.process;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.leftfold.api.StoreUnavailableException;
import org.leftfold.engine.EmbeddedEventStore;

/**
 * Main program of a child JVM: opens the directory of each line that it is given, and keeps it open
 * until the next line. Answers {@value #WON}, or {@value #LOST} and the code of the refusal, or
 * {@value #CLOSED} to an empty line.
 */
final class OpenerChild {
    static final String WON = "won";
    static final String LOST = "lost ";
    static final String CLOSED = "closed";

    private OpenerChild() {}

    /** Without arguments. */
    public static void main(String[] arguments) throws IOException {
        PrintStream answers = System.out;
        BufferedReader orders =
                new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        EmbeddedEventStore open = null;
        for (String line = orders.readLine(); line != null; line = orders.readLine()) {
            if (open != null) {
                open.close();
                open = null;
            }
            if (line.isEmpty()) {
                answers.println(CLOSED);
                continue;
            }
            try {
                open = EmbeddedEventStore.open(Path.of(line));
                answers.println(WON);
            } catch (StoreUnavailableException e) {
                answers.println(LOST + e.code());
            }
        }
    }
}
