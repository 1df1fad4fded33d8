package org.leftfold.cli.terminal;

import java.io.InputStream;
import java.util.Map;
import org.leftfold.io.TimeSource;

/**
 * Where a command reads and writes.
 *
 * @param in the standard input
 * @param out results
 * @param err progress, remarks and errors
 * @param style colours of {@code out}
 * @param columns width of the terminal, or of a line of text where there is none
 * @param time the clocks, for rates and progress
 * @param environment the environment variables
 */
public record Console(
        InputStream in,
        Output out,
        Output err,
        Style style,
        int columns,
        TimeSource time,
        Map<String, String> environment) {
    /** Width of a line where no terminal says how wide it is. */
    public static final int DEFAULT_COLUMNS = 160;
}
