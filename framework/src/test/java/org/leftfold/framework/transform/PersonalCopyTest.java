package org.leftfold.framework.transform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.leftfold.api.EventStore;
import org.leftfold.api.Events;
import org.leftfold.api.ExpectedVersion;
import org.leftfold.api.InMemoryEventStore;
import org.leftfold.api.Metadata;
import org.leftfold.api.ReadRequest;
import org.leftfold.api.RecordedEvent;
import org.leftfold.api.StreamName;
import org.leftfold.api.spi.AesKeyWrapping;
import org.leftfold.api.spi.InMemoryKeyStore;
import org.leftfold.framework.codec.EventCodec;
import org.leftfold.framework.codec.EventName;
import org.leftfold.framework.codec.EventSchema;
import org.leftfold.framework.codec.JsonFormat;
import org.leftfold.framework.privacy.DataSubject;
import org.leftfold.framework.privacy.PersonalData;
import org.leftfold.framework.privacy.Privacy;

/** Personal data decrypts in its own place only: a copy elsewhere would lose it unnoticed. */
class PersonalCopyTest {
    private static final StreamName GUEST = StreamName.of("guest", "17");

    @EventName("guest-named")
    record Named(@DataSubject String guest, @PersonalData String name) {}

    @Test
    void personal_data_is_not_copied_to_a_place_where_nobody_can_read_it() {
        AesKeyWrapping wrapping =
                new AesKeyWrapping(new byte[32], bytes -> Arrays.fill(bytes, (byte) 7));
        InMemoryKeyStore keys =
                new InMemoryKeyStore(bytes -> Arrays.fill(bytes, (byte) 9), wrapping);
        try (EventStore store = InMemoryEventStore.open()) {
            EventCodec<Named> codec =
                    new EventCodec<>(
                            EventSchema.of(Named.class),
                            new JsonFormat(),
                            Privacy.of(store, keys, wrapping));
            store.append(
                    GUEST,
                    ExpectedVersion.any(),
                    codec.encode(GUEST, new Named("17", "Erika"), Metadata.none(), Set.of()));
            RecordedEvent stored;
            try (Events events = store.read(ReadRequest.stream(GUEST))) {
                stored = events.next();
            }
            UUID source = Outputs.identityOf(store);

            assertThat(new Outputs(source, Transformation.asItIs()).of(stored)).hasSize(1);
            for (Transformation moving :
                    List.<Transformation>of(
                            Transformation.into(StreamName.of("person", "17")),
                            event ->
                                    List.of(Draft.of(event).as("guest-called", 1, event.payload())),
                            event -> List.of(Draft.of(event), Draft.of(event)))) {
                assertThatThrownBy(() -> new Outputs(source, moving).of(stored))
                        .isInstanceOf(TransformationFailedException.class)
                        .hasStackTraceContaining("personal data, encrypted for the stream");
            }
        }
    }
}
