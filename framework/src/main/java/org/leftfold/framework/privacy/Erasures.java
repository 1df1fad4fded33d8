package org.leftfold.framework.privacy;

import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.leftfold.api.AppendResult;
import org.leftfold.api.EventId;
import org.leftfold.api.EventStore;
import org.leftfold.api.EventType;
import org.leftfold.api.Events;
import org.leftfold.api.ExpectedVersion;
import org.leftfold.api.LeftfoldException;
import org.leftfold.api.Metadata;
import org.leftfold.api.NewEvent;
import org.leftfold.api.Payload;
import org.leftfold.api.ReadRequest;
import org.leftfold.api.RecordedEvent;
import org.leftfold.api.spi.KeyStore.SubjectKey;
import org.leftfold.framework.privacy.ErasureList.Intent;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The erasures of a store, as events in a stream of their own. An erasure is recorded before the
 * keys are destroyed, so that no copy of the key store brings them back unnoticed, and once more
 * when it is done. Safe for any thread.
 */
final class Erasures {
    private static final System.Logger LOG = System.getLogger("org.leftfold.framework.privacy");
    private static final int SALT_BYTES = 16;

    /** Causes of causes that a receipt names. */
    private static final int MAX_CAUSES = 3;

    private final EventStore store;
    private final Privacy privacy;
    private final ErasureList list;

    Erasures(EventStore store, Privacy privacy, ErasureList list) {
        this.store = store;
        this.privacy = privacy;
        this.list = list;
    }

    /** The salt of the first erasure, or a new one. */
    private String salt() {
        list.refresh();
        for (String first : list.salts()) {
            return first;
        }
        byte[] salt = new byte[SALT_BYTES];
        privacy.random().accept(salt);
        return HexFormat.of().formatHex(salt);
    }

    static boolean isAbout(String fingerprint, String subject) {
        return fingerprint.equals(
                ErasureList.fingerprint(ErasureList.saltOf(fingerprint), subject));
    }

    ErasureReceipt erase(String subject, Intent intent, List<String> keys) {
        return erase(subject, ErasureList.fingerprint(salt(), subject), intent, keys);
    }

    private ErasureReceipt erase(
            String subject, String fingerprint, Intent intent, List<String> keys) {
        Set<String> all = new LinkedHashSet<>(list.leftOver(fingerprint)); // they may be gone
        all.addAll(keys);
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("form", 1).put("fingerprint", fingerprint);
        put(json, all);
        append(ErasureList.BEGUN, json, intent);
        int versions = Math.max(keys.size(), all.size());
        for (SubjectKey key : privacy.destroy(subject)) {
            versions = Math.max(versions, key.keyVersion());
            if (key.keyVersion() > keys.size()) { // made since they were looked at
                all.add(privacy.keys().fingerprintOfDestroyed(key));
            }
        }
        put(json, all);
        json.put("keysAreAbsent", privacy.areAbsent(subject, versions));
        callHooks(subject, json);
        long version = append(ErasureList.DONE, json, intent).lastVersion();
        try (Events events =
                store.read(ReadRequest.stream(Privacy.ERASURES).afterVersion(version - 1))) {
            return receipt(events.next());
        }
    }

    private static void put(ObjectNode json, Set<String> keyFingerprints) {
        var prints = json.putArray("keyFingerprints");
        keyFingerprints.forEach(prints::add);
    }

    private void callHooks(String subject, ObjectNode json) {
        ObjectNode derived = json.putObject("derived");
        ObjectNode causes = JsonNodeFactory.instance.objectNode();
        privacy.hooks()
                .forEach((name, hook) -> {
                    try {
                        derived.put(name, hook.erase(subject).name());
                    } catch (RuntimeException e) { // the others are not to wait for it
                        derived.put(name, ErasureHook.Outcome.FAILED.name());
                        causes.put(name, cause(e));
                        LOG.log(
                                Level.WARNING,
                                "erasure hook '%s' has failed, which the receipt says. Mend what it failed on, and forget again."
                                        .formatted(name),
                                e);
                    }
                });
        if (!causes.isEmpty()) {
            json.set("causes", causes);
        }
    }

    /**
     * What was thrown, where and because of what, in classes and codes: the text may name the
     * person, and the receipt is there for ever.
     */
    private static String cause(Throwable failure) {
        StringBuilder text = new StringBuilder();
        Throwable at = failure;
        for (int depth = 0; at != null && depth < MAX_CAUSES; depth++) {
            text.append(depth == 0 ? "" : ", because of ").append(at.getClass().getName());
            if (at instanceof LeftfoldException ours) {
                text.append(" (").append(ours.code()).append(')');
            }
            StackTraceElement[] stack = at.getStackTrace();
            if (depth == 0 && stack.length > 0) {
                text.append(" at ").append(stack[0].getClassName());
                text.append('.').append(stack[0].getMethodName());
                text.append(':').append(stack[0].getLineNumber());
            }
            at = at.getCause();
        }
        return text.toString();
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
                if (stored.type().equals(ErasureList.DONE)) {
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
        Map<String, String> causes = new HashMap<>(); // none in receipts of before
        json.path("causes")
                .properties()
                .forEach(each -> causes.put(each.getKey(), each.getValue().asString()));
        return new ErasureReceipt(
                json.path("fingerprint").asString(),
                stored.recordedAt(),
                stored.metadata().value(Metadata.ACTOR).orElse(""),
                stored.metadata().value(Metadata.REASON).orElse(""),
                new ErasureReceipt.Keys(prints, json.path("keysAreAbsent").asBoolean()),
                derived,
                causes,
                stored.position());
    }

    private static String text(RecordedEvent stored, String field) {
        return Json.read(stored.payload().toByteArray()).path(field).asString();
    }

    long reapply(Function<Payload, ObjectNode> format) {
        Map<String, Intent> intents = new HashMap<>(); // by fingerprint; the last one counts
        try (Events events = store.read(ReadRequest.stream(Privacy.ERASURES))) {
            events.forEachRemaining(
                    stored -> intents.put(text(stored, "fingerprint"), Intent.of(stored)));
        }
        if (intents.isEmpty()) {
            return 0;
        }
        list.refresh();
        Set<String> seen = new HashSet<>();
        long count = 0;
        try (Events events = store.read(ReadRequest.all())) {
            while (events.hasNext()) {
                for (String subject : subjectsIn(events.next(), format)) {
                    if (seen.add(subject)) {
                        count += forgottenAgain(subject, intents) ? 1 : 0;
                    }
                }
            }
        }
        return count;
    }

    /** Forgets somebody again whose keys came back, or whose erasure broke off. */
    private boolean forgottenAgain(String subject, Map<String, Intent> intents) {
        for (String salt : list.salts()) {
            String fingerprint = ErasureList.fingerprint(salt, subject);
            Intent intent = intents.get(fingerprint);
            if (intent != null
                    && (list.isLeftOver(fingerprint) || !privacy.isForgottenForSure(subject))) {
                erase(subject, fingerprint, intent, privacy.keys().fingerprints(subject));
                return true;
            }
        }
        return false;
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
}
