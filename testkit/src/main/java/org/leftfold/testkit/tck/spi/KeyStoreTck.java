package org.leftfold.testkit.tck.spi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.leftfold.testkit.tck.spi.Trying.assertRefused;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.leftfold.api.IntegrityException;
import org.leftfold.api.InvalidRequestException;
import org.leftfold.api.Payload;
import org.leftfold.api.spi.KeyStore;
import org.leftfold.api.spi.KeyStore.SubjectKey;
import org.leftfold.api.spi.KeyWrapping;

/** Everything that a key store promises. */
@Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
public interface KeyStoreTck {
    /**
     * Opens an empty store that shares nothing with any other.
     *
     * @param wrapping encrypts its keys, also after it was opened again
     */
    SpiTckStore<KeyStore> openKeys(KeyWrapping wrapping);

    /** The same with a master key that stays. */
    default SpiTckStore<KeyStore> openKeys() {
        return openKeys(new ChangingWrapping());
    }

    private static SubjectKey key(KeyStore store, String subject) {
        SubjectKey key = store.currentOrNew(subject).orElseThrow();
        assertEquals(subject, key.subject());
        assertTrue(key.keyVersion() >= 1, "versions count from 1");
        assertTrue(key.wrappedKey().sizeBytes() > 0, "a key is not empty");
        return key;
    }

    private static void assertForgotten(KeyStore store, String subject) {
        assertEquals(Optional.empty(), store.currentOrNew(subject));
        assertEquals(Optional.empty(), store.find(subject, 1));
        assertEquals(Optional.empty(), store.find(subject, 2));
        assertEquals(Optional.empty(), store.renew(subject, 1));
        assertTrue(store.isForgotten(subject), "it says so");
    }

    @Test
    default void a_subject_gets_a_key_and_keeps_it() {
        try (var opened = openKeys()) {
            KeyStore store = opened.store();
            SubjectKey key = key(store, "17");
            assertEquals(1, key.keyVersion());
            assertEquals(key, key(store, "17"));
            assertEquals(Optional.of(key), store.find("17", 1));
            store = opened.reopen();
            assertEquals(key, key(store, "17"));
            assertEquals(Optional.of(key), store.find("17", 1));
        }
    }

    @Test
    default void keys_of_subjects_differ_whatever_their_ids() {
        try (var opened = openKeys()) {
            KeyStore store = opened.store();
            Map<String, SubjectKey> keys = new HashMap<>();
            Set<Payload> wrapped = new HashSet<>();
            for (String subject : Trying.NAMES) {
                keys.put(subject, key(store, subject));
            }
            for (int i = 0; i < 200; i++) {
                keys.put("subject " + i, key(store, "subject " + i));
            }
            KeyStore again = opened.reopen();
            keys.forEach((subject, key) -> {
                assertEquals(key, key(again, subject));
                assertTrue(wrapped.add(key.wrappedKey()), "no key twice");
            });
        }
    }

    @Test
    default void looking_for_a_key_makes_none() {
        try (var opened = openKeys()) {
            KeyStore store = opened.store();
            assertEquals(Optional.empty(), store.find("17", 1));
            assertEquals(Optional.empty(), store.find("17", 1));
            SubjectKey key = key(store, "17");
            assertEquals(Optional.empty(), store.find("17", key.keyVersion() + 1));
            assertEquals(Optional.empty(), store.find("17", Integer.MAX_VALUE));
            assertEquals(Optional.empty(), store.find("18", 1));
            assertFalse(store.isForgotten("18"), "unknown is not forgotten");
            assertFalse(store.isForgotten("17"), "known is not forgotten");
        }
    }

    @Test
    default void a_forgotten_subject_never_has_a_key_again() {
        try (var opened = openKeys()) {
            KeyStore store = opened.store();
            key(store, "17");
            SubjectKey other = key(store, "18");
            store.forget("17");
            assertForgotten(store, "17");
            store.forget("17");
            assertForgotten(store, "17");
            assertEquals(other, key(store, "18"));
            for (int i = 0; i < 3; i++) {
                store = opened.reopen();
                assertForgotten(store, "17");
                assertEquals(other, key(store, "18"));
            }
        }
    }

    @Test
    default void a_subject_that_never_had_a_key_can_be_forgotten() {
        try (var opened = openKeys()) {
            opened.store().forget("17");
            assertForgotten(opened.store(), "17");
            assertForgotten(opened.reopen(), "17");
            key(opened.store(), "1");
        }
    }

    @Test
    default void who_forgets_is_told_of_every_key_that_was_destroyed() {
        try (var opened = openKeys()) {
            KeyStore store = opened.store();
            SubjectKey first = key(store, "17");
            SubjectKey second = store.renew("17", 1).orElseThrow();
            key(store, "18");
            assertEquals(List.of(first, second), store.forget("17"));
            assertEquals(List.of(), store.forget("17"));
            assertEquals(List.of(), store.forget("19"));
            KeyStore again = opened.reopen();
            assertEquals(List.of(), again.forget("17"));
            assertEquals(List.of(key(again, "18")), again.forget("18"));
        }
    }

