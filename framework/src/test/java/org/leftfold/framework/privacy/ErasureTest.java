package org.leftfold.framework.privacy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.leftfold.framework.repository.CommandOptions.by;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.leftfold.api.Events;
import org.leftfold.api.IntegrityException;
import org.leftfold.api.InvalidRequestException;
import org.leftfold.api.NewEvent;
import org.leftfold.api.ReadRequest;
import org.leftfold.api.StoreUnavailableException;
import org.leftfold.api.StreamName;
import org.leftfold.api.spi.InMemoryKeyStore;
import org.leftfold.api.spi.InMemorySnapshotStore;
import org.leftfold.api.spi.KeyStore;
import org.leftfold.api.spi.SnapshotStore;
import org.leftfold.framework.Leftfold;
import org.leftfold.framework.codec.DomainEvent;
import org.leftfold.framework.codec.EventCodec;
import org.leftfold.framework.codec.EventSchema;
import org.leftfold.framework.codec.JsonFormat;
import org.leftfold.framework.privacy.CustomerEvent.Described;
import org.leftfold.framework.privacy.CustomerEvent.Introduced;
import org.leftfold.framework.privacy.CustomerEvent.Mail;
import org.leftfold.framework.privacy.CustomerEvent.Moved;
import org.leftfold.framework.privacy.CustomerEvent.Phone;
import org.leftfold.framework.privacy.CustomerEvent.Rated;
import org.leftfold.framework.privacy.CustomerEvent.Registered;
import org.leftfold.framework.privacy.Customers.Customer;
import org.leftfold.framework.privacy.ErasureHook.Outcome;
import org.leftfold.framework.repository.Repository;
import org.leftfold.framework.repository.RepositoryBuilder;
import org.leftfold.framework.snapshot.SnapshotPolicy;
import tools.jackson.databind.node.StringNode;

/** A forgotten subject stays forgotten, and everything else goes on. */
class ErasureTest {
    private final Office office = new Office();
    private final InMemorySnapshotStore snapshots = new InMemorySnapshotStore();
    private final Repository<CustomerEvent, Customer, CustomerEvent> customers =
            define(office.privacy).build();

    private RepositoryBuilder<CustomerEvent, Customer, CustomerEvent> define(Privacy privacy) {
        return Leftfold.on(office.store).protecting(privacy).define("customer", new Customers());
    }

    private void fill() {
        customers.save("17", EncryptionTest.ERIKA);
        customers.handle("17", EncryptionTest.MOVED);
        customers.handle("17", new Introduced("17", "18", "hello", "Max"));
        customers.handle("17", new Rated("17", 5));
    }

    @Test
    void replay_goes_on_with_what_stands_for_the_erased_data() {
        fill();
        office.privacy.forget("17", "dpo", "asked");
        List<CustomerEvent> events = new ArrayList<>();
        customers.events("17", event -> events.add(event.event()));
        assertThat(events.get(0))
                .isEqualTo(
                        new Registered(
                                "17", "(erased)", "(erased)", LocalDate.of(1900, 1, 1), "DE"));
        Moved moved = (Moved) events.get(1);
        assertThat(moved.others())
                .extracting(CustomerEvent.Address::street)
                .containsExactly("(erased)", "(erased)");
        assertThat(moved.others().getFirst().city()).isEqualTo("Bonn");
        assertThat(moved.contacts()).containsExactly(new Phone(0), new Mail("nobody@example.org"));
        assertThat(events.get(2))
                .as("the friend is another subject")
                .isEqualTo(new Introduced("17", "18", "(erased)", "Max"));
        assertThat(customers.load("17").state())
                .isEqualTo(new Customer("(erased)", "Max", List.of("(erased)", "(erased)"), 5));
        assertThat(customers.handle("17", new Rated("17", 1)).state().stars()).isEqualTo(1);
    }

    @Test
    void values_of_every_type_have_something_that_stands_for_them() {
        NewEvent encoded = office.encoded(EncryptionTest.DESCRIBED);
        office.privacy.forget("4711", "dpo", "asked");
        Described erased = (Described) office.decoded(encoded);
        assertThat(erased)
                .isEqualTo(
                        new Described(
                                4711,
                                0,
                                null,
                                false,
                                List.of(),
                                Map.of(),
                                Optional.empty(),
                                Optional.empty(),
                                0,
                                null,
                                new byte[0]));
    }

