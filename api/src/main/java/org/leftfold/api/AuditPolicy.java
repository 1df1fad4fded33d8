package org.leftfold.api;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Which metadata every event must carry. Given when a store is opened, so that no append can go
 * around it (R84, R90).
 *
 * @param requiredKeys metadata keys that must be there with a value that is not blank
 */
public record AuditPolicy(Set<String> requiredKeys) {
    private static final AuditPolicy NONE = new AuditPolicy(Set.of());

    /** Copies the keys. */
    public AuditPolicy {
        requiredKeys = Set.copyOf(requiredKeys);
    }

    /** Asks nothing. */
    public static AuditPolicy none() {
        return NONE;
    }

    /** Asks for these metadata keys, such as {@link Metadata#ACTOR} and {@link Metadata#REASON}. */
    public static AuditPolicy requiring(String... keys) {
        return new AuditPolicy(Set.of(keys));
    }

    /**
     * @throws InvalidRequestException if an event of the append lacks a required key (LF-1006)
     */
    public void check(Append append) {
        if (requiredKeys.isEmpty()) {
            return;
        }
        for (StreamWrite write : append.writes()) {
            for (NewEvent event : write.events()) {
                checkEvent(write.stream(), event);
            }
        }
    }

    private void checkEvent(StreamName stream, NewEvent event) {
        List<String> missing = new ArrayList<>();
        for (String key : new TreeSet<>(requiredKeys)) {
            if (event.metadata().value(key).filter(value -> !value.isBlank()).isEmpty()) {
                missing.add(key);
            }
        }
        if (!missing.isEmpty()) {
            throw InvalidRequestException.audit(stream, event, missing);
        }
    }
}