    @Test
    default void no_key_that_somebody_got_is_missing_in_what_was_destroyed() {
        try (var opened = openKeys()) {
            KeyStore store = opened.store();
            for (int round = 0; round < 10; round++) {
                String subject = "subject " + round;
                List<List<SubjectKey>> seen =
                        Trying.atOnce(thread ->
                                thread % 4 == 0
                                        ? store.forget(subject)
                                        : store.currentOrNew(subject).stream().toList());
                Set<SubjectKey> destroyed = new HashSet<>();
                Set<SubjectKey> got = new HashSet<>();
                for (int thread = 0; thread < seen.size(); thread++) {
                    (thread % 4 == 0 ? destroyed : got).addAll(seen.get(thread));
                }
                assertTrue(destroyed.containsAll(got), "each key is told of");
            }
        }
    }

    @Test
    default void racing_threads_get_one_key_of_a_new_subject() {
        try (var opened = openKeys()) {
            KeyStore store = opened.store();
            for (int round = 0; round < 10; round++) {
                String subject = "subject " + round;
                List<SubjectKey> keys = Trying.atOnce(thread -> key(store, subject));
                assertEquals(1, new HashSet<>(keys).size());
                assertEquals(keys.getFirst(), key(store, subject));
            }
        }
    }

    @Test
    default void many_subjects_at_once_keep_their_keys() {
        try (var opened = openKeys()) {
            KeyStore store = opened.store();
            List<Map<String, SubjectKey>> made =
                    Trying.atOnce(thread -> {
                        Map<String, SubjectKey> mine = new HashMap<>();
                        for (int i = 0; i < 10; i++) {
                            String subject = thread + "/" + i;
                            mine.put(subject, key(store, subject));
                        }
                        return mine;
                    });
            KeyStore again = opened.reopen();
            made.forEach(
                    mine -> mine.forEach((subject, key) -> assertEquals(key, key(again, subject))));
        }
    }

    @Test
    default void no_thread_gets_a_key_after_another_has_forgotten_the_subject() {
        try (var opened = openKeys()) {
            KeyStore store = opened.store();
            for (int round = 0; round < 10; round++) {
                String subject = "subject " + round;
                if (round % 2 == 0) {
                    key(store, subject);
                }
                List<Optional<SubjectKey>> afterwards =
                        Trying.atOnce(thread -> {
                            if (thread % 4 == 0) {
                                store.forget(subject);
                                return store.currentOrNew(subject);
                            }
                            store.currentOrNew(subject);
                            store.find(subject, 1);
                            return Optional.empty();
                        });
                assertTrue(afterwards.stream().allMatch(Optional::isEmpty), "forgotten is final");
                assertForgotten(store, subject);
            }
            KeyStore again = opened.reopen();
            for (int round = 0; round < 10; round++) {
                assertForgotten(again, "subject " + round);
            }
        }
    }

    @Test
    default void key_calls_that_make_no_sense_are_refused_without_showing_the_id() {
        try (var opened = openKeys()) {
            KeyStore store = opened.store();
            for (String name : Trying.NO_NAMES) {
                assertRefused("LF-1001", () -> store.currentOrNew(name));
                assertRefused("LF-1001", () -> store.find(name, 1));
                assertRefused("LF-1001", () -> store.forget(name));
                assertRefused("LF-1001", () -> store.renew(name, 1));
                assertRefused("LF-1001", () -> store.isForgotten(name));
            }
            assertRefused("LF-1003", () -> store.find("17", 0));
            assertRefused("LF-1003", () -> store.find("17", -1));
            assertRefused("LF-1003", () -> store.renew("17", 0));
            try {
                store.currentOrNew("Erika\nMustermann");
            } catch (InvalidRequestException e) {
                assertFalse(String.valueOf(e.getMessage()).contains("Erika"), "no personal data");
            }
            assertFalse(key(store, "Erika").toString().contains("Erika"), "no personal data");
        }
    }

    @Test
    @SuppressWarnings({"NullAway", "DataFlowIssue"}) // on purpose
    default void key_calls_refuse_null() {
        try (var opened = openKeys()) {
            KeyStore store = opened.store();
            assertRefused("LF-1001", () -> store.currentOrNew(null));
            assertRefused("LF-1001", () -> store.find(null, 1));
            assertRefused("LF-1001", () -> store.forget(null));
            assertRefused("LF-1001", () -> store.renew(null, 1));
            assertRefused("LF-1001", () -> store.isForgotten(null));
        }
    }

