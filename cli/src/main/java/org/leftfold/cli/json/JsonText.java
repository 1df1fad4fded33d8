package org.leftfold.cli.json;

import java.nio.charset.StandardCharsets;

/**
 * JSON under construction, without spaces or line breaks. The same calls give the same bytes in
 * every release, because payloads are made with it and events are compared by their bytes. For one
 * thread.
 */
public final class JsonText {
    private final StringBuilder text = new StringBuilder(256);

    /** Opens an object. */
    public JsonText beginObject() {
        separate();
        text.append('{');
        return this;
    }

    /** Closes an object. */
    public JsonText endObject() {
        text.append('}');
        return this;
    }

    /** Opens an array. */
    public JsonText beginArray() {
        separate();
        text.append('[');
        return this;
    }

    /** Closes an array. */
    public JsonText endArray() {
        text.append(']');
        return this;
    }

    /** Names the next value of an object. */
    public JsonText name(String name) {
        string(name);
        text.append(':');
        return this;
    }

    /** A string. */
    public JsonText string(String value) {
        separate();
        text.append('"');
        for (int i = 0; i < value.length(); i++) {
            character(value.charAt(i));
        }
        text.append('"');
        return this;
    }

    /** A number, {@code true}, {@code false}, {@code null}, or other JSON as it is. */
    public JsonText raw(String json) {
        separate();
        text.append(json);
        return this;
    }

    /** A whole number. */
    public JsonText number(long value) {
        separate();
        text.append(value);
        return this;
    }

    /** Puts the comma that belongs between the last thing and the next. */
    private void separate() {
        if (text.isEmpty()) {
            return;
        }
        char last = text.charAt(text.length() - 1);
        if (last != '{' && last != '[' && last != ':') {
            text.append(',');
        }
    }

    private void character(char c) {
        switch (c) {
            case '"' -> text.append("\\\"");
            case '\\' -> text.append("\\\\");
            case '\n' -> text.append("\\n");
            case '\r' -> text.append("\\r");
            case '\t' -> text.append("\\t");
            default -> {
                if (c < ' ') {
                    text.append("\\u00").append(c < 16 ? "0" : "").append(Integer.toHexString(c));
                } else {
                    text.append(c);
                }
            }
        }
    }

    /** The JSON so far, as UTF-8. */
    public byte[] toBytes() {
        return toString().getBytes(StandardCharsets.UTF_8);
    }

    /** The JSON so far. */
    @Override
    public String toString() {
        return text.toString();
    }
}
