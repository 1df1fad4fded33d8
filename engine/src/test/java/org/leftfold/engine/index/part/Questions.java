package org.leftfold.engine.index.part;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.function.Predicate;
import org.leftfold.engine.log.Corruption;
import org.leftfold.testkit.disk.SimulatedDirectory;

/** Questions to a part, with the answers that it gave while it was whole. */
final class Questions {
    private record Question(String text, Function<Part, Object> ask) {}

    private final List<Question> questions = new ArrayList<>();
    private final List<Object> answers = new ArrayList<>();

    /** Questions about all that a model holds, or a choice of it. */
    Questions(PartModel model, int most, SimulatedDirectory disk, String name) throws IOException {
        SplittableRandom random = new SplittableRandom(1);
        long first = model.header().after() + 1;
        for (int i = 0; i < Math.min(most, model.locations().size()); i++) {
            long position = first + random.nextInt(model.locations().size());
            add("location of " + position, part -> part.locationOf(position));
            long hash = model.ids().get((int) (position - first)).hash();
            add("id " + hash, part -> Arrays.toString(part.candidates(hash)));
        }
        List<IndexKey> keys = new ArrayList<>(model.entries().keySet());
        for (int i = 0; i < Math.min(most, keys.size()); i++) {
            IndexKey key = keys.get(keys.size() <= most ? i : random.nextInt(keys.size()));
            add("key " + key, part -> text(part.find(key)));
            IndexKey absent = IndexKey.of(key.kind(), key.text() + "?");
            add("key " + absent, part -> text(part.find(absent)));
        }
        add("all", Questions::all);
        try (Part part = open(disk, name)) {
            for (Question question : questions) {
                answers.add(question.ask.apply(part));
            }
        }
    }

    private void add(String text, Function<Part, Object> ask) {
        questions.add(new Question(text, ask));
    }

    private static String all(Part part) {
        StringBuilder text = new StringBuilder();
        PartCursor cursor = part.entries(IndexKey.of(IndexKey.Kind.STREAM, ""));
        while (cursor.next()) {
            text.append(cursor.key()).append(text(cursor.entry())).append('\n');
        }
        return text.toString();
    }

    private static String text(PartEntry entry) {
        if (entry == null) {
            return "absent";
        }
        StringBuilder text = new StringBuilder();
        text.append(entry.total()).append(' ').append(entry.firstKept()).append(':');
        Positions positions = entry.positions();
        long shown = Math.min(1000, positions.size()); // A forged entry may claim any number.
        for (long i = 0; i < shown; i++) {
            text.append(' ').append(positions.at(i));
        }
        if (shown > 0) {
            text.append(' ').append(positions.countUpTo(positions.at(shown / 2)));
        }
        return text.toString();
    }

    static Part open(SimulatedDirectory disk, String name) throws IOException {
        return Part.open(disk, name, new PageCache(64 * 1024), StoreModel.STORE_ID);
    }

    /** Whether a part that may be damaged gives no wrong answer; returns how many it refuses. */
    int check(SimulatedDirectory disk, String name) throws IOException {
        return check(disk, name, e -> e instanceof Corruption, false);
    }

    /**
     * Whether a part answers rightly or fails as it may.
     *
     * @param mayFail whether a failure is one that may be
     * @param mayLie whether wrong answers are possible too
     */
    int check(
            SimulatedDirectory disk,
            String name,
            Predicate<RuntimeException> mayFail,
            boolean mayLie)
            throws IOException {
        int refused = 0;
        Part opened;
        try {
            opened = open(disk, name);
        } catch (RuntimeException e) {
            if (!mayFail.test(e)) {
                throw e;
            }
            return questions.size();
        }
        try (Part part = opened) {
            for (int i = 0; i < questions.size(); i++) {
                try {
                    Object answer = questions.get(i).ask.apply(part);
                    if (!mayLie && !answer.equals(answers.get(i))) {
                        throw new AssertionError(
                                "%s: %s instead of %s"
                                        .formatted(questions.get(i).text, answer, answers.get(i)));
                    }
                } catch (RuntimeException e) {
                    if (!mayFail.test(e)) {
                        throw new AssertionError(questions.get(i).text, e);
                    }
                    refused++;
                }
            }
        }
        return refused;
    }

    int count() {
        return questions.size();
    }
}
