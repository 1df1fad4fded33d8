package org.leftfold.framework.transform;

import java.util.List;
import java.util.Map;

/**
 * What came of comparing a copy with its source: the source was read and transformed once more, and
 * each output compared with the event in the target.
 *
 * @param upTo how far the source was read, a position
 * @param read events of the source that were read
 * @param expected outputs that they have
 * @param found copied events of this source in the target
 * @param others events in the target that were not copied from this source, without the notes of
 *     copies
 * @param types copied events by type
 * @param categories copied events by category
 * @param digest a SHA-256 over the copied events, as hexadecimal digits: streams, ids, types,
 *     payloads, metadata and tags, in the order of the source. The same in every kind of store;
 *     where there are differences it says nothing
 * @param differences the first {@value #MAX_DIFFERENCES} differences, without payloads
 */
public record Verification(
        long upTo,
        long read,
        long expected,
        long found,
        long others,
        Map<String, Long> types,
        Map<String, Long> categories,
        String digest,
        List<String> differences) {
    /** So many differences are told; then the comparison ends. */
    public static final int MAX_DIFFERENCES = 10;

    /** Whether the copy is what the transformation makes of the source. */
    public boolean isEqual() {
        return differences.isEmpty();
    }
}