    @Test
    void the_program_may_say_what_stands_for_erased_data() {
        NewEvent encoded = office.encoded(EncryptionTest.ERIKA);
        office.privacy.forget("17", "dpo", "asked");
        Privacy other =
                Privacy.builder(office.store, office.keys, office.wrapping)
                        .redaction((type, version, path, stored) ->
                                path.equals("/name")
                                        ? Optional.of(StringNode.valueOf(type + version))
                                        : Optional.empty())
                        .build();
        var codec = new EventCodec<>(EventSchema.of(CustomerEvent.class), new JsonFormat(), other);
        assertThat(codec.decode(Office.stored(Office.C17, encoded)).getFirst().event())
                .isEqualTo(new Registered("17", "customer-registered1", null, null, "DE"));
    }

    @Test
    void an_erasure_gives_a_receipt_without_the_id_and_it_is_stored() {
        fill();
        office.privacy.onErasure("mailing list", subject -> Outcome.CLEAN);
        office.privacy.onErasure("search", subject -> Outcome.TO_REBUILD);
        office.privacy.onErasure(
                "down",
                subject -> {
                    throw new IllegalStateException("not now");
                });
        ErasureReceipt receipt = office.privacy.forget("17", "dpo@example.org", "request 4711");
        assertThat(receipt.actor()).isEqualTo("dpo@example.org");
        assertThat(receipt.reason()).isEqualTo("request 4711");
        assertThat(receipt.keyVersions()).isEqualTo(1);
        assertThat(receipt.keys().fingerprints()).hasSize(1);
        assertThat(receipt.keysAreAbsent()).isTrue();
        assertThat(receipt.derived())
                .isEqualTo(
                        Map.of(
                                "mailing list",
                                Outcome.CLEAN,
                                "search",
                                Outcome.TO_REBUILD,
                                "down",
                                Outcome.FAILED));
        assertThat(receipt.isComplete()).isFalse();
        assertThat(Privacy.isAbout(receipt, "17")).isTrue();
        assertThat(Privacy.isAbout(receipt, "18")).isFalse();
        assertThat(office.privacy.receipts()).containsExactly(receipt);

        ErasureReceipt again = office.privacy.forget("17", "dpo@example.org", "again");
        assertThat(again.keyVersions()).isZero();
        assertThat(again.keysAreAbsent()).isTrue();
        assertThat(again.fingerprint()).isEqualTo(receipt.fingerprint());
        assertThat(office.privacy.forget("18", "dpo", "asked").fingerprint())
                .isNotEqualTo(receipt.fingerprint());
        try (Events events = office.store.read(ReadRequest.stream(Privacy.ERASURES))) {
            events.forEachRemaining(event ->
                    assertThat(event.payload().asText()).doesNotContain("\"17\"", "Erika"));
        }
    }

    @Test
    void who_and_why_are_needed_and_ids_of_the_framework_are_refused() {
        assertThatThrownBy(() -> office.privacy.forget("17", " ", "why"))
                .isInstanceOf(InvalidRequestException.class);
        assertThatThrownBy(() -> office.privacy.forget("17", "who", " "))
                .isInstanceOf(InvalidRequestException.class);
        assertThatThrownBy(() -> office.privacy.forget("leftfold.blinding", "who", "why"))
                .isInstanceOf(InvalidRequestException.class);
        office.privacy.onErasure("search", subject -> Outcome.CLEAN);
        assertThatThrownBy(() -> office.privacy.onErasure("search", subject -> Outcome.CLEAN))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(office.store.head()).isZero();
    }

    @Test
    void cached_states_and_snapshots_of_a_forgotten_subject_are_not_used_any_more() {
        Repository<CustomerEvent, Customer, CustomerEvent> cached =
                define(office.privacy)
                        .cache(10)
                        .snapshots(snapshots, SnapshotPolicy.every(1))
                        .build();
        cached.save("17", EncryptionTest.ERIKA);
        cached.handle("17", new Introduced("17", "18", "hello", "Max"));
        SnapshotStore.Snapshot kept =
                snapshots.newest(Office.C17, "customer", Long.MAX_VALUE).orElseThrow();
        assertThat(kept.state().asText()).contains("@sealed").doesNotContain("Erika", "Max");
        assertThat(cached.load("17").state().name()).isEqualTo("Erika Mustermann");

        office.privacy.forget("18", "dpo", "asked");
        assertThat(cached.load("17").state())
                .isEqualTo(new Customer("Erika Mustermann", "(erased)", List.of(), 0));
        cached.handle("17", new Rated("17", 3));
        assertThat(cached.at("17", 3).state().friend()).isEqualTo("(erased)");
        office.privacy.forget("17", "dpo", "asked");
        assertThat(cached.load("17").state())
                .isEqualTo(new Customer("(erased)", "(erased)", List.of(), 3));
        assertThat(
                        define(office.privacy)
                                .snapshots(snapshots, SnapshotPolicy.never())
                                .build()
                                .load("17")
                                .state())
                .isEqualTo(new Customer("(erased)", "(erased)", List.of(), 3));
        assertThat(office.privacy.states().open(kept)).isEmpty();
    }

