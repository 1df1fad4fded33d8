package org.leftfold.testkit.scenario;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Compares two lists of events so that one missing event is told as one missing event, and not as
 * all later ones being others. Used by one thread.
 */
final class EventLists {
    private static final int NONE = -1;

    private final List<?> expected;
    private final List<?> came;
    private final boolean[][] alike;
    private final int[] partnerOfExpected;
    private final int[] partnerOfCame;

    private EventLists(List<?> expected, List<?> came) {
        this.expected = expected;
        this.came = came;
        this.alike = new boolean[expected.size()][came.size()];
        for (int i = 0; i < expected.size(); i++) {
            for (int j = 0; j < came.size(); j++) {
                alike[i][j] = Differences.alike(expected.get(i), came.get(j));
            }
        }
        this.partnerOfExpected = new int[expected.size()];
        this.partnerOfCame = new int[came.size()];
        Arrays.fill(partnerOfExpected, NONE);
        Arrays.fill(partnerOfCame, NONE);
    }

    /** One text for each difference; none if the lists are alike. */
    static List<String> differences(List<?> expected, List<?> came) {
        EventLists lists = new EventLists(expected, came);
        lists.matchInOrder();
        return lists.describe();
    }

    /** The longest common subsequence are the events that came as expected. */
    private void matchInOrder() {
        int[][] longest = new int[expected.size() + 1][came.size() + 1];
        for (int i = expected.size() - 1; i >= 0; i--) {
            for (int j = came.size() - 1; j >= 0; j--) {
                longest[i][j] =
                        alike[i][j]
                                ? 1 + longest[i + 1][j + 1]
                                : Math.max(longest[i + 1][j], longest[i][j + 1]);
            }
        }
        int i = 0;
        int j = 0;
        while (i < expected.size() && j < came.size()) {
            if (alike[i][j]) {
                match(i++, j++);
            } else if (longest[i + 1][j] >= longest[i][j + 1]) {
                i++;
            } else {
                j++;
            }
        }
    }

    private void match(int i, int j) {
        partnerOfExpected[i] = j;
        partnerOfCame[j] = i;
    }

    private List<String> describe() {
        List<List<String>> ofExpected = new ArrayList<>();
        for (int i = 0; i < expected.size(); i++) {
            ofExpected.add(partnerOfExpected[i] == NONE ? elsewhere(i) : List.of());
        }
        List<String> all = new ArrayList<>();
        for (int i = 0; i < expected.size(); i++) {
            all.addAll(partnerOfExpected[i] == NONE ? changedOrMissing(i) : ofExpected.get(i));
        }
        for (int j = 0; j < came.size(); j++) {
            if (partnerOfCame[j] == NONE) {
                all.add("event %d was not expected: %s".formatted(j + 1, Texts.show(came.get(j))));
            }
        }
        return all;
    }

    /** The same event came in another place. */
    private List<String> elsewhere(int i) {
        for (int j = 0; j < came.size(); j++) {
            if (partnerOfCame[j] == NONE && alike[i][j]) {
                match(i, j);
                return List.of(
                        "expected event %d came as event %d, in another order: %s"
                                .formatted(i + 1, j + 1, Texts.show(came.get(j))));
            }
        }
        return List.of();
    }

    /** Another event of the same class came instead, or none. */
    private List<String> changedOrMissing(int i) {
        int j = sameClass(i);
        if (j == NONE) {
            return List.of(
                    "expected event %d is missing: %s"
                            .formatted(i + 1, Texts.show(expected.get(i))));
        }
        match(i, j);
        String which =
                i == j
                        ? "event %d".formatted(i + 1)
                        : "expected event %d, which came as event %d".formatted(i + 1, j + 1);
        return Differences.between(expected.get(i), came.get(j)).stream()
                .map(text -> "%s (%s), %s".formatted(which, Texts.name(expected.get(i)), text))
                .toList();
    }

    private int sameClass(int i) {
        if (i < came.size() && canStandFor(i, i)) {
            return i;
        }
        for (int j = 0; j < came.size(); j++) {
            if (canStandFor(i, j)) {
                return j;
            }
        }
        return NONE;
    }

    private boolean canStandFor(int i, int j) {
        return partnerOfCame[j] == NONE && expected.get(i).getClass() == came.get(j).getClass();
    }
}
