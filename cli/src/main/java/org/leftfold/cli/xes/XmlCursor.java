package org.leftfold.cli.xes;

import java.io.IOException;
import java.util.Optional;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.jspecify.annotations.Nullable;
import org.leftfold.cli.intake.InputException;
import org.leftfold.cli.intake.InputFile;

/**
 * Walks through the elements of an XML file. Every complaint names file and line. Document types
 * and with them entities are refused: a log has no use for them, and they can make a small file
 * huge or read other files. For one thread.
 */
final class XmlCursor implements AutoCloseable {
    private static final int MAX_FOUND_CHARS = 60;
    private static final String LIMITS = "http://www.oracle.com/xml/jaxp/properties/";

    /** Room for the deepest attributes, each of them the only value of a list. */
    private static final int MAX_ELEMENT_DEPTH = 2 * XesAttributes.MAX_DEPTH + 50;

    private final String file;
    private final XMLStreamReader reader;

    /** A cursor before the first element of a file. */
    XmlCursor(InputFile file) {
        this.file = file.name();
        XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        factory.setProperty(XMLInputFactory.IS_REPLACING_ENTITY_REFERENCES, false);
        factory.setProperty(LIMITS + "entityExpansionLimit", "1");
        factory.setProperty(LIMITS + "maxElementDepth", String.valueOf(MAX_ELEMENT_DEPTH));
        try {
            this.reader = factory.createXMLStreamReader(file.content());
        } catch (XMLStreamException e) {
            throw broken(e);
        }
    }

    /**
     * Goes to the next start or end of an element, comment, processing instruction, or the end of
     * the document, and says which as {@link XMLStreamConstants} do.
     */
    int next() {
        while (true) {
            int event = advance();
            switch (event) {
                case XMLStreamConstants.START_ELEMENT,
                        XMLStreamConstants.END_ELEMENT,
                        XMLStreamConstants.COMMENT,
                        XMLStreamConstants.PROCESSING_INSTRUCTION,
                        XMLStreamConstants.END_DOCUMENT -> {
                    return event;
                }
                case XMLStreamConstants.CHARACTERS, XMLStreamConstants.CDATA -> {
                    if (!reader.getText().isBlank()) {
                        throw expected(
                                "an element", "the text '" + shortened(reader.getText()) + "'");
                    }
                }
                case XMLStreamConstants.DTD ->
                        throw expected("a log without a document type", "<!DOCTYPE>");
                case XMLStreamConstants.ENTITY_REFERENCE ->
                        throw expected("text", "the entity &" + reader.getLocalName() + ";");
                default -> {} // White space between elements.
            }
        }
    }

    /** The same, but passes over comments and processing instructions. */
    int nextElement() {
        int event = next();
        while (event == XMLStreamConstants.COMMENT
                || event == XMLStreamConstants.PROCESSING_INSTRUCTION) {
            event = next();
        }
        return event;
    }

    private int advance() {
        try {
            return reader.next();
        } catch (XMLStreamException e) {
            throw broken(e);
        } catch (RuntimeException e) {
            // The parser of the JDK throws these for a few malformed files.
            throw expected("well-formed XML", "something that the XML parser cannot read: " + e);
        }
    }

    private InputException broken(XMLStreamException e) {
        long line = e.getLocation() == null ? 1 : Math.max(1, e.getLocation().getLineNumber());
        if (e.getNestedException() instanceof IOException cause) {
            return InputException.expected(
                    file,
                    line,
                    "more of the file",
                    "that it cannot be read: " + cause.getMessage());
        }
        String text = String.valueOf(e.getMessage());
        int start = text.indexOf("Message: ");
        String found = start < 0 ? text : text.substring(start + "Message: ".length());
        return InputException.expected(file, line, "well-formed XML", "an error: " + found.strip());
    }

    /** The complaint that something else was expected here. */
    InputException expected(String expected, String found) {
        return InputException.expected(file, line(), expected, found);
    }

    /** A complaint about this place. */
    InputException wrong(String text) {
        return InputException.at(file, line(), text);
    }

    /** The line where the current thing ends, from 1. */
    long line() {
        return Math.max(1, reader.getLocation().getLineNumber());
    }

    /** The local name of the current element. */
    String element() {
        return reader.getLocalName();
    }

    /** The name of the current element as it is written. */
    String qualifiedElement() {
        return qualified(reader.getPrefix(), reader.getLocalName());
    }

    /** The value of an attribute without prefix. */
    Optional<String> attribute(String name) {
        for (int i = 0; i < reader.getAttributeCount(); i++) {
            if (reader.getAttributeLocalName(i).equals(name)
                    && isNone(reader.getAttributePrefix(i))) {
                return Optional.of(reader.getAttributeValue(i));
            }
        }
        return Optional.empty();
    }

    int attributeCount() {
        return reader.getAttributeCount();
    }

    String attributeName(int index) {
        return qualified(reader.getAttributePrefix(index), reader.getAttributeLocalName(index));
    }

    /** Copies the attributes and name spaces of the current element. */
    void copyAttributes(XmlWriter target) {
        for (int i = 0; i < reader.getAttributeCount(); i++) {
            target.attribute(attributeName(i), reader.getAttributeValue(i));
        }
        for (int i = 0; i < reader.getNamespaceCount(); i++) {
            String prefix = reader.getNamespacePrefix(i);
            String uri = reader.getNamespaceURI(i);
            target.attribute(isNone(prefix) ? "xmlns" : "xmlns:" + prefix, uri == null ? "" : uri);
        }
    }

    /** The text of the current comment. */
    String comment() {
        return reader.getText();
    }

    /** The target of the current processing instruction. */
    String instruction() {
        return reader.getPITarget();
    }

    /** The text of the current processing instruction. */
    String instructionText() {
        String text = reader.getPIData();
        return text == null ? "" : text;
    }

    private static String qualified(String prefix, String name) {
        return isNone(prefix) ? name : prefix + ":" + name;
    }

    private static boolean isNone(@Nullable String prefix) {
        return prefix == null || prefix.isEmpty();
    }

    private static String shortened(String text) {
        String line = text.strip().replaceAll("\\s+", " ");
        return line.length() <= MAX_FOUND_CHARS ? line : line.substring(0, MAX_FOUND_CHARS) + "...";
    }

    @Override
    public void close() {
        try {
            reader.close();
        } catch (XMLStreamException e) {
            throw broken(e);
        }
    }
}
