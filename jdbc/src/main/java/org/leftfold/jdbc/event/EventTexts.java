package org.leftfold.jdbc.event;

import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.leftfold.api.IntegrityException;
import org.leftfold.api.Metadata;
import org.leftfold.api.Tag;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/**
 * Metadata as a JSON object and tags as a JSON array, so that people can read them in the table.
 */
public final class EventTexts {
    private static final JsonFactory JSON = new JsonFactory();

    private static final String[] USUAL_KEYS = {
        Metadata.CORRELATION_ID,
        Metadata.CAUSATION_ID,
        Metadata.ACTOR,
        Metadata.TENANT,
        Metadata.REASON,
        Metadata.OCCURRED_AT
    };

    /** Keys and values of two entries. */
    private static final int USUAL_PAIRS = 4;

    private EventTexts() {}

    /** Metadata as text; null for none. */
    public static @Nullable String ofMetadata(Metadata metadata) {
        if (metadata.entryCount() == 0) {
            return null;
        }
        StringWriter text = new StringWriter();
        try (JsonGenerator out = JSON.createGenerator(ObjectWriteContext.empty(), text)) {
            out.writeStartObject();
            metadata.forEach(out::writeStringProperty);
            out.writeEndObject();
        }
        return text.toString();
    }

    /** Tags as text; null for none. */
    public static @Nullable String ofTags(Set<Tag> tags) {
        if (tags.isEmpty()) {
            return null;
        }
        StringWriter text = new StringWriter();
        try (JsonGenerator out = JSON.createGenerator(ObjectWriteContext.empty(), text)) {
            out.writeStartArray();
            for (Tag tag : new TreeSet<>(tags)) {
                out.writeString(tag.toString());
            }
            out.writeEndArray();
        }
        return text.toString();
    }

    /** Metadata as {@link #ofMetadata} wrote it; empty for none as well. */
    public static Metadata metadata(@Nullable String text, long position) {
        if (text == null || text.isEmpty()) {
            return Metadata.none();
        }
        String @Nullable [] plain = plainPairs(text);
        if (plain != null) {
            // beside keys and values there are two braces, and six other characters for each pair
            // but one
            int others = 2 + 3 * plain.length - 1;
            int bytes = text.getBytes(StandardCharsets.UTF_8).length - others;
            return Metadata.ofStored(plain, bytes);
        }
        List<String> pairs = parsedPairs(text, position);
        int bytes = 0;
        for (String part : pairs) {
            bytes += utf8Bytes(part);
        }
        return Metadata.ofStored(pairs.toArray(String[]::new), bytes);
    }

    /**
     * What a flat object without escapes holds, as most metadata are; null for all else. A parser
     * would take nearly half of the time in which an event is read.
     */
    private static String @Nullable [] plainPairs(String text) {
        if (text.indexOf('\\') >= 0) {
            return null;
        }
        String[] pairs = new String[USUAL_PAIRS];
        int count = 0;
        int from = 0;
        for (int token = 0; ; token++) {
            int quote = text.indexOf('"', from);
            int end = quote < 0 ? text.length() : quote;
            if (token % 2 == 1) {
                if (quote < 0) {
                    return null;
                }
                if (count == pairs.length) {
                    pairs = Arrays.copyOf(pairs, 2 * count);
                }
                pairs[count++] = token % 4 == 1 ? key(text, from, end) : text.substring(from, end);
            } else {
                char wanted = token == 0 ? '{' : quote < 0 ? '}' : token % 4 == 2 ? ':' : ',';
                boolean whole = quote >= 0 || (token % 4 == 0 && token > 0);
                if (end != from + 1 || text.charAt(from) != wanted || !whole) {
                    return null;
                }
                if (quote < 0) {
                    return count == pairs.length ? pairs : Arrays.copyOf(pairs, count);
                }
            }
            from = end + 1;
        }
    }

    /** The usual keys are the same strings in all events: looking for one finds it at once. */
    private static String key(String text, int from, int end) {
        for (String usual : USUAL_KEYS) {
            if (usual.length() == end - from && text.startsWith(usual, from)) {
                return usual;
            }
        }
        return text.substring(from, end);
    }

    private static List<String> parsedPairs(String text, long position) {
        List<String> pairs = new ArrayList<>();
        try (JsonParser in = JSON.createParser(ObjectReadContext.empty(), text)) {
            require(in.nextToken() == JsonToken.START_OBJECT, position);
            while (in.nextToken() == JsonToken.PROPERTY_NAME) {
                pairs.add(in.currentName());
                require(in.nextToken() == JsonToken.VALUE_STRING, position);
                pairs.add(in.getString());
            }
            require(in.currentToken() == JsonToken.END_OBJECT, position);
            require(in.nextToken() == null, position);
        } catch (JacksonException e) {
            throw unreadable(position, e);
        }
        return pairs;
    }

    /** Tags as {@link #ofTags} wrote them; empty for none as well. */
    public static Set<Tag> tags(@Nullable String text, long position) {
        if (text == null || text.isEmpty()) {
            return Set.of();
        }
        Set<Tag> tags = new HashSet<>();
        try (JsonParser in = JSON.createParser(ObjectReadContext.empty(), text)) {
            require(in.nextToken() == JsonToken.START_ARRAY, position);
            while (in.nextToken() == JsonToken.VALUE_STRING) {
                tags.add(Tag.ofStored(in.getString()));
            }
            require(in.currentToken() == JsonToken.END_ARRAY, position);
            require(in.nextToken() == null, position);
        } catch (JacksonException e) {
            throw unreadable(position, e);
        }
        return Set.copyOf(tags);
    }

    private static int utf8Bytes(String text) {
        int bytes = text.length();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c >= 0x80) {
                bytes += c < 0x800 || Character.isSurrogate(c) ? 1 : 2; // a pair: 2 chars, 4 bytes
            }
        }
        return bytes;
    }

    private static void require(boolean asWritten, long position) {
        if (!asWritten) {
            throw unreadable(position, null);
        }
    }

    private static IntegrityException unreadable(long position, @Nullable Throwable cause) {
        return new IntegrityException(
                "LF-4001",
                "the row of the event at position %d has metadata or tags that nobody wrote"
                                .formatted(position)
                        + ". Nothing was changed. Restore the row from a backup.",
                cause);
    }
}
