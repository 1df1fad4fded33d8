package org.leftfold.cli.xes;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.leftfold.cli.json.JsonReading;
import org.leftfold.cli.json.JsonText;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * The payload of an imported event: its XES attributes as JSON, so that nothing of them is lost.
 *
 * <ul>
 *   <li>An event is an object with one field an attribute, in the order of the file. The first
 *       event of a trace has one more field at its end, {@code "case"}: the attributes of the
 *       trace.
 *   <li>Attributes are an object {@code {"key":value,...}}. Where a key stands twice they are an
 *       array {@code [{"key":"k","value":value},...]} instead. An event whose keys stand twice, or
 *       are {@code case} or {@code attributes}, is {@code {"attributes":...,"case":...}}.
 *   <li>A string is a JSON string, an int a whole JSON number, a float a JSON number with {@code .}
 *       or an exponent, a boolean {@code true} or {@code false}.
 *   <li>All else carries its type: {@code {"date":"2011-10-01T00:38:44.546+02:00"}}, {@code
 *       {"id":"..."}}, and every value that would come back as another type or text: {@code
 *       {"float":"5"}}, {@code {"int":"007"}}, {@code {"boolean":"1"}}.
 *   <li>A list is {@code {"list":[{"key":"k","value":value},...]}}, a container the same with
 *       {@code "container"}; a list without {@code <values>} is {@code {"list":null}}.
 *   <li>A value that has attributes itself is {@code {"value":value,"attributes":attributes}}.
 * </ul>
 *
 * @param attributes the attributes of the event
 * @param caseAttributes those of its trace in the first event of a trace, null in all others
 */
record XesPayload(List<XesAttribute> attributes, @Nullable List<XesAttribute> caseAttributes) {
    private static final String CASE = "case";
    private static final String ATTRIBUTES = "attributes";
    private static final String VALUE = "value";
    private static final String KEY = "key";

    byte[] toBytes() {
        JsonText json = new JsonText().beginObject();
        if (isObject(attributes) && hasNoReservedKey()) {
            fields(json, attributes);
        } else {
            attributes(json.name(ATTRIBUTES), attributes);
        }
        if (caseAttributes != null) {
            attributes(json.name(CASE), caseAttributes);
        }
        return json.endObject().toBytes();
    }

    private boolean hasNoReservedKey() {
        for (XesAttribute attribute : attributes) {
            if (attribute.key().equals(CASE) || attribute.key().equals(ATTRIBUTES)) {
                return false;
            }
        }
        return true;
    }

    private static boolean isObject(List<XesAttribute> attributes) {
        Set<String> keys = new HashSet<>();
        for (XesAttribute attribute : attributes) {
            if (!keys.add(attribute.key())) {
                return false;
            }
        }
        return true;
    }

    private static void attributes(JsonText json, List<XesAttribute> attributes) {
        if (isObject(attributes)) {
            json.beginObject();
            fields(json, attributes);
            json.endObject();
        } else {
            entries(json, attributes);
        }
    }

    private static void fields(JsonText json, List<XesAttribute> attributes) {
        for (XesAttribute attribute : attributes) {
            value(json.name(attribute.key()), attribute);
        }
    }

    private static void entries(JsonText json, List<XesAttribute> attributes) {
        json.beginArray();
        for (XesAttribute attribute : attributes) {
            json.beginObject().name(KEY).string(attribute.key()).name(VALUE);
            value(json, attribute);
            json.endObject();
        }
        json.endArray();
    }

    private static void value(JsonText json, XesAttribute attribute) {
        if (attribute.nested().isEmpty()) {
            bareValue(json, attribute);
            return;
        }
        json.beginObject().name(VALUE);
        bareValue(json, attribute);
        attributes(json.name(ATTRIBUTES), attribute.nested());
        json.endObject();
    }

    private static void bareValue(JsonText json, XesAttribute attribute) {
        XesType type = attribute.type();
        String value = attribute.value();
        if (type == XesType.STRING) {
            json.string(value);
        } else if (type.isPlainJson(value)) {
            json.raw(value);
        } else {
            json.beginObject().name(type.element());
            if (!type.isCollection()) {
                json.string(value);
            } else if (attribute.items() == null) {
                json.raw("null");
            } else {
                entries(json, attribute.items());
            }
            json.endObject();
        }
    }