    @Test
    void a_sealed_snapshot_begins_a_load_and_a_changed_one_does_not() {
        Repository<CustomerEvent, Customer, CustomerEvent> kept =
                define(office.privacy).snapshots(snapshots, SnapshotPolicy.every(2)).build();
        kept.save("17", EncryptionTest.ERIKA);
        kept.handle("17", new Introduced("17", "18", "hello", "Max"));
        SnapshotStore.Snapshot sealed = snapshots.newest(Office.C17, "customer", 2).orElseThrow();
        SealedStates.Opened opened = office.privacy.states().open(sealed).orElseThrow();
        assertThat(opened.subjects()).containsExactlyInAnyOrder("17", "18");
        assertThat(opened.state().asText()).contains("Erika", "Max");
        for (SnapshotStore.Snapshot moved :
                List.of(
                        new SnapshotStore.Snapshot(
                                StreamName.of("customer", "18"), 2, "customer", 1, sealed.state()),
                        new SnapshotStore.Snapshot(Office.C17, 3, "customer", 1, sealed.state()),
                        new SnapshotStore.Snapshot(Office.C17, 2, "other", 1, sealed.state()),
                        new SnapshotStore.Snapshot(Office.C17, 2, "customer", 2, sealed.state()))) {
            assertThatThrownBy(() -> office.privacy.states().open(moved))
                    .isInstanceOf(IntegrityException.class)
                    .hasMessageContaining("LF-4001");
        }
    }

    @Test
    void another_program_notices_an_erasure_when_its_keys_are_a_minute_old() {
        fill();
        Privacy elsewhere = office.privacy(office.keys);
        Repository<CustomerEvent, Customer, CustomerEvent> theirs =
                define(elsewhere).cache(10).build();
        assertThat(theirs.load("17").state().name()).isEqualTo("Erika Mustermann");
        office.privacy.forget("17", "dpo", "asked");
        office.nanos.addAndGet(60_000_000_000L);
        assertThat(theirs.load("17").state().name()).isEqualTo("(erased)");
        assertThatThrownBy(() -> theirs.handle("17", EncryptionTest.ERIKA))
                .isInstanceOf(PersonalDataException.class);
    }

    @Test
    void a_restored_copy_of_the_keys_brings_nobody_back() {
        fill();
        customers.save("19", new Registered("19", "Otto", "o@example.org", null, "DE"));
        InMemoryKeyStore backup = office.keys.copy();
        office.privacy.forget("17", "dpo", "asked");
        office.privacy.forget("never seen", "dpo", "asked");

        Privacy restored = office.privacy(backup);
        List<String> again = new ArrayList<>();
        restored.onErasure(
                "view",
                subject -> {
                    again.add(subject);
                    return Outcome.CLEAN;
                });
        var theirs = define(restored).build();
        assertThat(backup.find("17", 1)).as("the danger").isPresent();
        assertThat(theirs.load("17").state().name()).as("before all else").isEqualTo("(erased)");
        assertThat(restored.reapplyErasures()).isEqualTo(1);
        assertThat(again).containsExactly("17");
        assertThat(backup.isForgotten("17")).isTrue();
        assertThat(theirs.load("17").state().name()).isEqualTo("(erased)");
        assertThat(theirs.load("17").state().friend()).isEqualTo("Max");
        assertThat(theirs.load("19").state().name()).isEqualTo("Otto");
        assertThat(restored.reapplyErasures()).as("nothing left to do").isZero();
    }

    /** Breaks down at one call. */
    private record Breaking(KeyStore inner, boolean inForget) implements KeyStore {
        private static StoreUnavailableException down() {
            return StoreUnavailableException.unreadable("the key store", new java.io.IOException());
        }

        @Override
        public Optional<SubjectKey> currentOrNew(String subject) {
            inner.currentOrNew(subject);
            if (!inForget) {
                throw down();
            }
            return inner.currentOrNew(subject);
        }

        @Override
        public Optional<SubjectKey> renew(String subject, int keyVersion) {
            return inner.renew(subject, keyVersion);
        }

        @Override
        public Optional<SubjectKey> find(String subject, int keyVersion) {
            return inner.find(subject, keyVersion);
        }

        @Override
        public List<SubjectKey> forget(String subject) {
            throw down();
        }

        @Override
        public boolean isForgotten(String subject) {
            return inner.isForgotten(subject);
        }

        @Override
        public long rewrap() {
            return inner.rewrap();
        }
    }

