package org.leftfold.framework.codec;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.type.WritableTypeId;
import tools.jackson.databind.BeanDescription;
import tools.jackson.databind.BeanProperty;
import tools.jackson.databind.JacksonModule;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationConfig;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.ValueSerializer;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.jsontype.TypeSerializer;
import tools.jackson.databind.module.SimpleModule;
import tools.jackson.databind.ser.ValueSerializerModifier;
import tools.jackson.databind.type.CollectionType;
import tools.jackson.databind.util.TokenBuffer;

/**
 * Writes the elements of a set in the order of their JSON, for two equal sets may have them in
 * different orders. Numbers are ordered by their value.
 */
final class SortedSets extends ValueSerializer<Object> {
    private static final Comparator<JsonNode> ORDER = SortedSets::compare;

    private final ValueSerializer<Object> elementsAsTheyCome;
    private final JsonMapper reader;

    private SortedSets(ValueSerializer<Object> elementsAsTheyCome, JsonMapper reader) {
        this.elementsAsTheyCome = elementsAsTheyCome;
        this.reader = reader;
    }

    /**
     * What a mapper is given for it.
     *
     * @param reader reads trees as that mapper would
     */
    static JacksonModule module(JsonMapper reader) {
        return new SimpleModule("leftfold-sets").setSerializerModifier(new Modifier(reader));
    }

    @Override
    public void resolve(SerializationContext context) {
        elementsAsTheyCome.resolve(context);
    }

    @Override
    @SuppressWarnings("unchecked") // it was one for anything before
    public ValueSerializer<?> createContextual(
            SerializationContext context, @Nullable BeanProperty property) {
        ValueSerializer<?> contextual =
                context.handlePrimaryContextualization(elementsAsTheyCome, property);
        return new SortedSets((ValueSerializer<Object>) contextual, reader);
    }

    @Override
    public void serialize(Object set, JsonGenerator generator, SerializationContext context) {
        List<JsonNode> elements = sorted(set, context);
        generator.writeStartArray(set, elements.size());
        elements.forEach(generator::writeTree);
        generator.writeEndArray();
    }

    @Override
    public void serializeWithType(
            Object set,
            JsonGenerator generator,
            SerializationContext context,
            TypeSerializer type) {
        WritableTypeId id = type.typeId(set, JsonToken.START_ARRAY);
        WritableTypeId begun = type.writeTypePrefix(generator, context, id);
        sorted(set, context).forEach(generator::writeTree);
        type.writeTypeSuffix(generator, context, begun);
    }

    private List<JsonNode> sorted(Object set, SerializationContext context) {
        List<JsonNode> elements = new ArrayList<>();
        try (TokenBuffer buffer = TokenBuffer.forGeneration()) {
            elementsAsTheyCome.serialize(set, buffer, context);
            try (JsonParser parser = buffer.asParser()) {
                reader.readTree(parser).forEach(elements::add);
            }
        }
        elements.sort(ORDER);
        return elements;
    }

    private static int compare(JsonNode one, JsonNode other) {
        return one.isIntegralNumber() && other.isIntegralNumber()
                ? one.bigIntegerValue().compareTo(other.bigIntegerValue())
                : one.toString().compareTo(other.toString());
    }

    private static final class Modifier extends ValueSerializerModifier {
        private static final long serialVersionUID = 1L;

        private final transient JsonMapper reader;

        Modifier(JsonMapper reader) {
            this.reader = reader;
        }

        @Override
        @SuppressWarnings("unchecked") // it is one for sets, and is given nothing else
        public ValueSerializer<?> modifyCollectionSerializer(
                SerializationConfig config,
                CollectionType type,
                BeanDescription.Supplier description,
                ValueSerializer<?> serializer) {
            return Set.class.isAssignableFrom(type.getRawClass())
                    ? new SortedSets((ValueSerializer<Object>) serializer, reader)
                    : serializer;
        }
    }
}
