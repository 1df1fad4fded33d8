package org.leftfold.cli;

import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** What somebody may have meant who wrote something that there is not. Stateless. */
final class Nearest {
    /** More is a list to read instead of an answer. */
    private static final int MAX_NAMED = 3;

    /** Slips of the fingers; more of them make another word. */
    private static final int MAX_SLIPS = 2;

    private Nearest() {}

    /** The known names that are most like the one that was written, all equally so; at most 3. */
    static List<String> to(String written, Collection<String> known) {
        record Candidate(String name, int distance) {}
        List<Candidate> all =
                known.stream().map(name -> new Candidate(name, distance(written, name))).toList();
        int least = all.stream().mapToInt(Candidate::distance).min().orElse(Integer.MAX_VALUE);
        if (least > Math.min(MAX_SLIPS, written.length() / 2)) {
            return List.of();
        }
        return all.stream()
                .filter(candidate -> candidate.distance == least)
                .map(Candidate::name)
                .limit(MAX_NAMED)
                .toList();
    }

    /** {@code . Did you mean 'read'?} */
    static String question(List<String> names) {
        return names.stream().collect(Collectors.joining("' or '", ". Did you mean '", "'?"));
    }

    /** How many slips lie between two names; the other case, or a category left out, is one. */
    private static int distance(String written, String name) {
        String wanted = written.toLowerCase(Locale.ROOT);
        String known = name.toLowerCase(Locale.ROOT);
        if (known.equals(wanted) || known.endsWith("-" + wanted)) {
            return 1;
        }
        return Math.abs(written.length() - name.length()) > MAX_SLIPS
                ? Integer.MAX_VALUE
                : slips(written, name);
    }

    /** Letters left out, added, or wrong, and neighbours swapped (optimal string alignment). */
    private static int slips(String a, String b) {
        int[][] cost = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            for (int j = 0; j <= b.length(); j++) {
                if (i == 0 || j == 0) {
                    cost[i][j] = i + j;
                    continue;
                }
                boolean isSame = a.charAt(i - 1) == b.charAt(j - 1);
                int least = cost[i - 1][j - 1] + (isSame ? 0 : 1);
                least = Math.min(least, Math.min(cost[i - 1][j], cost[i][j - 1]) + 1);
                boolean isSwapped =
                        i > 1
                                && j > 1
                                && a.charAt(i - 1) == b.charAt(j - 2)
                                && a.charAt(i - 2) == b.charAt(j - 1);
                cost[i][j] = isSwapped ? Math.min(least, cost[i - 2][j - 2] + 1) : least;
            }
        }
        return cost[a.length()][b.length()];
    }
}
