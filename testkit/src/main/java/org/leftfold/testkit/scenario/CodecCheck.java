package org.leftfold.testkit.scenario;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.leftfold.api.Metadata;
import org.leftfold.api.NewEvent;
import org.leftfold.api.RecordedEvent;
import org.leftfold.api.StreamName;
import org.leftfold.framework.codec.DomainEvent;
import org.leftfold.framework.codec.EventCodec;
import org.leftfold.framework.codec.EventSchema;
import org.leftfold.framework.codec.PayloadFormat;
import org.leftfold.framework.privacy.Privacy;

/** Stores events and reads them again, and looks for what got lost. Used by one thread. */
final class CodecCheck<E> {
    private static final StreamName STREAM = StreamName.of("scenario", "1");

    private final Supplier<EventSchema<E>> schema;
    private final PayloadFormat format;
    private @Nullable EventCodec<E> codec; // made when it is used first
    private @Nullable ErasedData<E> erased; // the same

    CodecCheck(Supplier<EventSchema<E>> schema, PayloadFormat format) {
        this.schema = schema;
        this.format = format;
    }

    /** Checks one event. */
    void check(Story story, String which, E event) {
        NewEvent stored;
        try {
            stored = codec().encode(event, Metadata.none(), Set.of());
        } catch (RuntimeException e) {
            throw failure(story, which + " cannot be stored", event, List.of(thrown(e)), e);
        }
        Story.Part json = new Story.Part("stored", List.of(stored.payload().asText()));
        List<DomainEvent<E>> read;
        try {
            read = codec().decode(recorded(stored));
        } catch (RuntimeException e) {
            String headline = which + " cannot be read when it was stored";
            throw failure(story, headline, event, List.of(json, thrown(e)), e);
        }
        List<E> events = read.stream().map(DomainEvent::event).toList();
        List<String> differences =
                events.size() == 1
                        ? Differences.between(event, events.getFirst())
                        : EventLists.differences(List.of(event), events);
        if (!differences.isEmpty()) {
            throw failure(
                    story,
                    which + " is another one after it was stored and read",
                    event,
                    List.of(json, new Story.Part("different", differences)),
                    null);
        }
        if (Privacy.isPersonal(event.getClass())) {
            checkErased(story, which, event);
        }
    }

    /** An event has to be readable when its personal data was erased (R81). */
    private void checkErased(Story story, String which, E event) {
        ErasedData<E> known = erased();
        NewEvent stored;
        try {
            stored = known.encode(STREAM, event);
        } catch (RuntimeException e) {
            String headline = which + " has personal data that cannot be encrypted";
            throw failure(story, headline, event, List.of(thrown(e)), e);
        }
        try {
            known.decode(recorded(stored));
        } catch (RuntimeException e) {
            String headline =
                    which
                            + " cannot be read when its personal data was erased: let its constructor bear it, or give @PersonalData(erasedAs = ...)";
            throw failure(story, headline, event, List.of(thrown(e)), e);
        }
    }

    /**
     * These events as they are when all their subjects were forgotten, and when each of them was
     * alone; none if they have no personal data.
     */
    List<List<E>> erased(List<E> events) {
        Set<String> subjects = new TreeSet<>();
        for (E event : events) {
            if (Privacy.isPersonal(event.getClass())) {
                subjects.addAll(Privacy.subjectsOf(event));
            }
        }
        if (subjects.isEmpty()) {
            return List.of();
        }
        List<RecordedEvent> stored =
                events.stream().map(event -> recorded(erased().encode(STREAM, event))).toList();
        List<List<E>> ways = new ArrayList<>();
        ways.add(erased().decodeAll(stored));
        if (subjects.size() > 1) {
            subjects.forEach(each -> ways.add(erased().decodeAllWithout(each, stored)));
        }
        return ways;
    }

    private ErasedData<E> erased() {
        ErasedData<E> known = erased;
        if (known == null) {
            known = new ErasedData<>(schema.get(), format);
            erased = known;
        }
        return known;
    }

    private EventCodec<E> codec() {
        EventCodec<E> made = codec;
        if (made == null) {
            made = EventCodec.inPlain(schema.get(), format);
            codec = made;
        }
        return made;
    }

    private static RecordedEvent recorded(NewEvent event) {
        return new RecordedEvent(
                1,
                STREAM,
                1,
                event.id(),
                event.type(),
                event.schemaVersion(),
                Instant.EPOCH,
                event.payload(),
                event.metadata(),
                event.tags());
    }

    private static Story.Part thrown(RuntimeException e) {
        return new Story.Part("thrown", List.of(Texts.show(e)));
    }

    private static AssertionError failure(
            Story story,
            String headline,
            Object event,
            List<Story.Part> parts,
            @Nullable RuntimeException cause) {
        List<Story.Part> all = new ArrayList<>();
        all.add(new Story.Part("event", List.of(Texts.show(event))));
        all.addAll(parts);
        return story.failure("defect: " + headline, all, cause);
    }
}
