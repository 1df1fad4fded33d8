package org.leftfold.cli;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.leftfold.api.StreamName;
import org.leftfold.cli.intake.InputException;
import org.leftfold.cli.store.OpenStore;

/** Tells a stream that was never written from one that has no event to show. Stateless. */
final class KnownStreams {
    /**
     * How many names are looked at from one place: a few pages of an index, a moment in a database.
     */
    private static final int MAX_LOOKED_AT = 1000;

    private KnownStreams() {}

    /**
     * Refuses a stream that was never written, and names those that may be meant.
     *
     * @throws InputException if the store has never had an event of it
     */
    static void require(OpenStore store, StreamName stream) {
        if (store.events().version(stream) > 0) {
            return;
        }
        List<String> similar = similar(store, stream);
        throw InputException.because(
                "there is no stream '%s'%s"
                        .formatted(
                                stream,
                                similar.isEmpty()
                                        ? "; leftfold streams lists those there are"
                                        : Nearest.question(similar)));
    }

    /** Streams that are written much like it. */
    static List<String> similar(OpenStore store, StreamName stream) {
        Set<String> names = new LinkedHashSet<>();
        look(store, stream.category(), names);
        look(store, "", names); // it may lack its category, as L7 does of locker-L7
        return Nearest.to(stream.value(), names);
    }

    /**
     * Refuses a category of which no stream has an event, if there is one that is written much like
     * it; one that is not there yet is no mistake.
     *
     * @throws InputException if another may be meant
     */
    static void requireCategories(OpenStore store, List<String> categories) {
        for (String category : categories) {
            boolean[] isThere = {store.events().version(new StreamName(category)) > 0};
            store.streams(
                    category + "-",
                    found -> {
                        isThere[0] = true;
                        return false;
                    });
            List<String> similar = isThere[0] ? List.of() : Nearest.to(category, categories(store));
            if (!similar.isEmpty()) {
                throw InputException.because(
                        "no stream of category '%s' has an event%s"
                                .formatted(category, Nearest.question(similar)));
            }
        }
    }

    private static Set<String> categories(OpenStore store) {
        Set<String> names = new LinkedHashSet<>();
        look(store, "", names);
        return names.stream()
                .map(name -> new StreamName(name).category())
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }

    private static void look(OpenStore store, String prefix, Set<String> names) {
        int[] left = {MAX_LOOKED_AT};
        store.streams(
                prefix,
                found -> {
                    names.add(found.stream().value());
                    left[0]--;
                    return left[0] > 0;
                });
    }
}
