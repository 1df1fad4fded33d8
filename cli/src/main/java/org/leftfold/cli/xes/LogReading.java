package org.leftfold.cli.xes;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import javax.xml.stream.XMLStreamConstants;
import org.leftfold.cli.intake.InputException;

/**
 * Reads the root element of a log: hands traces to the assembler, and copies all else. For one
 * thread.
 */
final class LogReading {
    private static final Set<String> DECLARATIONS = Set.of("extension", "global", "classifier");

    private final XmlCursor cursor;
    private final XmlWriter rest;
    private final TraceAssembler traces;
    private long run; // traces with events since something was copied

    /** A reading that copies what is no trace to {@code rest}. */
    LogReading(XmlCursor cursor, XmlWriter rest, TraceAssembler traces) {
        this.cursor = cursor;
        this.rest = rest;
        this.traces = traces;
    }

    /** Reads from the start tag of the root element to the end of the document. */
    void run(Runnable progress) throws IOException {
        rest.start(cursor.qualifiedElement());
        cursor.copyAttributes(rest);
        int event = cursor.next();
        while (event != XMLStreamConstants.END_ELEMENT) {
            if (event == XMLStreamConstants.COMMENT) {
                endRun();
                rest.comment(cursor.comment());
            } else if (event == XMLStreamConstants.START_ELEMENT) {
                if (cursor.element().equals("trace")) {
                    trace();
                    progress.run();
                } else {
                    endRun();
                    copyElement();
                }
            }
            event = cursor.next();
        }
        endRun();
        rest.end();
        while (cursor.next() != XMLStreamConstants.END_DOCUMENT) {
            // Only comments may follow the root element.
        }
    }

    private void endRun() throws IOException {
        if (run > 0) {
            rest.instruction(LogFile.INSTRUCTION, "traces=\"" + run + "\"");
            run = 0;
        }
    }

    private void trace() throws IOException {
        traces.begin();
        while (cursor.nextElement() == XMLStreamConstants.START_ELEMENT) {
            if (cursor.element().equals("event")) {
                traces.event(event(), cursor.line());
            } else {
                long line = cursor.line();
                traces.attribute(attributeOr("<event> or an attribute of the trace"), line);
            }
        }
        if (traces.end()) {
            run++;
        } else {
            endRun();
            rest.start("trace");
            XesAttributes.write(rest, traces.attributes());
            rest.end();
        }
    }

    private List<XesAttribute> event() {
        List<XesAttribute> attributes = new ArrayList<>();
        while (cursor.nextElement() == XMLStreamConstants.START_ELEMENT) {
            attributes.add(attributeOr("an attribute of the event"));
        }
        return attributes;
    }

    private XesAttribute attributeOr(String expected) {
        if (XesType.ofElement(cursor.element()).isEmpty()) {
            throw notExpected(expected);
        }
        return XesAttributes.read(cursor);
    }

    private InputException notExpected(String expected) {
        return cursor.expected(expected, "<" + cursor.qualifiedElement() + ">");
    }

    /** Copies an element with all that is in it, checking attributes on the way. */
    private void copyElement() throws IOException {
        String element = cursor.element();
        if (!DECLARATIONS.contains(element) && XesType.ofElement(element).isEmpty()) {
            throw notExpected("<trace>, an attribute, <extension>, <global> or <classifier>");
        }
        int depth = 0;
        int event = XMLStreamConstants.START_ELEMENT;
        while (true) {
            if (event == XMLStreamConstants.START_ELEMENT) {
                if (XesType.ofElement(cursor.element()).isPresent()) {
                    XesAttributes.check(cursor);
                }
                rest.start(cursor.qualifiedElement());
                cursor.copyAttributes(rest);
                depth++;
            } else if (event == XMLStreamConstants.END_ELEMENT) {
                rest.end();
                depth--;
                if (depth == 0) {
                    return;
                }
            } else if (event == XMLStreamConstants.COMMENT) {
                rest.comment(cursor.comment());
            }
            event = cursor.next();
        }
    }
}
