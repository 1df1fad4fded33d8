package org.leftfold.framework.privacy;

import java.lang.invoke.MethodHandle;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.leftfold.api.Tag;
import org.leftfold.framework.privacy.SubjectKeys.LiveKey;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Takes the personal data out of the JSON of one event, and puts it back encrypted. Used by one
 * thread.
 *
 * <pre>
 * "@protected": {"form": 1,
 *     "keys": [["17", 1]],                         subject, version of the key
 *     "fields": {"/name": [0, "base64", "(erased)"],     which key, encrypted, read after the erasure
 *                "/lines/0/phone": [0, "base64"]}}
 * </pre>
 *
 * <p>What is encrypted is the JSON of the value, with spaces behind it up to a bucket, so that its
 * length says little. The key is derived from that of the subject for this one event, and bound is
 * where it stands: see {@link EventPlace}.
 */
final class EventPrivacy {
    static final String BLOCK = "@protected";
    static final int FORM = 1;

    /** Shorter values are as long as the next of these; longer ones are rounded up to the last. */
    private static final int[] BUCKETS = {16, 32, 64, 128, 256};

    /** Digits of a number that nobody meets by chance: a phone number, not an age. */
    private static final int NUMBER_THAT_TELLS = 6;

    /** A record with those around it. */
    private record Scope(@Nullable Scope around, Object holder, PersonalFields plan) {
        @Nullable Object subjectOf(PersonalData personal) {
            for (Scope scope = this; scope != null; scope = scope.around) {
                MethodHandle handle = scope.plan.subjectOf(personal);
                if (handle != null) {
                    return PersonalFields.call(handle, scope.holder);
                }
            }
            return null;
        }
    }

    /** A key with its place in the list, and what is derived from it for this event. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Used(int index, LiveKey key, byte[] eventKey) {}

    private final Privacy privacy;
    private final EventPlace place;
    private final Set<String> plainNames; // of stream and tags: nothing personal may be one
    private final Set<String> subjects = new HashSet<>(); // stored in plain as well
    private final Map<String, Used> used = new LinkedHashMap<>();
    private final ObjectNode fields = JsonNodeFactory.instance.objectNode();
    private final Set<Tag> tags = new TreeSet<>();

    EventPrivacy(Privacy privacy, EventPlace place, Collection<Tag> plainTags) {
        this.privacy = privacy;
        this.place = place;
        this.plainNames = new HashSet<>(List.of(place.stream().value(), place.stream().id()));
        plainTags.forEach(tag -> plainNames.add(tag.value()));
    }

    /** Changes the tree; gives the blinded tags. */
    Set<Tag> protect(Object event, ObjectNode tree) {
        if (tree.has(BLOCK)) {
            throw PersonalDataException.misplaced(
                    type(), "/" + BLOCK, "it has a field of this name, which is reserved");
        }
        collectSubjects(event, subjects);
        walk(new Scope(null, event, PersonalFields.of(event.getClass())), null, tree, "");
        if (!fields.isEmpty()) {
            ObjectNode block = tree.putObject(BLOCK);
            block.put("form", FORM);
            ArrayNode keys = block.putArray("keys");
            used.forEach((subject, each) -> keys.addArray().add(subject).add(each.key.version()));
            block.set("fields", fields);
        }
        return tags;
    }

    private String type() {
        return place.type().value();
    }

    /**
     * Goes over a record.
     *
     * @param in the component that holds it; null for the event itself
     */
    private void walk(Scope scope, PersonalFields.@Nullable Field in, JsonNode node, String path) {
        checkHasNoMore(scope, in, node, path);
        for (PersonalFields.Field field : scope.plan.fields()) {
            Object value = field.valueIn(scope.holder);
            String place = path + "/" + escaped(field.property());
            if (field.personal() == null) {
                JsonNode inside = node.get(field.property());
                if (inside != null) {
                    walkValue(scope, field, value, inside, place);
                } else if (isPersonal(value)) {
                    throw missing(place);
                }
            } else if (node instanceof ObjectNode object) {
                encrypt(scope, field, value, object, place);
            } else {
                throw missing(place);
            }
        }
    }

