package org.leftfold.engine.side;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.leftfold.api.StoreUnavailableException;
import org.leftfold.api.spi.KeyStore.SubjectKey;
import org.leftfold.api.spi.StoreListener;
import org.leftfold.testkit.disk.CrashOutcome;
import org.leftfold.testkit.disk.CrashOutcomes;
import org.leftfold.testkit.disk.CrashPoint;
import org.leftfold.testkit.disk.Fault;
import org.leftfold.testkit.disk.FaultPlan;
import org.leftfold.testkit.disk.Journal;
import org.leftfold.testkit.disk.SimulatedDirectory;
import org.leftfold.testkit.disk.SimulatedMachine;
import org.leftfold.testkit.random.Seeds;
import org.leftfold.testkit.tck.spi.ChangingWrapping;

/**
 * Another master key, with a power cut or a fault at every call of the disk: every key stays
 * readable, every forgotten one stays forgotten, and calling it again finishes it.
 */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class RewrapCrashTest {
    private static final int SUBJECTS = 12;

    private final ChangingWrapping wrapping = new ChangingWrapping();
    private final Map<String, String> plain = new HashMap<>();

    private DurableKeyStore open(SimulatedMachine machine) {
        return DurableKeyStore.open(
                SideBench.home(machine.machine(), StoreListener.NONE),
                wrapping,
                SideBench.FLOOR_BYTES,
                SideBench.HASH_BITS);
    }

    private void fill(DurableKeyStore store) {
        for (int i = 0; i < SUBJECTS; i++) {
            SubjectKey key = store.currentOrNew("subject " + i).orElseThrow();
            plain.put("subject " + i, wrapping.hex(key));
        }
        assertThat(store.renew("subject 3", 1)).isPresent();
        store.forget("subject 7");
        plain.remove("subject 7");
    }

    private void check(DurableKeyStore store) {
        plain.forEach((subject, key) ->
                assertThat(wrapping.hex(store.find(subject, 1).orElseThrow())).isEqualTo(key));
        assertThat(store.find("subject 3", 2)).isPresent();
        assertThat(store.isForgotten("subject 7")).isTrue();
        assertThat(store.currentOrNew("subject 7")).isEmpty();
    }

    private void finish(DurableKeyStore store) {
        store.rewrap();
        assertThat(store.rewrap()).isZero();
        check(store);
        plain.keySet()
                .forEach(subject ->
                        assertThat(wrapping.isCurrent(store.find(subject, 1).orElseThrow()))
                                .isTrue());
    }

    @Test
    void no_key_is_lost_when_the_power_goes_while_keys_are_wrapped_anew() {
        SimulatedMachine machine = SimulatedMachine.empty(1);
        LongAdder images = new LongAdder();
        try (DurableKeyStore store = open(machine)) {
            fill(store);
            wrapping.change();
            Journal journal = machine.disk().record();
            assertThat(store.rewrap()).isEqualTo(SUBJECTS);
            Seeds.check(
                    Seeds.range(7300, 1),
                    (seed, random) -> {
                        for (int call : journal.callIndexes()) {
                            CrashPoint point = journal.at(call);
                            for (CrashOutcome outcome :
                                    CrashOutcomes.exhaustiveAndRandom(point, 20, seed)) {
                                images.increment();
                                SimulatedDirectory image = point.image(outcome);
                                try (DurableKeyStore after = open(machine.restartedWith(image))) {
                                    check(after);
                                    finish(after);
                                }
                            }
                        }
                    });
        }
        assertThat(images.sum()).as("images").isGreaterThan(20);
    }

    @Test
    void a_disk_that_fails_while_keys_are_wrapped_anew_is_told_and_loses_none() {
        int calls = 1;
        int refusals = 0;
        for (int call = 0; call < calls; call++) {
            ChangingWrapping own = new ChangingWrapping();
            SimulatedMachine machine = SimulatedMachine.empty(1);
            SideHome home = SideBench.home(machine.machine(), StoreListener.NONE);
            Map<String, String> keys = new HashMap<>();
            try (DurableKeyStore store = DurableKeyStore.open(home, own)) {
                for (int i = 0; i < SUBJECTS; i++) {
                    String subject = "subject " + i;
                    keys.put(subject, own.hex(store.currentOrNew(subject).orElseThrow()));
                }
                own.change();
                int before = machine.disk().callCount();
                FaultPlan plan =
                        new FaultPlan().once(before + 1 + call, new Fault.InputOutputError());
                machine.disk().faults(plan);
                try {
                    store.rewrap();
                    calls = Math.max(calls, machine.disk().callCount() - before);
                } catch (StoreUnavailableException e) {
                    refusals++;
                    calls = call + 2;
                }
                plan.clear();
            }
            try (DurableKeyStore store = DurableKeyStore.open(home, own)) {
                store.rewrap();
                assertThat(store.rewrap()).isZero();
                keys.forEach((subject, key) ->
                        assertThat(own.hex(store.find(subject, 1).orElseThrow())).isEqualTo(key));
            }
        }
        assertThat(refusals).as("calls that failed").isGreaterThan(5);
    }

    @Test
    void of_a_subject_with_several_keys_all_are_destroyed_or_none() {
        SimulatedMachine machine = SimulatedMachine.empty(2);
        LongAdder destroyed = new LongAdder();
        LongAdder kept = new LongAdder();
        try (DurableKeyStore store = open(machine)) {
            fill(store);
            SubjectKey third = store.renew("subject 3", 2).orElseThrow();
            Journal journal = machine.disk().record();
            store.forget("subject 3");
            plain.remove("subject 3");
            for (int call : journal.callIndexes()) {
                CrashPoint point = journal.at(call);
                for (CrashOutcome outcome : CrashOutcomes.exhaustiveAndRandom(point, 20, 7400)) {
                    SimulatedDirectory image = point.image(outcome);
                    try (DurableKeyStore after = open(machine.restartedWith(image))) {
                        boolean forgotten = after.isForgotten("subject 3");
                        (forgotten ? destroyed : kept).increment();
                        for (int version = 1; version <= 3; version++) {
                            assertThat(after.find("subject 3", version).isPresent())
                                    .as(point + ", " + outcome + ", version " + version)
                                    .isEqualTo(!forgotten);
                        }
                        assertThat(holds(image, third)).isEqualTo(!forgotten);
                        plain.forEach((subject, key) ->
                                assertThat(after.find(subject, 1).map(wrapping::hex))
                                        .contains(key));
                    }
                }
            }
            assertThat(store.isForgotten("subject 3")).isTrue();
        }
        assertThat(destroyed.sum()).as("images without the keys").isPositive();
        assertThat(kept.sum()).as("images with them").isPositive();
    }

    private static boolean holds(SimulatedDirectory image, SubjectKey key) {
        String bytes = new String(image.contents(SideFiles.KEYS), StandardCharsets.ISO_8859_1);
        byte[] wrapped = key.wrappedKey().toByteArray();
        return bytes.contains(new String(wrapped, StandardCharsets.ISO_8859_1));
    }
}
