package org.leftfold.testkit.scenario;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.leftfold.api.EventStore;
import org.leftfold.api.InMemoryEventStore;
import org.leftfold.api.Metadata;
import org.leftfold.api.NewEvent;
import org.leftfold.api.RecordedEvent;
import org.leftfold.api.StreamName;
import org.leftfold.api.spi.AesKeyWrapping;
import org.leftfold.api.spi.InMemoryKeyStore;
import org.leftfold.api.spi.KeyStore;
import org.leftfold.framework.codec.DomainEvent;
import org.leftfold.framework.codec.EventCodec;
import org.leftfold.framework.codec.EventSchema;
import org.leftfold.framework.codec.PayloadFormat;
import org.leftfold.framework.privacy.Privacy;
import org.leftfold.testkit.disk.SeededEntropy;

/** Encrypts events, and reads them as if all their subjects were forgotten. Used by one thread. */
final class ErasedData<E> {
    private final EventStore store = InMemoryEventStore.open();
    private final AesKeyWrapping wrapping;
    private final KeyStore keys;
    private final EventSchema<E> schema;
    private final PayloadFormat format;
    private final EventCodec<E> writer;
    private final EventCodec<E> reader;

    ErasedData(EventSchema<E> schema, PayloadFormat format) {
        this.schema = schema;
        this.format = format;
        SeededEntropy entropy = new SeededEntropy(1);
        byte[] masterKey = new byte[AesKeyWrapping.MASTER_KEY_BYTES];
        Arrays.fill(masterKey, (byte) 1);
        wrapping = new AesKeyWrapping(masterKey, entropy::fill);
        keys = new InMemoryKeyStore(entropy::fill, wrapping);
        writer =
                new EventCodec<>(
                        schema,
                        format,
                        Privacy.builder(store, keys, wrapping).random(entropy::fill).build());
        reader = reader(new Forgotten(keys, subject -> true));
    }

    NewEvent encode(StreamName stream, E event) {
        return writer.encode(stream, event, Metadata.none(), Set.of());
    }

    List<DomainEvent<E>> decode(RecordedEvent stored) {
        return reader.decode(stored);
    }

    /** As they are when all their subjects were forgotten. */
    List<E> decodeAll(List<RecordedEvent> stored) {
        return decoded(reader, stored);
    }

    /** As they are when this subject was forgotten and the others were not. */
    List<E> decodeAllWithout(String subject, List<RecordedEvent> stored) {
        return decoded(reader(new Forgotten(keys, subject::equals)), stored);
    }

    private EventCodec<E> reader(Forgotten forgotten) {
        return new EventCodec<>(schema, format, Privacy.of(store, forgotten, wrapping));
    }

    private static <E> List<E> decoded(EventCodec<E> codec, List<RecordedEvent> stored) {
        return stored.stream()
                .flatMap(event -> codec.decode(event).stream())
                .map(DomainEvent::event)
                .toList();
    }

    /** Keys, as they are when some subjects were forgotten. */
    private record Forgotten(KeyStore keys, Predicate<String> these) implements KeyStore {
        @Override
        public Optional<SubjectKey> currentOrNew(String subject) {
            return Optional.empty();
        }

        @Override
        public Optional<SubjectKey> renew(String subject, int keyVersion) {
            return Optional.empty();
        }

        @Override
        public Optional<SubjectKey> find(String subject, int keyVersion) {
            return these.test(subject) ? Optional.empty() : keys.find(subject, keyVersion);
        }

        @Override
        public List<SubjectKey> forget(String subject) {
            return List.of();
        }

        @Override
        public boolean isForgotten(String subject) {
            return these.test(subject);
        }

        @Override
        public long rewrap() {
            return 0;
        }
    }
}
