package org.leftfold.framework.privacy;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.leftfold.api.IntegrityException;
import org.leftfold.api.Payload;
import org.leftfold.api.spi.SnapshotStore.Snapshot;
import org.leftfold.framework.privacy.SubjectKeys.LiveKey;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Snapshots of states that hold personal data. Such a state is sealed as a whole by a key that is
 * the sum (xor) of one share for each of its subjects, which that subject's key encrypts: when one
 * of them is forgotten, nobody can read it any more, in the store of snapshots or in a copy of it.
 * Safe for any thread.
 *
 * <pre>
 * {"@sealed": {"form": 1, "shares": [["17", 1, "base64"], ...], "state": "base64"}}
 * </pre>
 */
public final class SealedStates {
    static final String BLOCK = "@sealed";

    /** Each makes a snapshot about 130 bytes longer; a state of more people is not worth one. */
    public static final int MAX_SUBJECTS = 1000;

    private static final int FORM = 1;
    private static final byte[] BEGIN = ("{\"" + BLOCK + "\"").getBytes(StandardCharsets.UTF_8);

    private final Privacy privacy;

    SealedStates(Privacy privacy) {
        this.privacy = privacy;
    }

    /**
     * What was in a snapshot.
     *
     * @param state the state as it was given
     * @param subjects whose data it holds
     */
    public record Opened(Payload state, Set<String> subjects) {
        /** Copies the set. */
        public Opened {
            subjects = Set.copyOf(subjects);
        }
    }

    /**
     * A snapshot to be stored.
     *
     * @param plain with the state as it is
     * @param subjects whose data it holds
     * @throws PersonalDataException if one of them was forgotten (LF-1209)
     * @throws IllegalArgumentException if these are more than {@link #MAX_SUBJECTS}
     */
    public Snapshot seal(Snapshot plain, Set<String> subjects) {
        if (subjects.isEmpty()) {
            return plain;
        }
        if (subjects.size() > MAX_SUBJECTS) {
            throw new IllegalArgumentException(
                    "a state with personal data of %d subjects gets no snapshot, %d are the most: make fewer events belong to one stream"
                            .formatted(subjects.size(), MAX_SUBJECTS));
        }
        ObjectNode root = JsonNodeFactory.instance.objectNode();
        ObjectNode block = root.putObject(BLOCK).put("form", FORM);
        ArrayNode shares = block.putArray("shares");
        byte[] sum = new byte[Crypto.KEY_BYTES];
        for (String subject : new TreeSet<>(subjects)) {
            LiveKey key =
                    privacy.keys()
                            .current(subject)
                            .orElseThrow(() ->
                                    PersonalDataException.forgotten(
                                            "snapshot of " + plain.stateType(), "/"));
            byte[] share = new byte[Crypto.KEY_BYTES];
            privacy.random().accept(share);
            add(sum, share);
            byte[] encrypted =
                    Crypto.encrypt(
                            shareKey(key, plain),
                            share,
                            binding(plain, subject, key.version()),
                            privacy.random());
            shares.addArray().add(subject).add(key.version()).add(base64(encrypted));
        }
        byte[] state =
                Crypto.encrypt(
                        sum, plain.state().toByteArray(), binding(plain, "", 0), privacy.random());
        block.put("state", base64(state));
        return with(plain, Payload.wrap(Json.write(root)));
    }

    private static Snapshot with(Snapshot snapshot, Payload state) {
        return new Snapshot(
                snapshot.stream(),
                snapshot.version(),
                snapshot.stateType(),
                snapshot.schemaVersion(),
                state);
    }

    /**
     * What is in a stored snapshot; empty if one of its subjects was forgotten since.
     *
     * @throws IntegrityException if it is not what was sealed (LF-4001)
     */
    public Optional<Opened> open(Snapshot stored) {
        if (!isSealed(stored.state())) {
            return Optional.of(new Opened(stored.state(), Set.of()));
        }
        JsonNode block = Json.read(stored.state().toByteArray()).get(BLOCK);
        JsonNode shares = block == null ? null : block.get("shares");
        JsonNode state = block == null ? null : block.get("state");
        if (shares == null || !shares.isArray() || state == null || !state.isString()) {
            throw damaged(stored);
        }
        Set<String> subjects = new TreeSet<>();
        byte[] sum = new byte[Crypto.KEY_BYTES];
        for (JsonNode share : shares) {
            String subject = share.path(0).asString();
            int version = share.path(1).asInt();
            Optional<LiveKey> key = privacy.keys().find(subject, Math.max(1, version));
            if (key.isEmpty() && privacy.keys().isForgotten(subject)) {
                return Optional.empty();
            }
            byte[] plain =
                    key.isEmpty()
                            ? null
                            : Crypto.decrypt(
                                    shareKey(key.get(), stored),
                                    bytes(stored, share.path(2).asString()),
                                    binding(stored, subject, version));
            if (plain == null || plain.length != sum.length) {
                throw damaged(stored);
            }
            add(sum, plain);
            subjects.add(subject);
        }
        byte[] plain =
                Crypto.decrypt(sum, bytes(stored, state.stringValue()), binding(stored, "", 0));
        if (plain == null) {
            throw damaged(stored);
        }
        return Optional.of(new Opened(Payload.wrap(plain), subjects));
    }

    private static boolean isSealed(Payload state) {
        if (state.sizeBytes() < BEGIN.length) {
            return false;
        }
        for (int i = 0; i < BEGIN.length; i++) {
            if (state.byteAt(i) != BEGIN[i]) {
                return false;
            }
        }
        return true;
    }

    private static void add(byte[] sum, byte[] share) {
        for (int i = 0; i < sum.length; i++) {
            sum[i] ^= share[i];
        }
    }

    private static byte[] shareKey(LiveKey key, Snapshot snapshot) {
        return key.derive("leftfold snapshot 1", snapshot.stream(), snapshot.version());
    }

    private static byte[] binding(Snapshot snapshot, String subject, int keyVersion) {
        return Crypto.join(
                "leftfold snapshot 1",
                snapshot.stream(),
                snapshot.version(),
                snapshot.stateType(),
                snapshot.schemaVersion(),
                subject,
                keyVersion);
    }

    private static String base64(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }

    private static byte[] bytes(Snapshot snapshot, @Nullable String base64) {
        try {
            return Base64.getDecoder().decode(base64 == null ? "" : base64);
        } catch (IllegalArgumentException e) {
            throw damaged(snapshot);
        }
    }

    private static IntegrityException damaged(Snapshot snapshot) {
        return new IntegrityException(
                "LF-4001",
                "the snapshot of stream '%s' at version %d is not what was sealed. Nothing was changed; it is left out, and events are read instead."
                        .formatted(snapshot.stream(), snapshot.version()),
                null);
    }
}
