package org.leftfold.framework.privacy;

import java.time.Instant;
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
 * @param keyVersions how many keys the subject had; 0 if none, or if they were destroyed before
 * @param keyFingerprints one for each of these keys, which says nothing about it
 * @param keysAreAbsent whether the key store was asked afterwards and had none of them
 * @param derived what became of derived data, by the name of their hook
 * @param position of the event with this receipt in the store
 */
public record ErasureReceipt(
        String fingerprint,
        Instant at,
        String actor,
        String reason,
        int keyVersions,
        List<String> keyFingerprints,
        boolean keysAreAbsent,
        Map<String, ErasureHook.Outcome> derived,
        long position) {
    /** Copies the list and the map. */
    public ErasureReceipt {
        keyFingerprints = List.copyOf(keyFingerprints);
        derived = java.util.Collections.unmodifiableMap(new TreeMap<>(derived));
    }

    /** Whether the keys are gone, and nothing derived is left. */
    public boolean isComplete() {
        return keysAreAbsent
                && derived.values().stream().allMatch(each -> each == ErasureHook.Outcome.CLEAN);
    }
}
