package org.leftfold.cli.xes;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.regex.Pattern;
import org.leftfold.api.EventId;
import org.leftfold.api.EventType;
import org.leftfold.api.Metadata;
import org.leftfold.api.NewEvent;
import org.leftfold.api.Payload;
import org.leftfold.api.RecordedEvent;
import org.leftfold.api.StreamName;
import org.leftfold.api.Tag;

/**
 * How an event of a log becomes an event of the store, and back.
 *
 * <p>The type is its {@code concept:name}, or {@code event} where it has none; the metadata {@code
 * actor} and {@code occurredAt} are its {@code org:resource} and {@code time:timestamp}; the tag
 * {@code lifecycle:...} is its {@code lifecycle:transition}; the payload is all of it, see {@link
 * XesPayload}. The id follows from the place: the stream, how many traces of that name came before
 * in the log, and the index in the trace. So the same log gives the same events every time.
 */
final class XesEvents {
    static final String UNNAMED = "event";

    /** Never changes: ids of stored events are made with it. */
    private static final UUID NAMESPACE = UUID.fromString("ebcd6cf7-958d-5f76-b7ca-f6716c543c90");

    private static final int MAX_METADATA_CHARS = 8192; // a name or a date, not a document
    private static final Pattern NO_XML =
            Pattern.compile(
                    "[^\\t\\n\\r\\x{20}-\\x{D7FF}\\x{E000}-\\x{FFFD}\\x{10000}-\\x{10FFFF}]");

    private XesEvents() {}

    /** The stream of a trace, which has a name, or else an ordinal from 1 in its log. */
    static StreamName stream(String category, List<XesAttribute> trace, long ordinal) {
        String name = XesAttribute.value(trace, XesAttribute.NAME).orElse("trace" + ordinal);
        return new StreamName(LegalNames.of(category + "-" + name));
    }

    /** The id of the event at an index of the n-th trace of its stream, both from 0. */
    static EventId id(StreamName stream, int occurrence, int index) {
        return EventId.fromName(NAMESPACE, stream + "\n" + occurrence + "\n" + index);
    }

    /** The event as it is stored. */
    static NewEvent toEvent(EventId id, XesPayload payload) {
        List<XesAttribute> attributes = payload.attributes();
        return new NewEvent(
                id,
                type(attributes),
                1,
                Payload.wrap(payload.toBytes()),
                metadata(attributes),
                tags(attributes));
    }

    private static EventType type(List<XesAttribute> attributes) {
        String name = XesAttribute.value(attributes, XesAttribute.NAME).orElse(UNNAMED);
        return new EventType(LegalNames.of(name));
    }

    private static Metadata metadata(List<XesAttribute> attributes) {
        Map<String, String> entries = new TreeMap<>();
        XesAttribute.value(attributes, XesAttribute.RESOURCE)
                .ifPresent(actor -> entries.put(Metadata.ACTOR, bounded(actor)));
        XesAttribute.value(attributes, XesAttribute.TIMESTAMP)
                .ifPresent(time -> entries.put(Metadata.OCCURRED_AT, bounded(time)));
        return Metadata.of(entries);
    }

    private static String bounded(String text) {
        return text.length() <= MAX_METADATA_CHARS ? text : LegalNames.of(text);
    }

    private static Set<Tag> tags(List<XesAttribute> attributes) {
        return XesAttribute.value(attributes, XesAttribute.TRANSITION)
                .map(step -> Set.of(Tag.of(LegalNames.of("lifecycle:" + step))))
                .orElse(Set.of());
    }

    /**
     * The event as XES. One that came from a log is what it was; of any other the payload becomes a
     * string, and type, time, actor, tags and metadata the attributes that say the same.
     */
    static XesPayload toXes(RecordedEvent event) {
        Optional<XesPayload> payload = XesPayload.parse(event.payload().toByteArray());
        return payload.filter(xes -> event.hasContentOf(toEvent(event.id(), xes)))
                .orElseGet(() -> new XesPayload(described(event), null));
    }

    private static List<XesAttribute> described(RecordedEvent event) {
        List<XesAttribute> attributes = new ArrayList<>();
        Metadata metadata = event.metadata();
        attributes.add(XesAttribute.string(XesAttribute.NAME, xmlText(event.type().value())));
        metadata.value(Metadata.ACTOR)
                .ifPresent(a ->
                        attributes.add(XesAttribute.string(XesAttribute.RESOURCE, xmlText(a))));
        String time =
                metadata.value(Metadata.OCCURRED_AT)
                        .filter(XesType.DATE::accepts)
                        .orElse(event.recordedAt().toString());
        attributes.add(XesAttribute.date(XesAttribute.TIMESTAMP, time));
        attributes.add(
                new XesAttribute(
                        XesType.ID, "leftfold:id", event.id().toString(), List.of(), null));
        if (event.payload().sizeBytes() > 0) {
            attributes.add(payload(event.payload()));
        }
        for (Tag tag : new TreeSet<>(event.tags())) {
            attributes.add(XesAttribute.string("leftfold:tag", xmlText(tag.toString())));
        }
        metadata.asMap()
                .forEach((key, value) ->
                        attributes.add(
                                XesAttribute.string(
                                        "leftfold:metadata:" + xmlText(key), xmlText(value))));
        return attributes;
    }

    private static XesAttribute payload(Payload payload) {
        byte[] bytes = payload.toByteArray();
        String text = payload.asText();
        boolean isText =
                Arrays.equals(text.getBytes(StandardCharsets.UTF_8), bytes)
                        && !NO_XML.matcher(text).find();
        return isText
                ? XesAttribute.string("payload", text)
                : XesAttribute.string("payloadBase64", Base64.getEncoder().encodeToString(bytes));
    }

    /** The name of a trace that did not come from a log. */
    static XesAttribute nameOf(StreamName stream) {
        String name = stream.id().isEmpty() ? stream.value() : stream.id();
        return XesAttribute.string(XesAttribute.NAME, xmlText(name));
    }

    private static String xmlText(String text) {
        return NO_XML.matcher(text).replaceAll("\uFFFD");
    }
}
