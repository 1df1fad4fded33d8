package org.leftfold.framework.codec;

import com.fasterxml.jackson.annotation.JsonAutoDetect;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.PropertyAccessor;
import java.lang.reflect.Type;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.leftfold.api.Payload;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamWriteFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DefaultTyping;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.cfg.DateTimeFeature;
import tools.jackson.databind.cfg.EnumFeature;
import tools.jackson.databind.cfg.JsonNodeFeature;
import tools.jackson.databind.exc.InvalidDefinitionException;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.jsonFormatVisitors.JsonFormatVisitorWrapper;
import tools.jackson.databind.jsontype.BasicPolymorphicTypeValidator;
import tools.jackson.databind.jsontype.impl.DefaultTypeResolverBuilder;
import tools.jackson.databind.module.SimpleModule;
import tools.jackson.databind.node.ObjectNode;

/**
 * Payloads as JSON. Unknown fields are ignored. Missing ones get the default of their type: zero,
 * false, an empty {@code Optional}, collection, map or array, else null; so adding or leaving out a
 * field needs no upcaster (R76). Sets come back in the order in which they were written. Decimal
 * numbers stay as exact as they are written; times are ISO 8601, with the zone where they have one.
 */
public final class JsonFormat implements PayloadFormat {
    private final JsonMapper mapper;
    private final Map<Class<?>, ObjectReader> readers = new ConcurrentHashMap<>();
    private final Map<Class<?>, ObjectWriter> writers = new ConcurrentHashMap<>();

    /** With a mapper of its own, so that nobody else's settings change what is stored. */
    public JsonFormat() {
        this(mapper());
    }

    /** With a given mapper, whose settings then decide about what is stored and read. */
    public JsonFormat(JsonMapper mapper) {
        this.mapper = mapper;
    }

    /** A format for states: it sees the fields of a class, public or not, and no methods. */
    public static JsonFormat ofFields() {
        return new JsonFormat(
                mapper().rebuild()
                        // else what a final field holds would be written and never read
                        .enable(MapperFeature.ALLOW_FINAL_FIELDS_AS_MUTATORS)
                        .changeDefaultVisibility(checker ->
                                checker.withVisibility(
                                                PropertyAccessor.ALL,
                                                JsonAutoDetect.Visibility.NONE)
                                        .withVisibility(
                                                PropertyAccessor.FIELD,
                                                JsonAutoDetect.Visibility.ANY)
                                        .withVisibility(
                                                PropertyAccessor.CREATOR,
                                                JsonAutoDetect.Visibility.ANY))
                        .build());
    }

    /**
     * The same for looking at states, not for reading them again: of a sealed type it says which
     * class it is, and equal sets look the same.
     */
    public static JsonFormat ofPictures() {
        JsonMapper fields = ofFields().mapper;
        return new JsonFormat(
                fields.rebuild()
                        .setDefaultTyping(new SealedTypes())
                        .addModule(SortedSets.module(fields))
                        .build());
    }

    /** Names the class where the declared type is sealed. */
    private static final class SealedTypes extends DefaultTypeResolverBuilder {
        private static final long serialVersionUID = 1L;

        SealedTypes() {
            super(
                    BasicPolymorphicTypeValidator.builder().build(),
                    DefaultTyping.NON_FINAL,
                    JsonTypeInfo.As.PROPERTY,
                    JsonTypeInfo.Id.SIMPLE_NAME,
                    "@type");
        }

        @Override
        public boolean useForType(JavaType type) {
            return type.getRawClass().isSealed() && !type.isEnumType();
        }
    }

    private static JsonMapper mapper() {
        return JsonMapper.builder(factory())
                .addModule(AbsentAsEmpty.module())
                .addModule(SpreadCreator.module())
                .addHandler(new UnopenedData())
                .addModule(orderedSets())
                .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                .disable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
                .disable(DateTimeFeature.ADJUST_DATES_TO_CONTEXT_TIME_ZONE)
                .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
                .disable(StreamWriteFeature.WRITE_BIGDECIMAL_AS_PLAIN) // 1E+3 is not 1000
                .disable(DateTimeFeature.WRITE_DATES_AS_TIMESTAMPS)
                .enable(DateTimeFeature.WRITE_DATES_WITH_ZONE_ID)
                .disable(DateTimeFeature.WRITE_DURATIONS_AS_TIMESTAMPS)
                .disable(EnumFeature.WRITE_ENUMS_USING_TO_STRING) // which may say anything
                .disable(EnumFeature.READ_ENUMS_USING_TO_STRING)
                .disable(SerializationFeature.FAIL_ON_EMPTY_BEANS)
                .disable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
                .build();
    }