    /** The attributes of a payload; empty when it is not exactly what {@link #toBytes} writes. */
    static Optional<XesPayload> parse(byte[] json) {
        try (JsonParser parser = JsonReading.parser(json)) {
            expect(parser, JsonToken.START_OBJECT);
            XesPayload payload = event(parser);
            return parser.nextToken() == null && Arrays.equals(payload.toBytes(), json)
                    ? Optional.of(payload)
                    : Optional.empty();
        } catch (JacksonException | IllegalArgumentException e) {
            return Optional.empty(); // Some other JSON: that is an answer here, not an error.
        }
    }

    private static XesPayload event(JsonParser parser) {
        List<XesAttribute> attributes = new ArrayList<>();
        List<XesAttribute> caseAttributes = null;
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            String key = parser.currentName();
            parser.nextToken();
            if (key.equals(CASE)) {
                caseAttributes = attributes(parser);
            } else if (key.equals(ATTRIBUTES)) {
                attributes.addAll(attributes(parser));
            } else {
                attributes.add(attribute(parser, key));
            }
        }
        return new XesPayload(attributes, caseAttributes);
    }

    /** Reads attributes that start at the current token. */
    private static List<XesAttribute> attributes(JsonParser parser) {
        if (parser.currentToken() == JsonToken.START_ARRAY) {
            return entries(parser);
        }
        if (parser.currentToken() != JsonToken.START_OBJECT) {
            throw new IllegalArgumentException("neither object nor array");
        }
        List<XesAttribute> attributes = new ArrayList<>();
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            String key = parser.currentName();
            parser.nextToken();
            attributes.add(attribute(parser, key));
        }
        return attributes;
    }

    private static List<XesAttribute> entries(JsonParser parser) {
        List<XesAttribute> attributes = new ArrayList<>();
        while (parser.nextToken() == JsonToken.START_OBJECT) {
            field(parser, KEY);
            String key = parser.getString();
            field(parser, VALUE);
            attributes.add(attribute(parser, key));
            expect(parser, JsonToken.END_OBJECT);
        }
        return attributes;
    }

    private static XesAttribute attribute(JsonParser parser, String key) {
        if (parser.currentToken() != JsonToken.START_OBJECT) {
            return plain(parser, key);
        }
        expect(parser, JsonToken.PROPERTY_NAME);
        String tag = parser.currentName();
        parser.nextToken();
        XesAttribute attribute;
        if (tag.equals(VALUE)) {
            XesAttribute bare = attribute(parser, key);
            field(parser, ATTRIBUTES);
            attribute =
                    new XesAttribute(
                            bare.type(), key, bare.value(), attributes(parser), bare.items());
        } else {
            XesType type = XesType.ofElement(tag).orElseThrow(IllegalArgumentException::new);
            attribute = type.isCollection() ? items(parser, type, key) : tagged(parser, type, key);
        }
        expect(parser, JsonToken.END_OBJECT);
        return attribute;
    }

    private static XesAttribute plain(JsonParser parser, String key) {
        XesType type =
                switch (parser.currentToken()) {
                    case VALUE_STRING -> XesType.STRING;
                    case VALUE_NUMBER_INT -> XesType.INT;
                    case VALUE_NUMBER_FLOAT -> XesType.FLOAT;
                    case VALUE_TRUE, VALUE_FALSE -> XesType.BOOLEAN;
                    case null, default -> throw new IllegalArgumentException("no XES value");
                };
        return new XesAttribute(type, key, parser.getString(), List.of(), null);
    }

    private static XesAttribute tagged(JsonParser parser, XesType type, String key) {
        if (parser.currentToken() != JsonToken.VALUE_STRING || !type.accepts(parser.getString())) {
            throw new IllegalArgumentException("no value of its type");
        }
        return new XesAttribute(type, key, parser.getString(), List.of(), null);
    }

    private static XesAttribute items(JsonParser parser, XesType type, String key) {
        boolean isNull = parser.currentToken() == JsonToken.VALUE_NULL && type == XesType.LIST;
        if (!isNull && parser.currentToken() != JsonToken.START_ARRAY) {
            throw new IllegalArgumentException("no items");
        }
        List<XesAttribute> items = isNull ? null : entries(parser);
        return new XesAttribute(type, key, "", List.of(), items);
    }

    private static void field(JsonParser parser, String name) {
        expect(parser, JsonToken.PROPERTY_NAME);
        if (!parser.currentName().equals(name)) {
            throw new IllegalArgumentException("another field");
        }
        parser.nextToken();
    }

    private static void expect(JsonParser parser, JsonToken token) {
        if (parser.nextToken() != token) {
            throw new IllegalArgumentException("another token");
        }
    }
}
