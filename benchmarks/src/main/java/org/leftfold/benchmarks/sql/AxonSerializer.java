package org.leftfold.benchmarks.sql;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.axonframework.messaging.MetaData;
import org.axonframework.serialization.ChainingConverter;
import org.axonframework.serialization.Converter;
import org.axonframework.serialization.SerializedObject;
import org.axonframework.serialization.SerializedType;
import org.axonframework.serialization.Serializer;
import org.axonframework.serialization.SimpleSerializedObject;
import org.axonframework.serialization.SimpleSerializedType;
import org.jspecify.annotations.Nullable;
import org.leftfold.benchmarks.stores.SampleEvent;

/**
 * Passes payloads through, and writes metadata in the form of the other stores: Axon is measured
 * without the price of a JSON library. Thread-safe.
 */
final class AxonSerializer implements Serializer {
    static final String CORRELATION = "corr";
    static final String ACTOR = "user";

    private static final Pattern METADATA =
            Pattern.compile("\\{\"corr\":\"(\\w+)\",\"user\":\"(\\w+)\"\\}");
    private static final String METADATA_TYPE = MetaData.class.getName();

    private final Converter converter = new ChainingConverter();

    @Override
    public <T> SerializedObject<T> serialize(@Nullable Object object, Class<T> expected) {
        byte[] bytes =
                object instanceof AxonFact fact ? fact.bytes() : metadataBytes(metadata(object));
        String type = object instanceof AxonFact fact ? fact.type() : METADATA_TYPE;
        T content = converter.convert(bytes, expected);
        return new SimpleSerializedObject<>(content, expected, type, null);
    }

    private static MetaData metadata(@Nullable Object object) {
        if (object instanceof MetaData metadata) {
            return metadata;
        }
        throw new IllegalArgumentException("only facts and metadata are stored");
    }

    static byte[] metadataBytes(MetaData metadata) {
        return SampleEvent.metadataBytes(text(metadata, CORRELATION), text(metadata, ACTOR));
    }

    private static String text(MetaData metadata, String key) {
        return metadata.getOrDefault(key, "").toString();
    }

    @Override
    public <T> boolean canSerializeTo(Class<T> expected) {
        return converter.canConvert(byte[].class, expected);
    }

    @Override
    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"}) // as Axon declares it
    public <S, T> T deserialize(SerializedObject<S> object) {
        byte[] bytes = converter.convert(object.getData(), object.getContentType(), byte[].class);
        String type = object.getType().getName();
        return type.equals(METADATA_TYPE) ? (T) metadata(bytes) : (T) new AxonFact(type, bytes);
    }

    private static MetaData metadata(byte[] bytes) {
        Matcher matcher = METADATA.matcher(new String(bytes, StandardCharsets.ISO_8859_1));
        if (!matcher.matches()) {
            throw new IllegalStateException("these are no metadata of ours");
        }
        return MetaData.from(Map.of(CORRELATION, matcher.group(1), ACTOR, matcher.group(2)));
    }

    @Override
    @SuppressWarnings("rawtypes") // as Axon declares it
    public Class classForType(SerializedType type) {
        return type.getName().equals(METADATA_TYPE) ? MetaData.class : AxonFact.class;
    }

    @Override
    @SuppressWarnings("rawtypes") // as Axon declares it
    public SerializedType typeForClass(@Nullable Class type) {
        if (type == null) {
            return SerializedType.emptyType();
        }
        return new SimpleSerializedType(type.getName(), null);
    }

    @Override
    public Converter getConverter() {
        return converter;
    }
}
