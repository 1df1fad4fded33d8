package org.leftfold.testkit.scenario;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
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
    private final EventCodec<E> writer;
    private final EventCodec<E> reader;

    ErasedData(EventSchema<E> schema, PayloadFormat format) {
        SeededEntropy entropy = new SeededEntropy(1);
        byte[] masterKey = new byte[AesKeyWrapping.MASTER_KEY_BYTES];
        Arrays.fill(masterKey, (byte) 1);
        AesKeyWrapping wrapping = new AesKeyWrapping(masterKey, entropy::fill);
        EventStore store = InMemoryEventStore.open();
        KeyStore keys = new InMemoryKeyStore(entropy::fill, wrapping);
        writer =
                new EventCodec<>(
                        schema,
                        format,
                        Privacy.builder(store, keys, wrapping).random(entropy::fill).build());
        reader = new EventCodec<>(schema, format, Privacy.of(store, new AllForgotten(), wrapping));
    }

    NewEvent encode(StreamName stream, E event) {
        return writer.encode(stream, event, Metadata.none(), Set.of());
    }

    List<DomainEvent<E>> decode(RecordedEvent stored) {
        return reader.decode(stored);
    }

    /** Knows that everybody was forgotten. */
    private record AllForgotten() implements KeyStore {
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
            return Optional.empty();
        }

        @Override
        public void forget(String subject) {}

        @Override
        public boolean isForgotten(String subject) {
            return true;
        }

        @Override
        public long rewrap() {
            return 0;
        }
    }
}
