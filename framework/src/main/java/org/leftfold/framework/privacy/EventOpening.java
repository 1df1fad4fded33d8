package org.leftfold.framework.privacy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.leftfold.api.IntegrityException;
import org.leftfold.api.RecordedEvent;
import org.leftfold.framework.privacy.SubjectKeys.LiveKey;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Puts the personal data of one stored event back where {@link EventPrivacy} took it, or what
 * stands for it after an erasure. Used by one thread.
 */
final class EventOpening {
    private final Privacy privacy;
    private final RecordedEvent stored;
    private final EventPlace place;

    /** A key that the event names. */
    private record Named(String subject, int version) {}

    EventOpening(Privacy privacy, RecordedEvent stored) {
        this.privacy = privacy;
        this.stored = stored;
        this.place =
                new EventPlace(stored.stream(), stored.id(), stored.type(), stored.schemaVersion());
    }

    /** Changes the tree. */
    void open(ObjectNode tree, Consumer<String> subjects) {
        JsonNode found = tree.remove(EventPrivacy.BLOCK);
        if (found == null) {
            return;
        }
        if (!(found instanceof ObjectNode block)) {
            throw damaged("/" + EventPrivacy.BLOCK, "it is no object");
        }
        checkForm(block);
        List<Named> keys = new ArrayList<>();
        for (JsonNode key : listIn(block, "keys")) {
            keys.add(named(key));
        }
        JsonNode fields = block.get("fields");
        if (!(fields instanceof ObjectNode entries)) {
            throw damaged("/" + EventPrivacy.BLOCK, "it has no fields");
        }
        Map<Named, Optional<byte[]>> eventKeys = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> entry : entries.properties()) {
            place(tree, entry.getKey(), entry.getValue(), keys, eventKeys);
        }
        eventKeys.forEach((named, key) -> {
            if (key.isPresent()) {
                subjects.accept(named.subject);
            }
        });
    }

    private void checkForm(ObjectNode block) {
        JsonNode form = block.get("form");
        if (form == null || !form.isInt()) {
            throw damaged("/" + EventPrivacy.BLOCK, "it does not say its form");
        }
        if (form.intValue() != EventPrivacy.FORM) {
            throw new IllegalStateException(
                    "its personal data is encrypted in form %d, and this program knows form %d"
                            .formatted(form.intValue(), EventPrivacy.FORM));
        }
    }

    private Iterable<JsonNode> listIn(ObjectNode block, String name) {
        JsonNode list = block.get(name);
        if (list == null || !list.isArray()) {
            throw damaged("/" + EventPrivacy.BLOCK, "it has no " + name);
        }
        return list;
    }

    private Named named(JsonNode key) {
        JsonNode subject = key.get(0);
        JsonNode version = key.get(1);
        if (subject == null
                || !subject.isString()
                || version == null
                || !version.isInt()
                || version.intValue() < 1) {
            throw damaged("/" + EventPrivacy.BLOCK, "it does not say whose key it needs");
        }
        return new Named(subject.stringValue(), version.intValue());
    }

    private void place(
            ObjectNode tree,
            String path,
            JsonNode entry,
            List<Named> keys,
            Map<Named, Optional<byte[]>> eventKeys) {
        JsonNode index = entry.get(0);
        JsonNode data = entry.get(1);
        if (index == null
                || !index.isInt()
                || index.intValue() < 0
                || index.intValue() >= keys.size()
                || data == null
                || !data.isString()) {
            throw damaged(path, "its entry is not complete");
        }
        Named named = keys.get(index.intValue());
        Optional<byte[]> key = eventKeys.computeIfAbsent(named, each -> keyOf(each, path));
        ObjectNode holder = holder(tree, path);
        String property = unescaped(path.substring(path.lastIndexOf('/') + 1));
        if (holder.has(property)) {
            throw damaged(path, "there is something in its place");
        }
        Optional<JsonNode> value =
                key.isPresent()
                        ? Optional.of(decrypted(key.get(), data.stringValue(), named, path))
                        : privacy.redaction()
                                .of(
                                        stored.type().value(),
                                        stored.schemaVersion(),
                                        path,
                                        Optional.ofNullable(entry.get(2)));
        value.ifPresent(json -> holder.set(property, json));
    }

    /** Empty if the subject was forgotten. */
    private Optional<byte[]> keyOf(Named named, String path) {
        Optional<LiveKey> key = privacy.keys().find(named.subject, named.version);
        if (key.isEmpty() && !privacy.keys().isForgotten(named.subject)) {
            // It may have been renewed or restored a moment ago, elsewhere.
            privacy.keys().refresh(named.subject);
            key = privacy.keys().find(named.subject, named.version);
            if (key.isEmpty() && !privacy.keys().isForgotten(named.subject)) {
                throw new IntegrityException(
                        "LF-4201",
                        "version %d of the key for '%s' of %s is missing, though its subject was not forgotten: the key store is older than the event, or not the right one. Nothing was changed. Restore the newest copy of the key store, then call reapplyErasures()."
                                .formatted(named.version, path, where()),
                        null);
            }
        }
        return key.map(place::keyFrom);
    }

    private JsonNode decrypted(byte[] key, String data, Named named, String path) {
        byte[] encrypted;
        try {
            encrypted = Base64.getDecoder().decode(data);
        } catch (IllegalArgumentException e) {
            throw damaged(path, "it is no base64");
        }
        byte[] plain =
                Crypto.decrypt(key, encrypted, place.binding(path, named.subject, named.version));
        if (plain == null) {
            throw damaged(path, "it is not what was encrypted for this place");
        }
        try {
            return Json.read(plain);
        } catch (JacksonException e) {
            throw damaged(path, "what was encrypted is no JSON");
        } finally {
            Arrays.fill(plain, (byte) 0);
        }
    }

    private ObjectNode holder(ObjectNode tree, String path) {
        JsonNode node = tree;
        String[] names = path.split("/", -1);
        for (int i = 1; i < names.length - 1 && node != null; i++) {
            node = node.isArray() ? element(node, names[i]) : node.get(unescaped(names[i]));
        }
        if (names.length < 2 || !names[0].isEmpty() || !(node instanceof ObjectNode holder)) {
            throw damaged(path, "there is no such place");
        }
        return holder;
    }

    private static @Nullable JsonNode element(JsonNode array, String index) {
        try {
            return array.get(Integer.parseInt(index));
        } catch (NumberFormatException e) {
            return null;
        }
    }

    private static String unescaped(String name) {
        return name.replace("~1", "/").replace("~0", "~");
    }

    private String where() {
        return "event %s ('%s'), version %d of stream '%s' at position %d"
                .formatted(
                        stored.id(),
                        stored.type(),
                        stored.version(),
                        stored.stream(),
                        stored.position());
    }

    private IntegrityException damaged(String path, String why) {
        return new IntegrityException(
                "LF-4001",
                "personal data '%s' of %s cannot be decrypted: %s. Nothing was changed. Compare the event with a backup: it was changed or moved after it was stored, or the key store is a restored copy that is older than its key and has made another one."
                        .formatted(path, where(), why),
                null);
    }
}