    /** Another program makes a key right before all of them are destroyed. */
    private record Racing(KeyStore inner) implements KeyStore {
        @Override
        public Optional<SubjectKey> currentOrNew(String subject) {
            return inner.currentOrNew(subject);
        }

        @Override
        public Optional<SubjectKey> renew(String subject, int keyVersion) {
            return inner.renew(subject, keyVersion);
        }

        @Override
        public Optional<SubjectKey> find(String subject, int keyVersion) {
            return inner.find(subject, keyVersion);
        }

        @Override
        public List<SubjectKey> forget(String subject) {
            int last = inner.currentOrNew(subject).orElseThrow().keyVersion();
            assertThat(inner.renew(subject, last)).isPresent();
            return inner.forget(subject);
        }

        @Override
        public boolean isForgotten(String subject) {
            return inner.isForgotten(subject);
        }

        @Override
        public long rewrap() {
            return inner.rewrap();
        }
    }

    @Test
    void a_key_that_is_made_while_its_subject_is_forgotten_is_in_the_receipt() {
        Privacy racing = office.privacy(new Racing(office.keys));
        assertThat(racing.forget("new", "dpo", "asked").keyVersions())
                .as("one that was made and one that was renewed")
                .isEqualTo(2);
        office.keys.currentOrNew("17");
        ErasureReceipt receipt = racing.forget("17", "dpo", "asked");
        assertThat(receipt.keyVersions()).isEqualTo(2);
        assertThat(Set.copyOf(receipt.keys().fingerprints())).hasSize(2);
        assertThat(receipt.keysAreAbsent()).isTrue();
    }

    @Test
    void a_crash_between_a_new_key_and_the_append_leaves_nothing_behind_that_cannot_be_read() {
        var broken = define(office.privacy(new Breaking(office.keys, false))).build();
        assertThatThrownBy(() -> broken.save("17", EncryptionTest.ERIKA))
                .isInstanceOf(StoreUnavailableException.class);
        assertThat(office.keys.find("17", 1)).as("the key is there").isPresent();
        assertThat(office.store.head()).as("and no event").isZero();
        fill();
        assertThat(customers.load("17").state().name()).isEqualTo("Erika Mustermann");
    }

    @Test
    void an_erasure_that_broke_off_is_made_up_for() {
        fill();
        Privacy broken = office.privacy(new Breaking(office.keys, true));
        assertThatThrownBy(() -> broken.forget("17", "dpo", "asked"))
                .isInstanceOf(StoreUnavailableException.class);
        assertThat(office.keys.isForgotten("17")).isFalse();
        assertThat(office.privacy.receipts()).isEmpty();
        assertThat(office.privacy(office.keys).reapplyErasures()).isEqualTo(1);
        assertThat(office.keys.isForgotten("17")).isTrue();
        assertThat(office.privacy.forget("17", "dpo", "asked").keysAreAbsent()).isTrue();
    }

    @Test
    void threads_that_meet_a_new_subject_at_once_encrypt_with_one_key() throws Exception {
        EventCodec<CustomerEvent> codec = office.codec();
        for (int round = 0; round < 20; round++) {
            String subject = "round " + round;
            StreamName stream = StreamName.of("customer", "r" + round);
            CountDownLatch start = new CountDownLatch(1);
            List<NewEvent> encoded = new ArrayList<>();
            try (var threads = Executors.newFixedThreadPool(8)) {
                Callable<NewEvent> task =
                        () -> {
                            start.await();
                            return codec.encode(
                                    stream,
                                    new Introduced(subject, "18", "hello", "Max"),
                                    org.leftfold.api.Metadata.none(),
                                    java.util.Set.of());
                        };
                var futures = new ArrayList<java.util.concurrent.Future<NewEvent>>();
                for (int i = 0; i < 8; i++) {
                    futures.add(threads.submit(task));
                }
                start.countDown();
                for (var future : futures) {
                    encoded.add(future.get());
                }
            }
            assertThat(office.keys.find(subject, 2)).isEmpty();
            var fresh = office.privacy(office.keys);
            var reader =
                    new EventCodec<>(EventSchema.of(CustomerEvent.class), new JsonFormat(), fresh);
            for (NewEvent event : encoded) {
                DomainEvent<CustomerEvent> read =
                        reader.decode(Office.stored(stream, event)).getFirst();
                assertThat(read.event()).isEqualTo(new Introduced(subject, "18", "hello", "Max"));
            }
        }
    }

    @Test
    void keys_are_wrapped_anew_while_events_are_read_and_written() {
        fill();
        assertThat(office.privacy.rewrapKeys()).as("all are current").isZero();
        assertThat(customers.handle("17", new Rated("17", 2), by("anna")).state().name())
                .isEqualTo("Erika Mustermann");
    }
}