    @Test
    default void a_key_is_renewed_and_its_former_versions_stay() {
        ChangingWrapping wrapping = new ChangingWrapping();
        try (var opened = openKeys(wrapping)) {
            KeyStore store = opened.store();
            SubjectKey first = key(store, "17");
            SubjectKey other = key(store, "18");
            SubjectKey second = store.renew("17", 1).orElseThrow();
            assertEquals(2, second.keyVersion());
            assertNotEquals(wrapping.hex(first), wrapping.hex(second));
            assertEquals(Optional.of(second), store.renew("17", 1), "it was renewed already");
            SubjectKey third = store.renew("17", 2).orElseThrow();
            for (int i = 0; i < 2; i++) {
                assertEquals(third, key(store, "17"));
                assertEquals(Optional.of(first), store.find("17", 1));
                assertEquals(Optional.of(second), store.find("17", 2));
                assertEquals(Optional.of(third), store.find("17", 3));
                assertEquals(Optional.empty(), store.find("17", 4));
                assertEquals(other, key(store, "18"));
                store = opened.reopen();
            }
            store.forget("17");
            assertForgotten(store, "17");
            assertEquals(Optional.empty(), store.find("17", 3));
            store = opened.reopen();
            assertForgotten(store, "17");
            assertEquals(Optional.empty(), store.find("17", 3));
        }
    }

    @Test
    default void racing_threads_renew_a_key_once() {
        try (var opened = openKeys()) {
            KeyStore store = opened.store();
            key(store, "17");
            for (int version = 1; version < 6; version++) {
                int used = version;
                List<SubjectKey> keys =
                        Trying.atOnce(thread -> store.renew("17", used).orElseThrow());
                assertEquals(1, new HashSet<>(keys).size());
                assertEquals(used + 1, keys.getFirst().keyVersion());
            }
        }
    }

    @Test
    default void keys_are_wrapped_anew_by_another_master_key_and_stay_the_same() {
        ChangingWrapping wrapping = new ChangingWrapping();
        try (var opened = openKeys(wrapping)) {
            KeyStore store = opened.store();
            Map<String, String> plain = new HashMap<>();
            for (int i = 0; i < 50; i++) {
                plain.put("subject " + i, wrapping.hex(key(store, "subject " + i)));
            }
            String second = wrapping.hex(store.renew("subject 0", 1).orElseThrow());
            store.forget("subject 49");
            plain.remove("subject 49");
            assertEquals(0, store.rewrap(), "nothing to do");

            wrapping.change();
            assertEquals(50, store.rewrap());
            assertEquals(0, store.rewrap(), "nothing left to do");
            wrapping.forgetFormer();
            for (int i = 0; i < 2; i++) {
                for (Map.Entry<String, String> one : plain.entrySet()) {
                    SubjectKey key = store.find(one.getKey(), 1).orElseThrow();
                    assertTrue(wrapping.isCurrent(key));
                    assertEquals(one.getValue(), wrapping.hex(key));
                }
                assertEquals(second, wrapping.hex(key(store, "subject 0")));
                assertForgotten(store, "subject 49");
                store = opened.reopen();
            }
        }
    }

    @Test
    default void wrapping_keys_anew_goes_on_where_it_broke_off() {
        ChangingWrapping wrapping = new ChangingWrapping();
        try (var opened = openKeys(wrapping)) {
            KeyStore store = opened.store();
            Map<String, String> plain = new HashMap<>();
            for (int i = 0; i < 20; i++) {
                plain.put("subject " + i, wrapping.hex(key(store, "subject " + i)));
            }
            wrapping.change();
            for (int keys : new int[] {0, 7, 19}) {
                wrapping.breakAfter(keys);
                try {
                    store.rewrap();
                } catch (IllegalStateException e) {
                    assertEquals("the key service is down", e.getMessage());
                }
                wrapping.breakAfter(-1);
                KeyStore again = opened.reopen();
                plain.forEach((subject, key) ->
                        assertEquals(key, wrapping.hex(again.find(subject, 1).orElseThrow())));
                store = again;
            }
            store.rewrap();
            wrapping.forgetFormer();
            assertEquals(0, store.rewrap());
            KeyStore last = store;
            plain.forEach((subject, key) ->
                    assertEquals(key, wrapping.hex(last.find(subject, 1).orElseThrow())));
        }
    }

    @Test
    default void keys_that_no_known_master_key_has_wrapped_stay_as_they_are() {
        ChangingWrapping wrapping = new ChangingWrapping();
        try (var opened = openKeys(wrapping)) {
            KeyStore store = opened.store();
            SubjectKey key = key(store, "17");
            wrapping.change();
            wrapping.forgetFormer();
            assertEquals("LF-4001", assertThrows(IntegrityException.class, store::rewrap).code());
            assertEquals(Optional.of(key), store.find("17", 1));
            assertEquals(Optional.of(key), opened.reopen().find("17", 1));
        }
    }
}
