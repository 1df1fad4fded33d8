package org.leftfold.examples.loans;

import java.time.DayOfWeek;
import java.time.Duration;
import java.time.LocalDate;
import java.time.temporal.TemporalAdjusters;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.leftfold.framework.codec.JsonFormat;
import org.leftfold.framework.projection.Rows;

/**
 * What the views say, put together: rows are read, no events. Immutable.
 *
 * @param applications how many applications there are
 * @param events how many events
 * @param funnel how many applications have come to each stage
 * @param stages how many are at each stage now
 * @param timeToDecision how many were decided within each of these times, and not within the one
 *     before
 * @param medians half of the decisions of each kind took no longer
 * @param submittedByWeek how many were submitted in each week, under its Monday
 * @param employees what each employee did, the busiest first
 * @param withoutEmployee how many events name nobody
 */
public record LoanReport(
        long applications,
        long events,
        Map<String, Long> funnel,
        Map<String, Long> stages,
        Map<String, Long> timeToDecision,
        Map<String, String> medians,
        Map<String, Long> submittedByWeek,
        Map<String, Workload> employees,
        long withoutEmployee) {
    /** The activities that lead down the funnel, each once for an application. */
    private static final Map<String, String> FUNNEL = funnelActivities();

    private static final Map<String, Duration> TIMES = times();
    private static final String LONGER = "longer";

    private static Map<String, String> funnelActivities() {
        Map<String, String> activities = new LinkedHashMap<>();
        activities.put("submitted", "A_SUBMITTED");
        activities.put("preaccepted", "A_PREACCEPTED");
        activities.put("accepted", "A_ACCEPTED");
        activities.put("finalized", "A_FINALIZED");
        activities.put("approved", "A_APPROVED");
        activities.put("declined", "A_DECLINED");
        activities.put("cancelled", "A_CANCELLED");
        return activities;
    }

    private static Map<String, Duration> times() {
        Map<String, Duration> times = new LinkedHashMap<>();
        times.put("1 minute", Duration.ofMinutes(1));
        times.put("1 hour", Duration.ofHours(1));
        times.put("1 day", Duration.ofDays(1));
        times.put("1 week", Duration.ofDays(7));
        times.put("2 weeks", Duration.ofDays(14));
        times.put("30 days", Duration.ofDays(30));
        times.put("60 days", Duration.ofDays(60));
        return times;
    }

    /** From the views as they are now. */
    static LoanReport of(
            Rows<Application> applications,
            Rows<Activity> activities,
            Rows<Workload> workloads,
            Rows<Day> days) {
        Map<String, Long> counts = new TreeMap<>();
        activities.stream().forEach(row -> counts.put(row.key(), row.row().events()));
        Map<Stage, Long> stages = new EnumMap<>(Stage.class);
        Map<Stage, List<Duration>> decided = new EnumMap<>(Stage.class);
        applications.stream()
                .map(Rows.Entry::row)
                .forEach(row -> {
                    stages.merge(row.stage(), 1L, Long::sum);
                    row.timeToDecision()
                            .ifPresent(time ->
                                    decided.computeIfAbsent(row.stage(), stage -> new ArrayList<>())
                                            .add(time));
                });
        Map<String, Workload> employees = employees(workloads);
        Workload nobody = employees.remove(Loans.NOBODY);
        return new LoanReport(
                stages.values().stream().mapToLong(Long::longValue).sum(),
                counts.values().stream().mapToLong(Long::longValue).sum(),
                funnel(counts),
                named(stages),
                histogram(decided.values().stream().flatMap(List::stream).toList()),
                medians(decided),
                weeks(days),
                employees,
                nobody == null ? 0 : nobody.events());
    }

    /** The funnel as it was in the evening of a day, by the calendar of the bank. */
    static Map<String, Long> funnelOn(LocalDate evening, Rows<Day> days) {
        Map<String, Long> counts = new TreeMap<>();
        days.stream()
                .filter(row -> !LocalDate.parse(row.key()).isAfter(evening))
                .forEach(row ->
                        row.row()
                                .events()
                                .forEach((name, count) -> counts.merge(name, count, Long::sum)));
        return funnel(counts);
    }

    private static Map<String, Long> funnel(Map<String, Long> counts) {
        Map<String, Long> funnel = new LinkedHashMap<>();
        FUNNEL.forEach((stage, activity) -> funnel.put(stage, counts.getOrDefault(activity, 0L)));
        return funnel;
    }

    private static Map<String, Long> named(Map<Stage, Long> stages) {
        Map<String, Long> named = new LinkedHashMap<>();
        stages.forEach((stage, count) -> named.put(Loans.text(stage), count));
        return named;
    }

    private static Map<String, Long> histogram(List<Duration> decided) {
        Map<String, Long> counts = new LinkedHashMap<>();
        TIMES.keySet().forEach(time -> counts.put(time, 0L));
        counts.put(LONGER, 0L);
        decided.forEach(time -> counts.merge(within(time), 1L, Long::sum));
        return counts;
    }

    private static String within(Duration time) {
        return TIMES.entrySet().stream()
                .filter(each -> time.compareTo(each.getValue()) <= 0)
                .map(Map.Entry::getKey)
                .findFirst()
                .orElse(LONGER);
    }

    private static Map<String, String> medians(Map<Stage, List<Duration>> decided) {
        Map<String, String> medians = new LinkedHashMap<>();
        decided.forEach((stage, times) -> {
            Collections.sort(times);
            medians.put(Loans.text(stage), text(times.get((times.size() - 1) / 2)));
        });
        return medians;
    }

    /** With the one or two units that matter. */
    static String text(Duration time) {
        if (time.toDays() > 0) {
            return String.format(Locale.ROOT, "%d d %d h", time.toDays(), time.toHoursPart());
        }
        if (time.toHours() > 0) {
            return String.format(Locale.ROOT, "%d h %d min", time.toHours(), time.toMinutesPart());
        }
        return time.toMinutes() > 0
                ? String.format(Locale.ROOT, "%d min %d s", time.toMinutes(), time.toSecondsPart())
                : time.toSeconds() + " s";
    }

    private static Map<String, Long> weeks(Rows<Day> days) {
        TreeMap<LocalDate, Long> weeks = new TreeMap<>();
        days.stream()
                .forEach(row ->
                        weeks.merge(
                                monday(LocalDate.parse(row.key())),
                                row.row().count("A_SUBMITTED"),
                                Long::sum));
        Map<String, Long> all = new LinkedHashMap<>(); // with those in which nothing happened
        for (LocalDate week = weeks.isEmpty() ? null : weeks.firstKey();
                week != null && !week.isAfter(weeks.lastKey());
                week = week.plusWeeks(1)) {
            all.put(week.toString(), weeks.getOrDefault(week, 0L));
        }
        return all;
    }

    private static LocalDate monday(LocalDate day) {
        return day.with(TemporalAdjusters.previousOrSame(DayOfWeek.MONDAY));
    }

    private static Map<String, Workload> employees(Rows<Workload> workloads) {
        Comparator<Rows.Entry<Workload>> busiest =
                Comparator.comparingLong(row -> -row.row().timesStarted());
        return workloads.stream()
                .sorted(busiest.thenComparing(Rows.Entry::key))
                .collect(
                        Collectors.toMap(
                                Rows.Entry::key,
                                Rows.Entry::row,
                                (one, other) -> one,
                                LinkedHashMap::new));
    }

    /** All of it as JSON, in one line. */
    String toJson() {
        return JsonFormat.ofFields().write(this).asText();
    }

    /** All of it as pictures. */
    List<String> toLines(Chart chart) {
        List<String> lines = new ArrayList<>();
        lines.add(
                "%s applications, %s events"
                        .formatted(Chart.number(applications), Chart.number(events)));
        add(lines, "How far they came", chart.bars(funnel));
        add(lines, "Where they are now", chart.bars(stages));
        if (!submittedByWeek.isEmpty()) {
            String first = submittedByWeek.keySet().iterator().next();
            long most = Collections.max(submittedByWeek.values());
            add(
                    lines,
                    "Submitted in a week, from %s on, %s at most"
                            .formatted(first, Chart.number(most)),
                    chart.sparkline(List.copyOf(submittedByWeek.values())));
        }
        add(lines, "Time to decision, at most", chart.bars(timeToDecision));
        medians.forEach((stage, time) -> lines.add("  half of the %s: %s".formatted(stage, time)));
        Map<String, Long> busiest = new LinkedHashMap<>();
        employees.entrySet().stream()
                .limit(10)
                .forEach(each -> busiest.put(each.getKey(), each.getValue().timesStarted()));
        add(
                lines,
                "Pieces of work begun, the busiest of %d employees".formatted(employees.size()),
                chart.bars(busiest));
        lines.add("  %s events name nobody".formatted(Chart.number(withoutEmployee)));
        return lines;
    }

    private static void add(List<String> lines, String title, List<String> picture) {
        lines.add("");
        lines.add(title);
        lines.addAll(picture);
    }
}
