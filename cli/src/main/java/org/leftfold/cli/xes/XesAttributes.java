package org.leftfold.cli.xes;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import javax.xml.stream.XMLStreamConstants;
import org.jspecify.annotations.Nullable;

/** Attributes as XML elements: checked while reading, the same elements when written. */
final class XesAttributes {
    /** Deepest nesting of attributes: no log needs it, and a stack has an end. */
    static final int MAX_DEPTH = 100;

    private static final String VALUES = "values";

    private XesAttributes() {}

    /** Reads the attribute whose start tag the cursor is at; leaves the cursor at its end tag. */
    static XesAttribute read(XmlCursor cursor) {
        return read(cursor, 1);
    }

    private static XesAttribute read(XmlCursor cursor, int depth) {
        if (depth > MAX_DEPTH) {
            throw cursor.wrong("attributes are nested more than %d deep".formatted(MAX_DEPTH));
        }
        XesType type = type(cursor);
        String key = key(cursor);
        String value = value(cursor, type, key);
        checkNothingElse(cursor);
        List<XesAttribute> nested = new ArrayList<>();
        List<XesAttribute> items = type == XesType.CONTAINER ? new ArrayList<>() : null;
        while (cursor.nextElement() == XMLStreamConstants.START_ELEMENT) {
            if (type == XesType.LIST && cursor.element().equals(VALUES)) {
                items = values(cursor, depth, items);
            } else if (type == XesType.CONTAINER && items != null) {
                items.add(read(cursor, depth + 1));
            } else {
                nested.add(read(cursor, depth + 1));
            }
        }
        return new XesAttribute(type, key, value, nested, items);
    }

    private static List<XesAttribute> values(
            XmlCursor cursor, int depth, @Nullable List<XesAttribute> before) {
        List<XesAttribute> items = before == null ? new ArrayList<>() : before;
        while (cursor.nextElement() == XMLStreamConstants.START_ELEMENT) {
            items.add(read(cursor, depth + 1));
        }
        return items;
    }

    /**
     * Checks the value of the attribute whose start tag the cursor is at. Attributes of a log are
     * only copied, and real logs have some without a key, so a key is not asked for.
     */
    static void check(XmlCursor cursor) {
        value(cursor, type(cursor), cursor.attribute("key").orElse(""));
    }

    private static XesType type(XmlCursor cursor) {
        return XesType.ofElement(cursor.element())
                .orElseThrow(() ->
                        cursor.expected(
                                "an attribute (string, date, int, float, boolean, id, list"
                                        + " or container)",
                                "<" + cursor.qualifiedElement() + ">"));
    }

    private static String key(XmlCursor cursor) {
        return cursor.attribute("key")
                .orElseThrow(() ->
                        cursor.expected("key=\"...\" in <" + cursor.element() + ">", "no key"));
    }

    private static String value(XmlCursor cursor, XesType type, String key) {
        String value =
                cursor.attribute("value")
                        .orElseGet(() -> {
                            if (type.isCollection()) {
                                return "";
                            }
                            throw cursor.expected(
                                    "value=\"...\" in <%s key=\"%s\">"
                                            .formatted(type.element(), key),
                                    "no value");
                        });
        if (!type.accepts(value)) {
            throw cursor.expected(
                    "%s in <%s key=\"%s\">".formatted(type.expectation(), type.element(), key),
                    "'" + value + "'");
        }
        return value;
    }

    private static void checkNothingElse(XmlCursor cursor) {
        for (int i = 0; i < cursor.attributeCount(); i++) {
            String name = cursor.attributeName(i);
            if (!name.equals("key") && !name.equals("value")) {
                throw cursor.expected(
                        "only key and value in <" + cursor.element() + ">", "'" + name + "'");
            }
        }
    }

    /** Writes attributes as they were read. */
    static void write(XmlWriter xml, List<XesAttribute> attributes) throws IOException {
        for (XesAttribute attribute : attributes) {
            xml.start(attribute.type().element());
            xml.attribute("key", attribute.key());
            if (!attribute.type().isCollection()) {
                xml.attribute("value", attribute.value());
            }
            write(xml, attribute.nested());
            List<XesAttribute> items = attribute.items();
            if (items != null && attribute.type() == XesType.LIST) {
                xml.start(VALUES);
                write(xml, items);
                xml.end();
            } else if (items != null) {
                write(xml, items);
            }
            xml.end();
        }
    }
}
