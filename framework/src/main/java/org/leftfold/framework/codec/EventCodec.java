package org.leftfold.framework.codec;

import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.leftfold.api.EventId;
import org.leftfold.api.IntegrityException;
import org.leftfold.api.Metadata;
import org.leftfold.api.NewEvent;
import org.leftfold.api.Payload;
import org.leftfold.api.RecordedEvent;
import org.leftfold.api.StoreUnavailableException;
import org.leftfold.api.StreamName;
import org.leftfold.api.Tag;
import org.leftfold.framework.codec.EventSchema.Form;
import org.leftfold.framework.privacy.EventPlace;
import org.leftfold.framework.privacy.Privacy;
import org.leftfold.framework.reflect.Access;
import tools.jackson.core.JacksonException;
import tools.jackson.core.TokenStreamLocation;
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
    private final @Nullable Privacy privacy;
    private final Set<Class<?>> personal; // classes of events with personal data
    private final Set<Class<?>> open; // classes of events that have to be looked at one by one

    /**
     * A codec for the events of a schema, none of which has personal data.
     *
     * @throws DefinitionException if the format cannot read or write one of its classes, or one has
     *     personal data (LF-1201)
     */
    public EventCodec(EventSchema<E> schema, PayloadFormat format) {
        this(schema, format, null, false);
    }

    /**
     * A codec that encrypts personal data.
     *
     * @throws DefinitionException if the format cannot read or write one of its classes, or the
     *     personal data of one is not described completely (LF-1201)
     */
    public EventCodec(EventSchema<E> schema, PayloadFormat format, Privacy privacy) {
        this(schema, format, privacy, false);
    }

    private EventCodec(
            EventSchema<E> schema,
            PayloadFormat format,
            @Nullable Privacy privacy,
            boolean isPlain) {
        this.schema = schema;
        this.format = format;
        this.privacy = privacy;
        Set<Class<?>> looked = isPlain ? Set.of() : schema.eventClasses();
        this.personal =
                looked.stream().filter(Privacy::isPersonal).collect(Collectors.toUnmodifiableSet());
        this.open = looked.stream().filter(Privacy::isOpen).collect(Collectors.toUnmodifiableSet());
        List<String> problems = new ArrayList<>();
        if (privacy == null) {
            personal.forEach(type ->
                    problems.add(
                            "%s has personal data, and nothing encrypts it: use Leftfold.on(store).protecting(privacy)"
                                    .formatted(type.getName())));
        }
        RuntimeException cause = null;
        for (Class<?> type : schema.eventClasses()) {
            try {
                problems.addAll(Privacy.problemsOf(type));
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

    /**
     * A codec that leaves personal data as it is: for tests and tools that look at what an event
     * is, never for one that stores it.
     *
     * @throws DefinitionException if the format cannot read or write one of its classes, or the
     *     personal data of one is not described completely (LF-1201)
     */
    public static <E> EventCodec<E> inPlain(EventSchema<E> schema, PayloadFormat format) {
        return new EventCodec<>(schema, format, null, true);
    }

    /** What encrypts personal data, if anything does. */
    public Optional<Privacy> privacy() {
        return Optional.ofNullable(privacy);
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
     * @throws IllegalArgumentException if it has personal data to be encrypted, for which the
     *     stream has to be known
     */
    public NewEvent encode(E event, Metadata metadata, Set<Tag> tags) {
        if (isPersonal(event)) {
            throw new IllegalArgumentException(
                    "%s has personal data: use Leftfold.on(store).protecting(privacy), and encode(stream, event, metadata, tags), since it is encrypted for one stream"
                            .formatted(event.getClass().getName()));
        }
        EventKind<E> kind = existingKind(event);
        return new NewEvent(
                EventId.next(),
                kind.type(),
                kind.schemaVersion(),
                format.write(event),
                metadata,
                union(kind.tagger().apply(event), tags));
    }

    /**
     * The same for an event that may have personal data. What it needs to be decrypted is durable
     * on return; it decrypts under this id in this stream only.
     *
     * @param stream where it is going to be stored
     * @throws org.leftfold.framework.privacy.PersonalDataException if it has data of a subject that
     *     was forgotten (LF-1209), or where it cannot be erased (LF-1210)
     */
    public NewEvent encode(StreamName stream, E event, Metadata metadata, Set<Tag> tags) {
        Privacy by = privacy;
        if (by == null || !isPersonal(event)) {
            return encode(event, metadata, tags);
        }
        EventKind<E> kind = existingKind(event);
        EventId id = EventId.next();
        Set<Tag> all = union(kind.tagger().apply(event), tags);
        ObjectNode tree = format.toTree(event);
        EventPlace place = new EventPlace(stream, id, kind.type(), kind.schemaVersion());
        Set<Tag> blinded = by.protect(place, event, tree, all);
        return new NewEvent(
                id,
                kind.type(),
                kind.schemaVersion(),
                format.writeTree(tree),
                metadata,
                union(all, blinded));
    }

    private boolean isPersonal(E event) {
        return personal.contains(event.getClass())
                || (open.contains(event.getClass()) && Privacy.holdsPersonalData(event));
    }

    private EventKind<E> existingKind(E event) {
        EventKind<E> kind = schema.kindOf(event.getClass());
        if (kind == null) {
            throw new DefinitionException(
                    schema.toString(),
                    List.of(
                            "%s is none of them: let it be one of the permitted classes of %s, or list it with event(...)"
                                    .formatted(
                                            event.getClass().getName(), schema.root().getName())));
        }
        return kind;
    }

    /** Whose personal data is in these events. */
    public Set<String> subjectsOf(List<? extends E> events) {
        if (personal.isEmpty() && open.isEmpty()) {
            return Set.of();
        }
        Set<String> subjects = new TreeSet<>();
        for (E event : events) {
            if (isPersonal(event)) {
                subjects.addAll(Privacy.subjectsOf(event));
            }
        }
        return subjects;
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
     * @throws org.leftfold.api.IntegrityException if personal data in it is not what was encrypted
     *     for it (LF-4001), or its key is missing without an erasure (LF-4201)
     */
    public List<DomainEvent<E>> decode(RecordedEvent stored) {
        return decode(stored, subject -> {});
    }

    /** The same; tells whose personal data is in it and was not erased. */
    public List<DomainEvent<E>> decode(RecordedEvent stored, Consumer<String> subjects) {
        if (isPseudo(stored)) {
            return List.of();
        }
        String name = schema.newestName(stored.type().value());
        EventKind<E> kind = schema.kindNamed(name);
        try {
            if (schema.isDropped(name)) {
                return List.of();
            }
            ObjectNode opened = opened(stored, subjects);
            if (opened == null && kind != null && kind.schemaVersion() == stored.schemaVersion()) {
                E event = format.read(stored.payload(), kind.eventClass());
                return List.of(new DomainEvent<>(event, stored, 1, 1));
            }
            List<E> events = new ArrayList<>();
            upcast(stored, new Form(name, stored.schemaVersion()), opened, events);
            return parts(stored, events);
        } catch (UnreadableEventException | IntegrityException | StoreUnavailableException e) {
            throw e; // the latter two come from the keys
        } catch (RuntimeException e) {
            throw new UnreadableEventException(
                    stored,
                    "its payload does not fit, %s was thrown. Look at the cause and at the payload, and add an upcaster"
                            .formatted(e.getClass().getSimpleName()),
                    e);
        }
    }

    /**
     * What is wrong with a payload that somebody has written to be read in place of a stored one:
     * it is no JSON, does not fit, or has fields that neither the event knows nor the stored
     * payload has; empty if it can be read. Where upcasters read it, its fields are not compared.
     */
    public Optional<String> mistakeIn(RecordedEvent stored, Payload written) {
        try {
            ObjectNode tree = format.tree(written);
            List<DomainEvent<E>> events = decode(with(stored, written));
            EventKind<E> kind = schema.kindNamed(schema.newestName(stored.type().value()));
            if (kind == null || kind.schemaVersion() != stored.schemaVersion()) {
                return Optional.empty();
            }
            Set<String> known = new TreeSet<>(namesOf(stored.payload()));
            for (DomainEvent<E> event : events) {
                known.addAll(format.toTree(event.event()).propertyNames());
                for (RecordComponent each : componentsOf(event.event().getClass())) {
                    known.add(each.getName()); // what is empty is not written
                }
            }
            List<String> unknown =
                    tree.propertyNames().stream().filter(name -> !known.contains(name)).toList();
            return unknown.isEmpty()
                    ? Optional.empty()
                    : Optional.of("the event has no field %s, but %s".formatted(unknown, known));
        } catch (UnreadableEventException e) {
            return Optional.of("it does not fit the event" + place(e.getCause()));
        } catch (JacksonException e) {
            return Optional.of("it is no JSON" + place(e));
        } catch (IllegalArgumentException e) {
            return Optional.of(String.valueOf(e.getMessage())); // an array, or a single value
        }
    }

    private static RecordedEvent with(RecordedEvent stored, Payload payload) {
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

    private Collection<String> namesOf(Payload stored) {
        try {
            return format.tree(stored).propertyNames();
        } catch (JacksonException | IllegalArgumentException e) {
            return List.of(); // which may be why another one is read in its place
        }
    }

    private static List<RecordComponent> componentsOf(Class<?> type) {
        return type.isRecord() ? List.of(type.getRecordComponents()) : List.of();
    }

    /** Where in a payload something is wrong, without what stands there. */
    private static String place(@Nullable Throwable cause) {
        if (!(cause instanceof JacksonException e)) {
            return cause == null
                    ? ""
                    : ": %s was thrown".formatted(cause.getClass().getSimpleName());
        }
        String path =
                e.getPath().stream()
                        .map(JacksonException.Reference::getPropertyName)
                        .filter(Objects::nonNull)
                        .collect(Collectors.joining("."));
        TokenStreamLocation at = e.getLocation();
        if (!path.isEmpty()) {
            return ": field '%s' cannot be read".formatted(path);
        }
        return at == null || at.getByteOffset() < 0 ? "" : ": at byte " + at.getByteOffset();
    }

    /** The payload with its personal data, before any upcaster; null if it has none. */
    private @Nullable ObjectNode opened(RecordedEvent stored, Consumer<String> subjects) {
        if (privacy == null || !Privacy.mayBeProtected(stored.payload())) {
            return null;
        }
        ObjectNode tree = format.tree(stored.payload());
        privacy.open(stored, tree, subjects);
        return tree;
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

    /** A payload of an event, as it is stored now; personal data is in it as it is. */
    public Payload payloadOf(E event) {
        return format.write(event);
    }
}