    /** A set is in the order in which it was written, as the one was that it was made of. */
    private static SimpleModule orderedSets() {
        return new SimpleModule("leftfold-ordered-sets")
                .addAbstractTypeMapping(Set.class, LinkedHashSet.class);
    }

    /** Everything that could be written can be read: how much that is, others have limited. */
    private static JsonFactory factory() {
        return JsonFactory.builder()
                .recyclerPool(new StripedBuffers())
                .streamReadConstraints(
                        StreamReadConstraints.builder()
                                .maxNumberLength(Integer.MAX_VALUE)
                                .maxStringLength(Integer.MAX_VALUE)
                                .maxNameLength(Integer.MAX_VALUE)
                                .build())
                .build();
    }

    /**
     * Jackson says what is wrong with a class only when it is used, so this uses it.
     *
     * @throws DefinitionException if a module does not open its package to Jackson, or that of a
     *     record inside of it, or if a type inside of it could be written but not be read (LF-1201)
     */
    @Override
    public void prepare(Class<?> type) {
        List<String> closed = RecordParts.closedTo(JsonMapper.class.getModule(), type);
        if (!closed.isEmpty()) {
            throw new DefinitionException(type.getName(), closed);
        }
        List<String> unreadable =
                RecordParts.sealedTypesIn(type).stream()
                        .filter(part -> !isReadable(part))
                        .map(part ->
                                "the JSON does not say which class of %s it is: add @JsonTypeInfo to it"
                                        .formatted(part.getName()))
                        .toList();
        if (!unreadable.isEmpty()) {
            throw new DefinitionException(type.getName(), unreadable);
        }
        readers.computeIfAbsent(type, mapper::readerFor).readValue("null");
        mapper.acceptJsonFormatVisitor(type, new JsonFormatVisitorWrapper.Base());
        writers.computeIfAbsent(type, mapper::writerFor);
    }

    /** Reads a value of a component. */
    void read(JsonNode value, Type type) {
        Object unused = mapper.readerFor(mapper.constructType(type)).readValue(value);
    }

    /** Whether there is a way to read it; what is read here matters to nobody. */
    private boolean isReadable(Class<?> type) {
        try {
            mapper.readerFor(type).readValue("{}");
            return true;
        } catch (InvalidDefinitionException e) {
            return false;
        } catch (RuntimeException e) {
            return true; // it would have liked some fields
        }
    }

    @Override
    public Payload write(Object value) {
        ObjectWriter writer = writers.computeIfAbsent(value.getClass(), mapper::writerFor);
        return Payload.wrap(writer.writeValueAsBytes(value));
    }

    @Override
    public <T> T read(Payload payload, Class<T> type) {
        T value = readers.computeIfAbsent(type, mapper::readerFor).readValue(payload.toByteArray());
        return notNull(value, type);
    }

    @Override
    public <T> T read(ObjectNode tree, Class<T> type) {
        T value = readers.computeIfAbsent(type, mapper::readerFor).readValue(tree);
        return notNull(value, type);
    }

    private static <T> T notNull(@Nullable T value, Class<T> type) {
        if (value == null) {
            throw new IllegalArgumentException("the JSON is null, and no " + type.getName());
        }
        return value;
    }

    @Override
    public ObjectNode tree(Payload payload) {
        return object(mapper.readTree(payload.toByteArray()));
    }

    @Override
    public ObjectNode toTree(Object value) {
        return object(mapper.valueToTree(value));
    }

    private static ObjectNode object(JsonNode node) {
        if (node instanceof ObjectNode object) {
            return object;
        }
        throw new IllegalArgumentException(
                "the JSON is %s, not an object".formatted(node.getNodeType()));
    }
}
