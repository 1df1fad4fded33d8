package org.leftfold.framework.privacy;

import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Says that a data subject was forgotten. It is stored as an event in the stream {@link
 * Privacy#ERASURES}, without the id of the subject.
 *
 * @param fingerprint stands for the subject: {@link Privacy#isAbout} compares it with an id
 * @param at when the erasure was recorded
 * @param actor who asked for it
 * @param reason why
 * @param keys what became of the keys
 * @param derived what became of derived data, by the name of their hook
 * @param causes on what hooks failed, by their names: classes and codes of what they have thrown,
 *     without its text, which may name the person; that is in the log
 * @param position of the event with this receipt in the store
 */
public record ErasureReceipt(
        String fingerprint,
        Instant at,
        String actor,
        String reason,
        Keys keys,
        Map<String, ErasureHook.Outcome> derived,
        Map<String, String> causes,
        long position) {
    /**
     * The keys of a subject.
     *
     * @param fingerprints one for each version, which says nothing about the key; none if there was
     *     no key, or if they were destroyed before
     * @param areAbsent whether the key store was asked afterwards and had none of them
     */
    public record Keys(List<String> fingerprints, boolean areAbsent) {
        /** Copies the list. */
        public Keys {
            fingerprints = List.copyOf(fingerprints);
        }
    }

    /** Copies the maps. */
    public ErasureReceipt {
        derived = Collections.unmodifiableMap(new TreeMap<>(derived));
        causes = Collections.unmodifiableMap(new TreeMap<>(causes));
    }

    /** How many keys the subject had. */
    public int keyVersions() {
        return keys.fingerprints.size();
    }

    /** Whether the key store was asked afterwards and had none of them. */
    public boolean keysAreAbsent() {
        return keys.areAbsent;
    }

    /** Whether the keys are gone, and nothing derived is left. */
    public boolean isComplete() {
        return keysAreAbsent()
                && derived.values().stream().allMatch(each -> each == ErasureHook.Outcome.CLEAN);
    }
}
