package org.leftfold.framework.privacy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.leftfold.api.ConflictException;
import org.leftfold.api.StoreUnavailableException;
import org.leftfold.api.StreamName;
import org.leftfold.api.spi.InMemoryKeyStore;
import org.leftfold.api.spi.InMemorySnapshotStore;
import org.leftfold.framework.Leftfold;
import org.leftfold.framework.privacy.CustomerEvent.Introduced;
import org.leftfold.framework.privacy.CustomerEvent.Registered;
import org.leftfold.framework.privacy.Customers.Customer;
import org.leftfold.framework.privacy.ErasureHook.Outcome;
import org.leftfold.framework.repository.Repository;
import org.leftfold.framework.repository.RepositoryBuilder;
import org.leftfold.framework.snapshot.SnapshotPolicy;

/** What was recorded of erasures counts, whatever became of the keys and of this program. */
class ErasureListTest {
    private final Office office = new Office();

    private RepositoryBuilder<CustomerEvent, Customer, CustomerEvent> define(Privacy privacy) {
        return Leftfold.on(office.store).protecting(privacy).define("customer", new Customers());
    }

    private static Registered named(String id, String name) {
        return new Registered(id, name, name + "@example.org", null, "DE");
    }

    @Test
    void older_keys_give_nothing_of_a_forgotten_subject_to_anybody() {
        define(office.privacy).build().save("17", named("17", "Erika"));
        InMemoryKeyStore backup = office.keys.copy();
        office.privacy.forget("17", "dpo", "asked");
        office.privacy.forget("20", "dpo", "asked before the first event");

        Privacy restored = office.privacy(backup);
        Repository<CustomerEvent, Customer, CustomerEvent> theirs = define(restored).build();
        assertThat(theirs.load("17").state().name()).isEqualTo("(erased)");
        for (String id : List.of("17", "20")) {
            assertThatThrownBy(() -> theirs.handle(id, named(id, "Erika")))
                    .isInstanceOf(PersonalDataException.class)
                    .hasMessageContaining("LF-1209");
        }
        assertThatThrownBy(() -> restored.tagOf("17", "email", "x"))
                .isInstanceOf(PersonalDataException.class);
        assertThat(backup.find("17", 1)).as("reading destroys nothing").isPresent();
        assertThat(backup.find("20", 1)).isEmpty();
    }

    @Test
    void keys_that_are_exchanged_under_a_running_program_are_noticed_with_its_key_cache() {
        Privacy running = office.privacy(office.keys);
        Repository<CustomerEvent, Customer, CustomerEvent> theirs = define(running).build();
        theirs.save("17", named("17", "Erika"));
        Privacy elsewhere = office.privacy(office.keys.copy()); // this one is thrown away
        elsewhere.forget("17", "dpo", "asked");
        office.nanos.addAndGet(TimeUnit.MINUTES.toNanos(1));
        assertThat(theirs.load("17").state().name()).isEqualTo("(erased)");
    }

    @Test
    void an_erasure_that_broke_off_behind_the_keys_is_brought_to_an_end_with_its_receipt() {
        define(office.privacy).build().save("17", named("17", "Erika"));
        Privacy broken = office.privacy(office.keys);
        broken.onErasure(
                "view",
                subject -> {
                    throw new AssertionError("the machine stops");
                });
        assertThatThrownBy(() -> broken.forget("17", "dpo", "request 4711"))
                .isInstanceOf(AssertionError.class);
        assertThat(office.keys.isForgotten("17")).isTrue();
        assertThat(office.privacy.receipts()).isEmpty();

        Privacy again = office.privacy(office.keys);
        List<String> erased = new ArrayList<>();
        again.onErasure(
                "view",
                subject -> {
                    erased.add(subject);
                    return Outcome.CLEAN;
                });
        assertThat(again.reapplyErasures()).isEqualTo(1);
        assertThat(erased).containsExactly("17");
        ErasureReceipt receipt = again.receipts().getFirst();
        assertThat(receipt.actor()).isEqualTo("dpo");
        assertThat(receipt.reason()).isEqualTo("request 4711");
        assertThat(receipt.keys().fingerprints())
                .as("of the key that is gone since the first attempt")
                .hasSize(1);
        assertThat(receipt.isComplete()).isTrue();
        assertThat(again.reapplyErasures()).as("nothing left to do").isZero();
    }

