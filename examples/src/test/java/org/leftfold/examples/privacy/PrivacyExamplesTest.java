package org.leftfold.examples.privacy;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.leftfold.api.EventStore;
import org.leftfold.api.Events;
import org.leftfold.api.ReadRequest;
import org.leftfold.api.spi.AesKeyWrapping;
import org.leftfold.api.spi.InMemoryKeyStore;
import org.leftfold.engine.EmbeddedEventStore;
import org.leftfold.examples.AnyStore;
import org.leftfold.examples.privacy.Clinic.PatientEvent;
import org.leftfold.framework.Leftfold;
import org.leftfold.framework.privacy.Privacy;

/** Encryption, pseudonyms and soft deletes: what each of them erases, and what not (R82). */
class PrivacyExamplesTest {
    private final SecureRandom random = new SecureRandom();
    private final AesKeyWrapping wrapping = new AesKeyWrapping(new byte[32], random::nextBytes);
    private final InMemoryKeyStore keys = new InMemoryKeyStore(random::nextBytes, wrapping);
    private final List<String> said = new ArrayList<>();

    private static String everythingIn(EventStore store) {
        StringBuilder all = new StringBuilder();
        try (Events events = store.read(ReadRequest.all())) {
            events.forEachRemaining(event -> all.append(event).append(event.payload().asText()));
        }
        return all.toString();
    }

    @Test
    void a_patient_is_forgotten_and_the_clinic_goes_on() {
        try (EventStore store = AnyStore.open()) {
            Clinic.run(store, keys, wrapping, said::add);
            assertThat(said)
                    .containsExactly(
                            "Patient[name=Erika Mustermann, ward=east, findings=[a broken toe], minutes=20]",
                            "keys gone: true, derived: {appointments=TO_REBUILD}",
                            "Patient[name=(erased), ward=east, findings=[(erased)], minutes=20]");
            assertThat(everythingIn(store)).doesNotContain("Erika", "toe", "A123", "1964");
        }
    }

    @Test
    void the_first_keys_lie_beside_the_events(@TempDir Path directory) {
        try (EmbeddedEventStore store = EmbeddedEventStore.open(directory)) {
            Privacy privacy = Clinic.firstPrivacy(store, new byte[32], random::nextBytes);
            Leftfold.on(store)
                    .protecting(privacy)
                    .repository("patient", new Clinic.PatientDecider())
                    .save("p1", new PatientEvent.Examined("p1", "a broken toe", 20));
            assertThat(everythingIn(store)).doesNotContain("toe");
            assertThat(privacy.forget("p1", "dpo", "asked").keyVersions()).isEqualTo(1);
        }
    }

    @Test
    void tools_read_a_patient_by_the_keys_of_the_store(@TempDir Path directory) {
        try (EmbeddedEventStore store = EmbeddedEventStore.open(directory)) {
            Privacy privacy = Privacy.of(store, store.keys(wrapping), wrapping);
            Leftfold.on(store)
                    .protecting(privacy)
                    .repository("patient", new Clinic.PatientDecider())
                    .save("1", new PatientEvent.Examined("1", "a broken toe", 20));
        }
        try (EmbeddedEventStore store = EmbeddedEventStore.openReadOnly(directory)) {
            var domain = new ClinicDomain(HexFormat.of().formatHex(new byte[32]));
            var patients = domain.repositories(Leftfold.on(store)).getFirst();
            assertThat(patients.load("1").state().toString()).contains("a broken toe");
        }
    }

    @Test
    void a_patient_is_found_by_what_is_encrypted() {
        try (EventStore store = AnyStore.open()) {
            Privacy privacy = Privacy.of(store, keys, wrapping);
            var patients =
                    Leftfold.on(store)
                            .protecting(privacy)
                            .repository("patient", new Clinic.PatientDecider());
            for (int i = 0; i < 5; i++) {
                patients.save(
                        "p" + i,
                        new PatientEvent.Admitted(
                                "p" + i, "Name " + i, "A" + i, LocalDate.of(1964, 8, 12), "west"));
            }
            assertThat(Clinic.insuredAs(store, privacy, "A3")).containsExactly("p3");
            assertThat(Clinic.insuredAs(store, privacy, "A33")).isEmpty();
        }
    }

    @Test
    void without_its_row_a_pseudonym_leads_nowhere() {
        try (EventStore store = AnyStore.open()) {
            BloodBank.Pseudonyms pseudonyms = new BloodBank.Pseudonyms();
            String donor = BloodBank.run(store, pseudonyms, said::add);
            assertThat(said).containsExactly("Max Mustermann gave 950", "somebody gave 950");
            assertThat(pseudonyms.personBehind(donor)).isEmpty();
            assertThat(everythingIn(store)).contains(donor).doesNotContain("Max", "Heidestrasse");
        }
    }

    @Test
    void a_soft_delete_hides_and_erases_nothing() {
        try (EventStore store = AnyStore.open()) {
            Notebook.run(store, said::add);
            assertThat(said)
                    .containsExactly("nothing", "but version 1 was: call Erika", "call Erika");
            assertThat(everythingIn(store)).contains("call Erika");
        }
    }
}
