package org.leftfold.benchmarks.framework;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A part of the table: figures of several contenders that take turns in rounds. Ratios are within a
 * round, to the first contender; the table has the medians.
 */
final class Turns {
    private static final int NAME_CHARS = 44;

    /** Below this, two decimals would show nothing. */
    private static final double SMALL_RATIO = 0.1;

    private final String title;
    private final Map<String, List<Double>> figures = new LinkedHashMap<>();

    /** A part whose title says what is measured, and its unit. */
    Turns(String title) {
        this.title = title;
    }

    void add(String contender, double figure) {
        figures.computeIfAbsent(contender, name -> new ArrayList<>()).add(figure);
    }

    /** The median ratio of a contender to another one. */
    double ratio(String contender, String other) {
        List<Double> some = figures.getOrDefault(contender, List.of());
        List<Double> others = figures.getOrDefault(other, List.of());
        double[] ratios = new double[some.size()];
        for (int i = 0; i < ratios.length; i++) {
            ratios[i] = some.get(i) / others.get(i);
        }
        return median(ratios);
    }

    double median(String contender) {
        return median(
                figures.getOrDefault(contender, List.of()).stream()
                        .mapToDouble(Double::doubleValue)
                        .toArray());
    }

    private static double median(double[] values) {
        Arrays.sort(values);
        return values.length == 0 ? Double.NaN : values[values.length / 2];
    }

    /** The line above all parts. */
    static void printHead(PrintStream out) {
        String head = "%-" + NAME_CHARS + "s %12s %23s %12s%n";
        out.printf(Locale.ROOT, "%n" + head, "", "median", "[min-max]", "to the first");
    }

    void print(PrintStream out) {
        String first = figures.keySet().iterator().next();
        out.printf(Locale.ROOT, "%s%n", title);
        figures.forEach((name, values) -> {
            double low = values.stream().mapToDouble(Double::doubleValue).min().orElse(0);
            double high = values.stream().mapToDouble(Double::doubleValue).max().orElse(0);
            double ratio = ratio(name, first);
            out.printf(
                    Locale.ROOT,
                    "%-" + NAME_CHARS + "s %,12.1f %23s %12s%n",
                    "  " + name,
                    median(name),
                    "[%,.1f-%,.1f]".formatted(low, high),
                    ratio < SMALL_RATIO
                            ? String.format(Locale.ROOT, "%.2g", ratio)
                            : String.format(Locale.ROOT, "%.2f", ratio));
        });
    }
}
