package org.leftfold.framework.privacy;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import org.leftfold.api.AppendResult;
import org.leftfold.api.EventId;
import org.leftfold.api.EventStore;
import org.leftfold.api.EventType;
import org.leftfold.api.Events;
import org.leftfold.api.ExpectedVersion;
import org.leftfold.api.Metadata;
import org.leftfold.api.NewEvent;
import org.leftfold.api.Payload;
import org.leftfold.api.ReadRequest;
import org.leftfold.api.RecordedEvent;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The erasures of a store, as events in a stream of their own. An erasure is recorded before the
 * keys are destroyed, so that no copy of the key store brings them back unnoticed, and once more
 * when it is done. Safe for any thread.
 */
final class Erasures {
    private static final EventType BEGUN = new EventType("leftfold.erasure-begun");
    private static final EventType DONE = new EventType("leftfold.subject-erased");
    private static final int SALT_BYTES = 16;

    private final EventStore store;
    private final Privacy privacy;

    Erasures(EventStore store, Privacy privacy) {
        this.store = store;
        this.privacy = privacy;
    }

    /** Who wants an erasure, and why. */
    record Intent(String actor, String reason) {
        Metadata metadata() {
            return Metadata.of(Map.of(Metadata.ACTOR, actor, Metadata.REASON, reason));
        }
    }

    /** The salt of the first erasure, or a new one. */
    private String salt() {
        try (Events events = store.read(ReadRequest.stream(Privacy.ERASURES).limit(1))) {
            if (events.hasNext()) {
                return saltOf(text(events.next(), "fingerprint"));
            }
        }
        byte[] salt = new byte[SALT_BYTES];
        privacy.random().accept(salt);
        return HexFormat.of().formatHex(salt);
    }

    private static String saltOf(String fingerprint) {
        int colon = fingerprint.indexOf(':');
        return fingerprint.substring(0, Math.max(0, colon));
    }

    /** What stands for a subject: the same for as long as the salt is the same. */
    private static String fingerprint(String salt, String subject) {
        byte[] print =
                Crypto.derive(Crypto.join("leftfold erasures", salt), "leftfold subject", subject);
        return salt + ":" + HexFormat.of().formatHex(print);
    }

    static boolean isAbout(String fingerprint, String subject) {
        return fingerprint.equals(fingerprint(saltOf(fingerprint), subject));
    }

    ErasureReceipt erase(String subject, Intent intent, List<String> keys) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("form", 1).put("fingerprint", fingerprint(salt(), subject));
        var prints = json.putArray("keyFingerprints");
        keys.forEach(prints::add);
        append(BEGUN, json, intent);
        privacy.destroy(subject);
        json.put("keysAreAbsent", privacy.areAbsent(subject, keys.size()));
        ObjectNode derived = json.putObject("derived");
        callHooks(subject).forEach((name, outcome) -> derived.put(name, outcome.name()));
        long version = append(DONE, json, intent).lastVersion();
        try (Events events =
                store.read(ReadRequest.stream(Privacy.ERASURES).afterVersion(version - 1))) {
            return receipt(events.next());
        }
    }

    private Map<String, ErasureHook.Outcome> callHooks(String subject) {
        Map<String, ErasureHook.Outcome> outcomes = new TreeMap<>();
        privacy.hooks()
                .forEach((name, hook) -> {
                    try {
                        outcomes.put(name, hook.erase(subject));
                    } catch (
                            RuntimeException
                                    e) { // told by the receipt; the others are not to wait for it
                        outcomes.put(name, ErasureHook.Outcome.FAILED);
                    }
                });
        return outcomes;
    }

    private AppendResult append(EventType type, ObjectNode json, Intent intent) {
        return store.append(
                Privacy.ERASURES,
                ExpectedVersion.any(),
                new NewEvent(
                        EventId.next(),
                        type,
                        1,
                        Payload.wrap(Json.write(json)),
                        intent.metadata(),
                        Set.of()));
    }

    List<ErasureReceipt> receipts() {
        List<ErasureReceipt> receipts = new ArrayList<>();
        try (Events events = store.read(ReadRequest.stream(Privacy.ERASURES))) {
            events.forEachRemaining(stored -> {
                if (stored.type().equals(DONE)) {
                    receipts.add(receipt(stored));
                }
            });
        }
        return receipts;
    }

    private static ErasureReceipt receipt(RecordedEvent stored) {
        JsonNode json = Json.read(stored.payload().toByteArray());
        List<String> prints = new ArrayList<>();
        json.path("keyFingerprints").forEach(each -> prints.add(each.asString()));
        Map<String, ErasureHook.Outcome> derived = new HashMap<>();
        json.path("derived")
                .properties()
                .forEach(each ->
                        derived.put(
                                each.getKey(),
                                ErasureHook.Outcome.valueOf(each.getValue().asString())));
        return new ErasureReceipt(
                json.path("fingerprint").asString(),
                stored.recordedAt(),
                stored.metadata().value(Metadata.ACTOR).orElse(""),
                stored.metadata().value(Metadata.REASON).orElse(""),
                new ErasureReceipt.Keys(prints, json.path("keysAreAbsent").asBoolean()),
                derived,
                stored.position());
    }

    private static String text(RecordedEvent stored, String field) {
        return Json.read(stored.payload().toByteArray()).path(field).asString();
    }

    long reapply(Function<Payload, ObjectNode> format) {
        Set<String> prints = new HashSet<>();
        Set<String> salts = new HashSet<>();
        try (Events events = store.read(ReadRequest.stream(Privacy.ERASURES))) {
            events.forEachRemaining(stored -> {
                String print = text(stored, "fingerprint");
                prints.add(print);
                salts.add(saltOf(print));
            });
        }
        if (prints.isEmpty()) {
            return 0;
        }
        Set<String> seen = new HashSet<>();
        long count = 0;
        try (Events events = store.read(ReadRequest.all())) {
            while (events.hasNext()) {
                for (String subject : subjectsIn(events.next(), format)) {
                    if (seen.add(subject)
                            && salts.stream()
                                    .anyMatch(
                                            salt -> prints.contains(fingerprint(salt, subject)))) {
                        count += forgetAgain(subject) ? 1 : 0;
                    }
                }
            }
        }
        return count;
    }

    private static List<String> subjectsIn(
            RecordedEvent stored, Function<Payload, ObjectNode> format) {
        if (!Privacy.mayBeProtected(stored.payload())) {
            return List.of();
        }
        List<String> subjects = new ArrayList<>();
        format.apply(stored.payload())
                .path(EventPrivacy.BLOCK)
                .path("keys")
                .forEach(key -> subjects.add(key.path(0).asString()));
        return subjects;
    }

    private boolean forgetAgain(String subject) {
        if (privacy.isForgottenForSure(subject)) {
            return false;
        }
        privacy.destroy(subject);
        callHooks(subject);
        return true;
    }
}
