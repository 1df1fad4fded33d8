package org.leftfold.benchmarks.framework;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Figures of several contenders that take turns in rounds. Ratios are within a round, to the first
 * contender; the table has the medians.
 */
final class Turns {
    private final String title;
    private final String unit;
    private final Map<String, List<Double>> figures = new LinkedHashMap<>();

    Turns(String title, String unit) {
        this.title = title;
        this.unit = unit;
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

    void print(PrintStream out) {
        String first = figures.keySet().iterator().next();
        out.printf(Locale.ROOT, "%n%s%n", title);
        out.printf(Locale.ROOT, "  %-34s %26s %12s%n", "", unit, "to the first");
        figures.forEach((name, values) -> {
            double low = values.stream().mapToDouble(Double::doubleValue).min().orElse(0);
            double high = values.stream().mapToDouble(Double::doubleValue).max().orElse(0);
            out.printf(
                    Locale.ROOT,
                    "  %-34s %,10.1f [%,.1f-%,.1f] %10.2f%n",
                    name,
                    median(name),
                    low,
                    high,
                    ratio(name, first));
        });
    }
}
