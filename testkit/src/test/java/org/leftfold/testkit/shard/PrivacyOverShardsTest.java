package org.leftfold.testkit.shard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.leftfold.testkit.shard.Streams.ACT;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.leftfold.api.StreamName;
import org.leftfold.api.shard.ShardedEventStore;
import org.leftfold.api.spi.InMemoryKeyStore;
import org.leftfold.framework.Leftfold;
import org.leftfold.framework.codec.EventName;
import org.leftfold.framework.decide.Decider;
import org.leftfold.framework.privacy.DataSubject;
import org.leftfold.framework.privacy.PersonalData;
import org.leftfold.framework.privacy.Privacy;
import org.leftfold.testkit.disk.SeededEntropy;
import org.leftfold.testkit.tck.spi.ChangingWrapping;

/** Personal data in streams that are moved between shards. */
class PrivacyOverShardsTest {
    @EventName("guest-arrived")
    record Arrived(@DataSubject String guest, @PersonalData String name) {}

    static final class Guests implements Decider<Arrived, String, Arrived> {
        @Override
        public String initialState() {
            return "";
        }

        @Override
        public List<Arrived> decide(Arrived command, String state) {
            return List.of(command);
        }

        @Override
        public String evolve(String state, Arrived event) {
            return event.name();
        }
    }

    @Test
    void moved_events_decrypt_where_they_are_and_erasures_hold_over_all_shards() {
        ChangingWrapping wrapping = new ChangingWrapping();
        InMemoryKeyStore keys = new InMemoryKeyStore(new SeededEntropy(1)::fill, wrapping);
        try (Fleet fleet = new Fleet(3)) {
            ShardedEventStore store = fleet.open();
            Privacy privacy = Privacy.of(store, keys, wrapping);
            var guests = Leftfold.on(store).protecting(privacy).repository("guest", new Guests());
            for (int i = 0; i < 9; i++) {
                guests.save("g" + i, new Arrived("s" + i, "Name " + i));
            }
            for (int i = 0; i < 9; i++) {
                store.move(StreamName.of("guest", "g" + i), Fleet.name(i % 3), ACT);
                assertThat(guests.load("g" + i).state()).isEqualTo("Name " + i);
            }
            InMemoryKeyStore older = keys.copy();
            assertThat(privacy.forget("s4", "dpo", "asked").keysAreAbsent()).isTrue();
            store.move(Privacy.ERASURES, Fleet.name(2), ACT);
            store.move(Privacy.ERASURES, Fleet.name(0), ACT);
            assertThat(privacy.receipts()).hasSize(1);

            Privacy restored = Privacy.of(store, older, wrapping);
            assertThat(restored.reapplyErasures()).isEqualTo(1);
            var again = Leftfold.on(store).protecting(restored).repository("guest", new Guests());
            for (int i = 0; i < 9; i++) {
                assertThat(again.load("g" + i).state())
                        .isEqualTo(i == 4 ? "(erased)" : "Name " + i);
            }
        }
    }
}
