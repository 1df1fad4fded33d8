package org.leftfold.framework.codec;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.leftfold.api.EventId;
import org.leftfold.api.Metadata;
import org.leftfold.api.NewEvent;
import org.leftfold.api.Payload;
import org.leftfold.api.RecordedEvent;
import org.leftfold.api.Tag;
import org.leftfold.framework.codec.EventSchema.Form;
import org.leftfold.framework.reflect.Access;
import tools.jackson.databind.node.ObjectNode;

/**
 * Turns events of the domain into events to be stored, and stored ones, of whatever age, into
 * events of the domain. Safe for any thread.
 */
public final class EventCodec<E> {
    /** Names of pseudo events begin so, and no others do. */
    public static final String RESERVED_PREFIX = "leftfold.";

    private final EventSchema<E> schema;
    private final PayloadFormat format;

    /**
     * A codec for the events of a schema.
     *
     * @throws DefinitionException if the format cannot read or write one of its classes (LF-1201)
     */
    public EventCodec(EventSchema<E> schema, PayloadFormat format) {
        this.schema = schema;
        this.format = format;
        List<String> problems = new ArrayList<>();
        RuntimeException cause = null;
        for (Class<?> type : schema.eventClasses()) {
            try {
                Access.in(type);
                format.prepare(type);
            } catch (IllegalAccessException e) {
                problems.add(Access.missingOpens(type));
            } catch (DefinitionException e) {
                problems.addAll(e.problems());
            } catch (RuntimeException e) {
                cause = e;
                problems.add("%s cannot be written: %s".formatted(type.getName(), e.getMessage()));
            }
        }
        if (!problems.isEmpty()) {
            throw new DefinitionException(
                    schema.toString(), problems.stream().distinct().toList(), cause);
        }
    }

    /** The schema. */
    public EventSchema<E> schema() {
        return schema;
    }

    /** The format of its payloads. */
    public PayloadFormat format() {
        return format;
    }

    /**
     * The event to be stored, with a new id.
     *
     * @param metadata who, why and the like
     * @param tags tags besides those of the event itself
     * @throws DefinitionException if the class of the event is not in the schema (LF-1201)
     * @throws org.leftfold.api.InvalidRequestException if a tag is no legal name or a limit is
     *     passed
     */
    public NewEvent encode(E event, Metadata metadata, Set<Tag> tags) {
        EventKind<E> kind = schema.kindOf(event.getClass());
        if (kind == null) {
            throw new DefinitionException(
                    schema.toString(),
                    List.of(
                            "%s is none of them: let it be one of the permitted classes of %s, or list it with event(...)"
                                    .formatted(
                                            event.getClass().getName(), schema.root().getName())));
        }
        return new NewEvent(
                EventId.next(),
                kind.type(),
                kind.schemaVersion(),
                format.write(event),
                metadata,
                union(kind.tagger().apply(event), tags));
    }

    /** The same for a pseudo event. */
    public NewEvent encode(PseudoEvent event, Metadata metadata, Set<Tag> tags) {
        return new NewEvent(
                EventId.next(),
                EventSchema.pseudoType(event.getClass()),
                1,
                format.write(event),
                metadata,
                union(RecordTags.of(event.getClass(), new ArrayList<>()).apply(event), tags));
    }

    private static Set<Tag> union(Set<Tag> some, Set<Tag> more) {
        if (more.isEmpty()) {
            return some;
        }
        Set<Tag> all = new TreeSet<>(some);
        all.addAll(more);
        return all;
    }

    /** Whether a stored event is a pseudo event, which no code of the domain sees. */
    public static boolean isPseudo(RecordedEvent stored) {
        return stored.type().value().startsWith(RESERVED_PREFIX);
    }

    /**
     * What a stored event means today: mostly one event, several if it was split, none if it was
     * dropped or is a pseudo event.
     *
     * @throws UnreadableEventException if its type is not known, it was written by a newer version
     *     of the program, or the payload does not fit (LF-5002)
     */
    public List<DomainEvent<E>> decode(RecordedEvent stored) {
        if (isPseudo(stored)) {
            return List.of();
        }
        String name = schema.newestName(stored.type().value());
        EventKind<E> kind = schema.kindNamed(name);
        try {
            if (kind != null && kind.schemaVersion() == stored.schemaVersion()) {
                E event = format.read(stored.payload(), kind.eventClass());
                return List.of(new DomainEvent<>(event, stored, 1, 1));
            }
            if (schema.isDropped(name)) {
                return List.of();
            }
            List<E> events = new ArrayList<>();
            upcast(stored, new Form(name, stored.schemaVersion()), null, events);
            return parts(stored, events);
        } catch (UnreadableEventException e) {
            throw e;
        } catch (RuntimeException e) {
            throw new UnreadableEventException(
                    stored,
                    "its payload does not fit, %s was thrown. Look at the cause and at the payload, and add an upcaster"
                            .formatted(e.getClass().getSimpleName()),
                    e);
        }
    }

    private List<DomainEvent<E>> parts(RecordedEvent stored, List<E> events) {
        List<DomainEvent<E>> parts = new ArrayList<>(events.size());
        for (E event : events) {
            parts.add(new DomainEvent<>(event, stored, parts.size() + 1, events.size()));
        }
        return parts;
    }

    /**
     * Follows the upcasters to the newest schema.
     *
     * @param tree the payload as it is after those that were followed; null if that is the stored
     *     one
     */
    private void upcast(
            RecordedEvent stored, Form form, @Nullable ObjectNode tree, List<E> events) {
        EventKind<E> kind = schema.kindNamed(form.type());
        if (kind != null && kind.schemaVersion() == form.version()) {
            events.add(
                    tree == null
                            ? format.read(stored.payload(), kind.eventClass())
                            : format.read(tree, kind.eventClass()));
            return;
        }
        Upcast upcast = schema.upcast(form);
        if (upcast == null) {
            throw new UnreadableEventException(stored, whyUnknown(form, kind), null);
        }
        if (upcast.keepsPayload()) {
            Upcast.Target only = upcast.targets().getFirst();
            upcast(stored, new Form(only.type(), only.version()), tree, events);
            return;
        }
        ObjectNode whole = tree == null ? format.tree(stored.payload()) : tree;
        int left = upcast.targets().size();
        for (Upcast.Target target : upcast.targets()) {
            ObjectNode own = --left == 0 ? whole : whole.deepCopy();
            Form to = new Form(target.type(), target.version());
            for (ObjectNode payload : target.payloads().apply(own)) {
                if (payload == null) {
                    throw new NullPointerException(
                            "the upcaster to %s gave null: give a tree, or no event at all"
                                    .formatted(to));
                }
                upcast(stored, to, payload, events);
            }
        }
    }

    private String whyUnknown(Form form, @Nullable EventKind<E> kind) {
        if (kind == null) {
            return "%s has no such event. Add it, or say what became of it with renamed(...), upcast(...) or dropped(...)"
                    .formatted(schema);
        }
        if (form.version() > kind.schemaVersion()) {
            return "this program knows schema versions up to %d. Use the newer program that wrote it"
                    .formatted(kind.schemaVersion());
        }
        return "nothing says how version %d is read. Add an upcaster".formatted(form.version());
    }

    /** A payload of an event, as it is stored now. */
    public Payload payloadOf(E event) {
        return format.write(event);
    }
}
