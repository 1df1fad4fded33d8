package org.leftfold.examples.privacy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.leftfold.framework.repository.CommandOptions.by;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.leftfold.api.Backup;
import org.leftfold.api.spi.AesKeyWrapping;
import org.leftfold.engine.EmbeddedEventStore;
import org.leftfold.examples.privacy.Clinic.Contact;
import org.leftfold.examples.privacy.Clinic.Patient;
import org.leftfold.examples.privacy.Clinic.PatientEvent;
import org.leftfold.framework.Leftfold;
import org.leftfold.framework.privacy.ErasureReceipt;
import org.leftfold.framework.privacy.Privacy;
import org.leftfold.framework.repository.Repository;
import org.leftfold.framework.snapshot.SnapshotPolicy;

/** Personal data in the files of the embedded store: never there in plain, and gone for good. */
class ErasedBytesTest {
    private static final List<String> PERSONAL =
            List.of("Mustermann", "A-1234567", "1964-08", "broken toe", "Otto Relative", "0221-47");

    private final SecureRandom random = new SecureRandom();
    private final byte[] masterKey = new byte[AesKeyWrapping.MASTER_KEY_BYTES];
    private final AesKeyWrapping wrapping = new AesKeyWrapping(masterKey, random::nextBytes);

    @TempDir private Path folder;

    private static Repository<PatientEvent, Patient, PatientEvent> patients(
            EmbeddedEventStore store, Privacy privacy) {
        return Leftfold.on(store)
                .protecting(privacy)
                .define("patient", new Clinic.PatientDecider())
                .snapshots(store.snapshots(), SnapshotPolicy.every(1))
                .cache(10)
                .build();
    }

    private static void fill(Repository<PatientEvent, Patient, PatientEvent> patients) {
        patients.save(
                "4711",
                new PatientEvent.Admitted(
                        "4711", "Erika Mustermann", "A-1234567", LocalDate.of(1964, 8, 12), "east"),
                by("reception"));
        patients.update("4711", new PatientEvent.Examined("4711", "a broken toe", 20), by("dr"));
        patients.update(
                "4711",
                new PatientEvent.RelativeNamed(
                        "4711", "4712", new Contact("Otto Relative", "0221-4711")),
                by("dr"));
    }

    private static void assertNothingPersonalIn(Path directory) throws IOException {
        int files = 0;
        try (Stream<Path> found = Files.walk(directory)) {
            for (Path file : found.filter(Files::isRegularFile).toList()) {
                String bytes = Files.readString(file, StandardCharsets.ISO_8859_1);
                assertThat(PERSONAL).as(file.toString()).noneMatch(bytes::contains);
                files++;
            }
        }
        assertThat(files).as("files that were searched").isGreaterThan(2);
    }

    private EmbeddedEventStore open(String name) {
        return EmbeddedEventStore.open(folder.resolve(name));
    }

    @Test
    void no_file_ever_has_personal_data_in_plain_and_none_has_the_key_after_the_erasure()
            throws IOException {
        byte[] wrapped;
        try (EmbeddedEventStore store = open("live");
                EmbeddedEventStore copy = open("copy")) {
            Privacy privacy = Privacy.of(store, store.keys(wrapping), wrapping);
            var patients = patients(store, privacy);
            fill(patients);
            wrapped = store.keys(wrapping).find("4711", 1).orElseThrow().wrappedKey().toByteArray();
            try (Backup backup = store.admin().backup()) {
                assertThat(copy.admin().restore(backup, position -> {})).isPositive();
            }
            assertNothingPersonalIn(folder);
            assertThat(patients.load("4711").state().name()).isEqualTo("Erika Mustermann");
            assertThat(contains(folder.resolve("live").resolve("keys"), wrapped)).isTrue();

            ErasureReceipt receipt = privacy.forget("4711", "dpo", "asked");
            assertThat(receipt.keysAreAbsent()).isTrue();
            assertThat(patients.load("4711").state())
                    .isEqualTo(new Patient("(erased)", "east", List.of("(erased)"), 20));
            assertThat(
                            patients(copy, Privacy.of(copy, store.keys(wrapping), wrapping))
                                    .load("4711")
                                    .state()
                                    .name())
                    .as("the backup of the events is of no use")
                    .isEqualTo("(erased)");
        }
        assertNothingPersonalIn(folder);
        assertThat(contains(folder.resolve("live").resolve("keys"), wrapped)).isFalse();
        try (EmbeddedEventStore store = open("live")) {
            Privacy privacy = Privacy.of(store, store.keys(wrapping), wrapping);
            assertThat(patients(store, privacy).load("4711").state().name())
                    .as("after a restart")
                    .isEqualTo("(erased)");
            assertThat(privacy.receipts()).hasSize(1);
        }
    }

    private static boolean contains(Path file, byte[] part) throws IOException {
        return Files.readString(file, StandardCharsets.ISO_8859_1)
                .contains(new String(part, StandardCharsets.ISO_8859_1));
    }

    @Test
    void an_older_copy_of_the_key_file_is_restored_and_nobody_comes_back() throws IOException {
        Path keyFile = folder.resolve("live").resolve("keys");
        Path older = folder.resolve("older-keys");
        try (EmbeddedEventStore store = open("live")) {
            fill(patients(store, Privacy.of(store, store.keys(wrapping), wrapping)));
        }
        Files.copy(keyFile, older);
        try (EmbeddedEventStore store = open("live")) {
            Privacy.of(store, store.keys(wrapping), wrapping).forget("4711", "dpo", "asked");
        }
        Files.delete(keyFile);
        Files.move(older, keyFile);
        try (EmbeddedEventStore store = open("live")) {
            Privacy privacy = Privacy.of(store, store.keys(wrapping), wrapping);
            assertThat(store.keys(wrapping).find("4711", 1)).as("the danger").isPresent();
            List<String> said = new ArrayList<>();
            Clinic.afterRestoringKeys(privacy, said::add);
            assertThat(said).containsExactly("1 had come back and are forgotten again");
            assertThat(patients(store, privacy).load("4711").state().name()).isEqualTo("(erased)");
            assertThat(store.keys(wrapping).find("4712", 1)).as("the relative").isPresent();
        }
        try (EmbeddedEventStore store = open("live")) {
            assertThat(store.keys(wrapping).isForgotten("4711")).isTrue();
        }
    }

    @Test
    void after_another_master_key_the_former_one_opens_nothing() throws IOException {
        byte[] next = masterKey.clone();
        next[0] = 1;
        try (EmbeddedEventStore store = open("live")) {
            fill(patients(store, Privacy.of(store, store.keys(wrapping), wrapping)));
        }
        try (EmbeddedEventStore store = open("live")) {
            assertThat(Clinic.changeMasterKey(store, next, masterKey, random::nextBytes))
                    .as("two subjects and that of the tags")
                    .isEqualTo(3);
        }
        AesKeyWrapping alone = new AesKeyWrapping(next, random::nextBytes);
        try (EmbeddedEventStore store = open("live")) {
            Privacy privacy = Privacy.of(store, store.keys(alone), alone);
            assertThat(patients(store, privacy).load("4711").state().name())
                    .isEqualTo("Erika Mustermann");
        }
    }
}
