package org.leftfold.framework.codec;

import java.lang.reflect.RecordComponent;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.leftfold.api.Payload;
import org.leftfold.api.RecordedEvent;
import org.leftfold.framework.codec.EventSchema.Form;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.node.ObjectNode;

/** Looks at payloads that somebody writes by hand in place of stored ones. Stateless. */
record PatchCheck<E>(EventCodec<E> codec) {
    /** What is wrong; empty if nothing is. */
    Optional<String> problemOf(RecordedEvent stored, Payload patch) {
        ObjectNode tree;
        List<DomainEvent<E>> events;
        try {
            tree = codec.format().tree(patch);
        } catch (RuntimeException e) {
            return Optional.of("is no JSON object: " + shortly(e));
        }
        Set<String> given = new TreeSet<>(tree.propertyNames());
        try {
            events = codec.decode(withPayload(stored, patch));
        } catch (UnreadableEventException e) {
            Throwable cause = e.getCause();
            return Optional.of(
                    "cannot be read as '%s' of schema version %d: %s"
                            .formatted(
                                    stored.type(),
                                    stored.schemaVersion(),
                                    shortly(cause == null ? e : cause)));
        }
        if (events.size() != 1 || codec.schema().upcast(formOf(stored)) != null) {
            return Optional.empty(); // what an upcaster reads, nobody knows
        }
        E event = events.getFirst().event();
        Set<String> known = new TreeSet<>(codec.format().toTree(event).propertyNames());
        for (RecordComponent component : componentsOf(event)) {
            known.add(component.getName());
        }
        given.removeAll(known);
        given.removeAll(namesOf(stored.payload()));
        given.removeIf(PatchCheck::isOurs);
        return given.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        "has '%s', which '%s' has not and which would be ignored; it has '%s'"
                                .formatted(
                                        String.join("', '", given),
                                        stored.type(),
                                        String.join("', '", known)));
    }

    /** What is stored and ignored may be so in the patch as well. */
    private Collection<String> namesOf(Payload stored) {
        try {
            return codec.format().tree(stored).propertyNames();
        } catch (RuntimeException e) {
            return List.of(); // which may be why another one is read in its place
        }
    }

    private Form formOf(RecordedEvent stored) {
        return new Form(codec.schema().newestName(stored.type().value()), stored.schemaVersion());
    }

    private static RecordComponent[] componentsOf(Object event) {
        return event.getClass().isRecord()
                ? event.getClass().getRecordComponents()
                : new RecordComponent[0];
    }

    /** Names of fields that begin so are those of the framework, such as encrypted data. */
    private static boolean isOurs(String field) {
        return field.startsWith("@");
    }

    private static RecordedEvent withPayload(RecordedEvent stored, Payload payload) {
        return new RecordedEvent(
                stored.position(),
                stored.stream(),
                stored.version(),
                stored.id(),
                stored.type(),
                stored.schemaVersion(),
                stored.recordedAt(),
                payload,
                stored.metadata(),
                stored.tags());
    }

    private static String shortly(Throwable e) {
        if (e instanceof JacksonException json) {
            return "at byte %d: %s"
                    .formatted(
                            json.getLocation() == null ? 0 : json.getLocation().getByteOffset(),
                            json.getOriginalMessage());
        }
        return String.valueOf(e.getMessage());
    }
}
