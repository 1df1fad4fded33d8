package org.leftfold.framework.repository;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.leftfold.api.EventStore;
import org.leftfold.api.ExpectedVersion;
import org.leftfold.api.InMemoryEventStore;
import org.leftfold.api.Metadata;
import org.leftfold.api.StreamName;
import org.leftfold.api.spi.AesKeyWrapping;
import org.leftfold.api.spi.InMemoryKeyStore;
import org.leftfold.framework.codec.EventCodec;
import org.leftfold.framework.codec.EventName;
import org.leftfold.framework.codec.EventSchema;
import org.leftfold.framework.codec.JsonFormat;
import org.leftfold.framework.decide.Decider;
import org.leftfold.framework.privacy.DataSubject;
import org.leftfold.framework.privacy.PersonalData;
import org.leftfold.framework.privacy.Privacy;

/** A state that was folded before an erasure and is kept after it. */
class ErasedCacheTest {
    private static final StreamName GUEST = StreamName.of("guest", "17");

    @EventName("guest-named")
    record Named(@DataSubject String guest, @PersonalData String name) {}

    static final class Guests implements Decider<Named, String, Named> {
        @Override
        public String initialState() {
            return "";
        }

        @Override
        public List<Named> decide(Named command, String state) {
            return List.of(command);
        }

        @Override
        public String evolve(String state, Named event) {
            return event.name();
        }
    }

    @Test
    void a_load_that_began_before_an_erasure_leaves_no_state_in_the_cache() {
        try (EventStore store = InMemoryEventStore.open()) {
            AesKeyWrapping wrapping =
                    new AesKeyWrapping(new byte[32], bytes -> Arrays.fill(bytes, (byte) 7));
            Privacy privacy =
                    Privacy.of(
                            store,
                            new InMemoryKeyStore(bytes -> Arrays.fill(bytes, (byte) 9), wrapping),
                            wrapping);
            EventCodec<Named> codec =
                    new EventCodec<>(EventSchema.of(Named.class), new JsonFormat(), privacy);
            StateCache<String> cache = new StateCache<>(10, null, RepositoryListener.NONE);
            Loader<Named, String, Named> loader =
                    new Loader<>(
                            store,
                            new Model<>("guest", new Guests(), codec, false),
                            null,
                            cache,
                            RepositoryListener.NONE);
            store.append(
                    GUEST,
                    ExpectedVersion.any(),
                    codec.encode(GUEST, new Named("17", "Erika"), Metadata.none(), Set.of()));

            Loader.Folded<String> folded = loader.load(GUEST);
            assertThat(folded.state()).isEqualTo("Erika");
            privacy.forget("17", "dpo", "asked");
            loader.keep(GUEST, folded);

            assertThat(cache.take(GUEST)).isNull();
            assertThat(loader.load(GUEST).state()).isEqualTo("(erased)");
        }
    }
}