    /** What a method of the record gives may be made of what is encrypted. */
    private void checkHasNoMore(
            Scope scope, PersonalFields.@Nullable Field in, JsonNode node, String path) {
        for (String name : node.propertyNames()) {
            boolean isKind = in != null && name.equals(in.kindProperty());
            if (!isKind && !scope.plan.knows(name) && isPersonal(scope.holder)) {
                // the name is not told: it may be the key of a map
                throw PersonalDataException.misplaced(
                        type(),
                        path.isEmpty() ? "/" : path,
                        "the JSON of %s has a field that is none of its components, and may tell what is encrypted; put @JsonIgnore on the method that gives it"
                                .formatted(scope.holder.getClass().getName()));
            }
        }
    }

    private PersonalDataException missing(String place) {
        return PersonalDataException.misplaced(
                type(),
                place,
                "the JSON has no field of this name, so it may stand there under another one");
    }

    private void walkValue(
            Scope scope,
            PersonalFields.Field in,
            @Nullable Object value,
            JsonNode node,
            String path) {
        switch (value) {
            case Optional<?> optional -> walkValue(scope, in, optional.orElse(null), node, path);
            case Record inside ->
                    walk(
                            new Scope(scope, inside, PersonalFields.of(inside.getClass())),
                            in,
                            node,
                            path);
            case Collection<?> many -> walkAll(scope, in, many, node, path);
            case Object[] many -> walkAll(scope, in, Arrays.asList(many), node, path);
            case Map<?, ?> map -> {
                if (isPersonal(map)) { // the definition did not see it if it was any object
                    throw PersonalDataException.misplaced(
                            type(), path, "it is inside of a map; put @PersonalData on the map");
                }
            }
            case null -> {}
            default -> {
                if (isPersonal(value)) {
                    throw PersonalDataException.misplaced(
                            type(), path, "it is inside of a class that is no record");
                }
            }
        }
    }

    private void walkAll(
            Scope scope, PersonalFields.Field in, Collection<?> many, JsonNode node, String path) {
        int index = 0;
        for (Object each : many) {
            JsonNode inside = node.get(index);
            if (inside != null) {
                walkValue(scope, in, each, inside, path + "/" + index);
            } else if (isPersonal(each)) {
                throw missing(path + "/" + index);
            }
            index++;
        }
    }

    static String escaped(String property) {
        return property.replace("~", "~0").replace("/", "~1");
    }

    private void encrypt(
            Scope scope,
            PersonalFields.Field field,
            @Nullable Object value,
            ObjectNode holder,
            String path) {
        JsonNode node = holder.get(field.property());
        boolean isAbsent = value == null || Optional.empty().equals(value);
        if (node == null && !isAbsent) {
            throw missing(path);
        }
        PersonalData personal = Objects.requireNonNull(field.personal());
        Object subject = scope.subjectOf(personal);
        if (node == null || (isAbsent && subject == null)) {
            return;
        }
        if (subject == null) {
            throw PersonalDataException.misplaced(type(), path, "the id of its subject is null");
        }
        checkIsNoName(node, path);
        Used key = used(subject.toString(), path);
        byte[] bound = place.binding(path, key.key.subject(), key.key.version());
        byte[] encrypted = Crypto.encrypt(key.eventKey, padded(node), bound, privacy.random());
        ArrayNode entry = fields.putArray(path);
        entry.add(key.index).add(Base64.getEncoder().encodeToString(encrypted));
        field.redaction().ifPresent(entry::add);
        holder.remove(field.property());
        if (!personal.blindedTag().isEmpty()) {
            blind(personal, key.key.subject(), value);
        }
    }

    /** Adds the blinded tags of a value: of a list, one for each element. */
    private void blind(PersonalData personal, String subject, @Nullable Object value) {
        switch (value) {
            case null -> {}
            case Optional<?> optional -> blind(personal, subject, optional.orElse(null));
            case Collection<?> many -> many.forEach(each -> blind(personal, subject, each));
            case Object[] many -> blind(personal, subject, Arrays.asList(many));
            default ->
                    tags.add(
                            personal.blindedBy() == Blinding.STORE
                                    ? privacy.tag(personal.blindedTag(), value.toString())
                                    : privacy.tagOf(
                                            subject, personal.blindedTag(), value.toString()));
        }
    }