    @Test
    void a_repeated_erasure_knows_the_keys_of_the_one_that_broke_off() {
        define(office.privacy).build().save("17", named("17", "Erika"));
        Privacy broken = office.privacy(office.keys);
        broken.onErasure(
                "view",
                subject -> {
                    throw new AssertionError("the machine stops");
                });
        assertThatThrownBy(() -> broken.forget("17", "dpo", "asked"))
                .isInstanceOf(AssertionError.class);
        ErasureReceipt receipt = office.privacy(office.keys).forget("17", "dpo", "asked");
        assertThat(receipt.keyVersions()).isEqualTo(1);
        assertThat(office.privacy(office.keys).forget("17", "dpo", "asked").keyVersions())
                .as("they were told")
                .isZero();
    }

    @Test
    void a_hook_that_fails_while_erasures_are_applied_again_is_not_passed_over() {
        define(office.privacy).build().save("17", named("17", "Erika"));
        InMemoryKeyStore backup = office.keys.copy();
        office.privacy.forget("17", "dpo", "asked");
        Privacy restored = office.privacy(backup);
        restored.onErasure(
                "view",
                subject -> {
                    throw StoreUnavailableException.unreadable("it", new java.io.IOException());
                });
        assertThat(restored.reapplyErasures()).isEqualTo(1);
        ErasureReceipt last = restored.receipts().getLast();
        assertThat(last.derived()).containsEntry("view", Outcome.FAILED);
        assertThat(last.isComplete()).isFalse();
        assertThat(Privacy.isAbout(last, "17")).isTrue();
    }

    /** Each thread adds to the same streams while their subjects are forgotten. */
    @Test
    void whatever_runs_beside_an_erasure_leaves_nothing_that_can_be_read() throws Exception {
        InMemorySnapshotStore snapshots = new InMemorySnapshotStore();
        var customers =
                define(office.privacy)
                        .cache(100)
                        .snapshots(snapshots, SnapshotPolicy.every(1))
                        .build();
        List<String> left = new ArrayList<>();
        for (int round = 0; round < 30; round++) {
            String id = "r" + round;
            customers.save(id, named(id, "Erika"));
            AtomicBoolean isOver = new AtomicBoolean();
            CountDownLatch begun = new CountDownLatch(3);
            try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
                List<Future<?>> all = new ArrayList<>();
                for (int thread = 0; thread < 3; thread++) {
                    all.add(threads.submit(() -> write(customers, id, begun, isOver)));
                }
                begun.await();
                assertThat(office.privacy.forget(id, "dpo", "asked").keysAreAbsent()).isTrue();
                isOver.set(true);
                for (Future<?> each : all) {
                    each.get(20, TimeUnit.SECONDS);
                }
            }
            Customer now = customers.load(id).state();
            if (!now.name().equals("(erased)") || now.friend().startsWith("Erika")) {
                left.add("state " + now);
            }
            snapshots
                    .newest(StreamName.of("customer", id), "customer", Long.MAX_VALUE)
                    .flatMap(found -> office.privacy.states().open(found))
                    .filter(opened -> opened.state().asText().contains("Erika"))
                    .ifPresent(opened -> left.add("snapshot of " + id));
        }
        assertThat(left).isEmpty();
    }

    private static void write(
            Repository<CustomerEvent, Customer, CustomerEvent> customers,
            String id,
            CountDownLatch begun,
            AtomicBoolean isOver) {
        begun.countDown();
        while (!isOver.get()) {
            try {
                customers.handle(id, new Introduced(id, id, "Erika", "Erika"));
            } catch (PersonalDataException e) {
                return; // forgotten
            } catch (ConflictException e) {
                // another one was faster
            }
        }
    }
}
