package org.leftfold.cli;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
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
        Set<String> names = new LinkedHashSet<>();
        look(store, stream.category(), names);
        look(store, "", names); // it may lack its category, as L7 does of locker-L7
        List<String> similar = Nearest.to(stream.value(), names);
        throw InputException.because(
                "there is no stream '%s'%s"
                        .formatted(
                                stream,
                                similar.isEmpty()
                                        ? "; leftfold streams lists those there are"
                                        : Nearest.question(similar)));
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