    /** Names of streams, tags and ids of subjects are never erased. */
    private void checkIsNoName(JsonNode node, String path) {
        boolean isSubject = node.isString() && subjects.contains(node.stringValue());
        if (isSubject || tellsName(node)) {
            throw PersonalDataException.misplaced(
                    type(),
                    path,
                    "the same text is the name of the stream, a tag or the id of a subject, which are never erased; use an id that says nothing, or a blinded tag");
        }
    }

    /**
     * Whether a name is in a value, or inside of one. A record of a person may hold the id of that
     * person; and a short number is equal by chance.
     */
    private boolean tellsName(JsonNode node) {
        if (node.isContainer()) {
            for (JsonNode each : node) {
                if (tellsName(each)) {
                    return true;
                }
            }
            return node.propertyNames().stream().anyMatch(plainNames::contains);
        }
        String text = node.isString() || node.isNumber() ? node.asString() : "";
        return (node.isString() || text.length() >= NUMBER_THAT_TELLS)
                && plainNames.contains(text)
                && !subjects.contains(text);
    }

    private Used used(String subject, String path) {
        Used known = used.get(subject);
        if (known != null) {
            return known;
        }
        LiveKey key =
                privacy.keys()
                        .current(Privacy.checked(subject))
                        .orElseThrow(() -> PersonalDataException.forgotten(type(), path));
        Used fresh = new Used(used.size(), key, place.keyFrom(key));
        used.put(subject, fresh);
        return fresh;
    }

    /** The JSON of a value with spaces behind, which JSON does not count. */
    private static byte[] padded(JsonNode node) {
        byte[] json = Json.write(node);
        int last = BUCKETS[BUCKETS.length - 1];
        int length = (json.length + last - 1) / last * last;
        for (int bucket : BUCKETS) {
            if (json.length <= bucket) {
                length = bucket;
                break;
            }
        }
        byte[] padded = Arrays.copyOf(json, length);
        Arrays.fill(padded, json.length, length, (byte) ' ');
        return padded;
    }

    /** Whether there is personal data in an object, as it is and not as it is declared. */
    static boolean isPersonal(@Nullable Object value) {
        return switch (value) {
            case Optional<?> optional -> isPersonal(optional.orElse(null));
            case Record inside ->
                    PersonalFields.of(inside.getClass()).fields().stream()
                            .anyMatch(field ->
                                    field.personal() != null || isPersonal(field.valueIn(inside)));
            case Collection<?> many -> many.stream().anyMatch(EventPrivacy::isPersonal);
            case Map<?, ?> many ->
                    isPersonal(many.values()) || isPersonal(many.keySet()); // keys as their text
            case Map.Entry<?, ?> pair -> isPersonal(pair.getKey()) || isPersonal(pair.getValue());
            case AtomicReference<?> reference -> isPersonal(reference.get());
            case Object[] many -> Arrays.stream(many).anyMatch(EventPrivacy::isPersonal);
            case null -> false;
            default -> Definition.in(value.getClass()).isPersonal();
        };
    }

    /** The subjects whose data an event has. */
    static void collectSubjects(Object event, Set<String> subjects) {
        collect(new Scope(null, event, PersonalFields.of(event.getClass())), subjects);
    }

    private static void collect(Scope scope, Set<String> subjects) {
        for (PersonalFields.Field field : scope.plan.fields()) {
            PersonalData personal = field.personal();
            if (personal == null) {
                collectIn(scope, field.valueIn(scope.holder), subjects);
                continue;
            }
            Object subject = scope.subjectOf(personal);
            if (subject != null) {
                subjects.add(subject.toString());
            }
        }
    }

    private static void collectIn(Scope scope, @Nullable Object value, Set<String> subjects) {
        switch (value) {
            case Optional<?> optional -> collectIn(scope, optional.orElse(null), subjects);
            case Record inside ->
                    collect(
                            new Scope(scope, inside, PersonalFields.of(inside.getClass())),
                            subjects);
            case Collection<?> many -> many.forEach(each -> collectIn(scope, each, subjects));
            case Object[] many -> {
                for (Object each : many) {
                    collectIn(scope, each, subjects);
                }
            }
            case null, default -> {}
        }
    }
}
