package org.leftfold.framework.transform;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;
import org.leftfold.api.EventStore;
import org.leftfold.api.RecordedEvent;

/**
 * Compares a copy with what the transformation makes of its source, one event beside the other, so
 * with the memory of two reads. For one thread.
 */
final class CopyVerifier {
    private final Found found;
    private final ContentDigest digest = new ContentDigest();
    private final Map<String, Long> types = new TreeMap<>();
    private final Map<String, Long> categories = new TreeMap<>();
    private final List<String> differences = new ArrayList<>();
    private long expected;
    private long copied;

    private CopyVerifier(Found found) {
        this.found = found;
    }

    static Verification verify(
            SourceEvents source, Outputs outputs, EventStore target, LongConsumer progress) {
        UUID id = outputs.store();
        long upTo = source.upTo();
        try (Found found =
                Outputs.isSharded(target)
                        ? new Found.ByStream(target, id, upTo)
                        : new Found.InOrder(target, id, upTo)) {
            return new CopyVerifier(found).run(source, outputs, progress);
        }
    }

    /**
     * Compares some outputs with what stands in their streams, and does not look for more.
     *
     * @return the first difference
     */
    static Optional<String> firstDifference(SourceEvents some, Outputs outputs, EventStore target) {
        try (Found found = new Found.ByStream(target, outputs.store(), some.upTo())) {
            CopyVerifier verifier = new CopyVerifier(found);
            some.forEach(event -> {
                outputs.of(event).forEach(verifier::compare);
                return verifier.differences.isEmpty();
            });
            return verifier.differences.stream().findFirst();
        }
    }

    private Verification run(SourceEvents source, Outputs outputs, LongConsumer progress) {
        source.forEach(event -> {
            for (Output output : outputs.of(event)) {
                if (isFull()) {
                    return false;
                }
                compare(output);
            }
            progress.accept(event.position());
            return true;
        });
        RecordedEvent rest;
        while (!isFull() && (rest = found.rest()) != null) {
            count(rest);
            differ(rest, "has no counterpart in the source");
        }
        return new Verification(
                source.upTo(),
                source.read(),
                expected,
                copied,
                found.others(),
                Collections.unmodifiableMap(types),
                Collections.unmodifiableMap(categories),
                digest.hex(),
                List.copyOf(differences));
    }

    private boolean isFull() {
        return differences.size() >= Verification.MAX_DIFFERENCES;
    }

    private void compare(Output output) {
        expected++;
        while (true) {
            RecordedEvent event = found.at(output);
            int order = event == null ? 1 : order(event, output);
            if (event == null || order > 0) {
                differences.add(
                        "%s, event '%s' for stream '%s', is missing"
                                .formatted(output.key(), output.event().type(), output.stream()));
                return;
            }
            found.pass(output);
            count(event);
            if (order == 0) {
                String what = whatDiffers(event, output);
                if (what != null) {
                    differ(event, "has %s that %s has not".formatted(what, output.key()));
                }
                return;
            }
            differ(event, "has no counterpart in the source");
            if (isFull()) {
                return;
            }
        }
    }

    /** Below 0 if an event stands in front of the place of an output, above 0 if behind it. */
    private static int order(RecordedEvent event, Output output) {
        return Provenance.of(event).orElseThrow().key().compareTo(output.key());
    }

    private static @Nullable String whatDiffers(RecordedEvent event, Output output) {
        if (!event.stream().equals(output.stream())) {
            return "a stream";
        }
        if (event.hasContentOf(output.event())) {
            return null;
        }
        if (!event.id().equals(output.event().id())) {
            return "an id";
        }
        if (!event.type().equals(output.event().type())
                || event.schemaVersion() != output.event().schemaVersion()) {
            return "a type or schema version";
        }
        if (!event.payload().equals(output.event().payload())) {
            return "a payload";
        }
        return event.tags().equals(output.event().tags()) ? "metadata" : "tags";
    }

    private void count(RecordedEvent event) {
        copied++;
        digest.add(event);
        types.merge(event.type().value(), 1L, Long::sum);
        categories.merge(event.stream().category(), 1L, Long::sum);
    }

    private void differ(RecordedEvent event, String how) {
        differences.add(
                "version %d of stream '%s', event '%s' at position %d of the target, %s"
                        .formatted(
                                event.version(),
                                event.stream(),
                                event.type(),
                                event.position(),
                                how));
    }
}
