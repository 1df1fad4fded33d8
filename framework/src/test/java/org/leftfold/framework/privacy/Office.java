package org.leftfold.framework.privacy;

import java.time.Instant;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.leftfold.api.EventStore;
import org.leftfold.api.InMemoryEventStore;
import org.leftfold.api.Metadata;
import org.leftfold.api.NewEvent;
import org.leftfold.api.RecordedEvent;
import org.leftfold.api.StreamName;
import org.leftfold.api.spi.AesKeyWrapping;
import org.leftfold.api.spi.InMemoryKeyStore;
import org.leftfold.api.spi.KeyStore;
import org.leftfold.framework.codec.EventCodec;
import org.leftfold.framework.codec.EventSchema;
import org.leftfold.framework.codec.JsonFormat;

/** A store, its keys, and a clock that stands still. */
final class Office {
    static final StreamName C17 = StreamName.of("customer", "17");

    final EventStore store = InMemoryEventStore.open();
    final Consumer<byte[]> random = seeded(17);
    final AesKeyWrapping wrapping = new AesKeyWrapping(new byte[32], random);
    final InMemoryKeyStore keys = new InMemoryKeyStore(random, wrapping);
    final AtomicLong nanos = new AtomicLong();
    final Privacy privacy = privacy(keys);

    static Consumer<byte[]> seeded(long seed) {
        SplittableRandom source = new SplittableRandom(seed);
        return bytes -> {
            synchronized (source) {
                source.nextBytes(bytes);
            }
        };
    }

    /** As another program has it that uses the same stores. */
    Privacy privacy(KeyStore keyStore) {
        return Privacy.builder(store, keyStore, wrapping).random(random).nanos(nanos::get).build();
    }

    EventCodec<CustomerEvent> codec() {
        return codec(EventSchema.of(CustomerEvent.class));
    }

    <E> EventCodec<E> codec(EventSchema<E> schema) {
        return new EventCodec<>(schema, new JsonFormat(), privacy);
    }

    NewEvent encoded(CustomerEvent event) {
        return codec().encode(C17, event, Metadata.none(), Set.of());
    }

    static RecordedEvent stored(StreamName stream, NewEvent event) {
        return new RecordedEvent(
                1,
                stream,
                1,
                event.id(),
                event.type(),
                event.schemaVersion(),
                Instant.EPOCH,
                event.payload(),
                event.metadata(),
                event.tags());
    }

    CustomerEvent decoded(NewEvent event) {
        return codec().decode(stored(C17, event)).getFirst().event();
    }
}
