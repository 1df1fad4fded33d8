package org.leftfold.cli.xes;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Writes XML as event logs use it: elements and attributes, one element a line, indented by tabs.
 * Everything that a reader would otherwise normalise away, such as a line break in a value, is
 * escaped. For one thread.
 */
final class XmlWriter {
    private static final int FLUSH_CHARS = 32 << 10; // one write of this size costs little

    private final OutputStream target;
    private final StringBuilder text = new StringBuilder();
    private final Deque<String> open = new ArrayDeque<>();
    private boolean inStartTag;

    /** A writer into {@code target}, which is not closed by it. */
    XmlWriter(OutputStream target) {
        this.target = target;
    }

    void declaration() {
        text.append("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    }

    void comment(String comment) throws IOException {
        line();
        text.append("<!--").append(comment).append("-->\n");
    }

    void instruction(String name, String content) throws IOException {
        line();
        text.append("<?").append(name).append(' ').append(content).append("?>\n");
    }

    /** Opens an element; {@link #attribute} adds to it. */
    void start(String element) throws IOException {
        line();
        text.append('<').append(element);
        open.push(element);
        inStartTag = true;
    }

    void attribute(String name, String value) {
        text.append(' ').append(name).append("=\"");
        for (int i = 0; i < value.length(); i++) {
            character(value.charAt(i));
        }
        text.append('"');
    }

    /** Closes the innermost element. */
    void end() throws IOException {
        if (inStartTag) {
            open.pop();
            text.append("/>\n");
            inStartTag = false;
        } else {
            String element = open.pop();
            line();
            text.append("</").append(element).append(">\n");
        }
    }

    private void line() throws IOException {
        if (inStartTag) {
            text.append(">\n");
            inStartTag = false;
        }
        if (text.length() >= FLUSH_CHARS) {
            flush();
        }
        for (int i = 0; i < open.size(); i++) {
            text.append('\t');
        }
    }

    private void character(char c) {
        switch (c) {
            case '&' -> text.append("&amp;");
            case '<' -> text.append("&lt;");
            case '>' -> text.append("&gt;");
            case '"' -> text.append("&quot;");
            case '\n' -> text.append("&#10;");
            case '\r' -> text.append("&#13;");
            case '\t' -> text.append("&#9;");
            default -> text.append(c);
        }
    }

    /** Hands everything to the target. */
    void flush() throws IOException {
        target.write(text.toString().getBytes(StandardCharsets.UTF_8));
        text.setLength(0);
    }
}
