package org.leftfold.examples.privacy;

import static org.leftfold.framework.repository.CommandOptions.by;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.leftfold.api.EventStore;
import org.leftfold.api.Events;
import org.leftfold.api.Query;
import org.leftfold.api.ReadRequest;
import org.leftfold.api.spi.AesKeyWrapping;
import org.leftfold.api.spi.KeyStore;
import org.leftfold.api.spi.KeyWrapping;
import org.leftfold.engine.EmbeddedEventStore;
import org.leftfold.framework.Leftfold;
import org.leftfold.framework.codec.EventName;
import org.leftfold.framework.decide.Decider;
import org.leftfold.framework.privacy.Blinding;
import org.leftfold.framework.privacy.DataSubject;
import org.leftfold.framework.privacy.ErasureHook;
import org.leftfold.framework.privacy.ErasureReceipt;
import org.leftfold.framework.privacy.PersonalData;
import org.leftfold.framework.privacy.Privacy;

/** Patients of a clinic: what is personal is encrypted, and unreadable once a key is destroyed. */
public final class Clinic {
    private Clinic() {}

    // @start region="events"
    /** What happens to a patient. */
    public sealed interface PatientEvent {
        /** A patient comes for the first time. */
        @EventName("patient-admitted")
        record Admitted(
                @DataSubject String patientId, // stored as it is: a number that says nothing
                @PersonalData String name,
                @PersonalData(blindedTag = "insurance", blindedBy = Blinding.STORE)
                        String insuranceNumber,
                @PersonalData(erasedAs = "1900-01-01") LocalDate born,
                String ward)
                implements PatientEvent {}

        /** Somebody is to be called. */
        @EventName("relative-named")
        record RelativeNamed(
                @DataSubject String patientId,
                String relativeId,
                @PersonalData(subject = "relativeId") Contact relative)
                implements PatientEvent {}

        /** What was found. */
        @EventName("patient-examined")
        record Examined(@DataSubject String patientId, @PersonalData String finding, int minutes)
                implements PatientEvent {}
    }

    /** How to reach somebody. */
    public record Contact(String name, String phone) {}

    // @end

    /** A patient, as far as the clinic needs one. */
    public record Patient(String name, String ward, List<String> findings, int minutes) {}

    /** Whatever is said about a patient is noted. */
    public static final class PatientDecider
            implements Decider<PatientEvent, Patient, PatientEvent> {
        @Override
        public Patient initialState() {
            return new Patient("", "", List.of(), 0);
        }

        @Override
        public List<PatientEvent> decide(PatientEvent command, Patient state) {
            return List.of(command);
        }

        @Override
        public Patient evolve(Patient state, PatientEvent event) {
            return switch (event) {
                case PatientEvent.Admitted it ->
                        new Patient(it.name(), it.ward(), state.findings, state.minutes);
                case PatientEvent.RelativeNamed it -> state;
                case PatientEvent.Examined it -> {
                    List<String> findings = new ArrayList<>(state.findings);
                    findings.add(it.finding());
                    yield new Patient(
                            state.name, state.ward, findings, state.minutes + it.minutes());
                }
            };
        }
    }

    /** What a program does first when its key store was restored from a copy. */
    public static void afterRestoringKeys(Privacy privacy, Consumer<String> say) {
        // @start region="restore"
        long cameBack = privacy.reapplyErasures(); // before anything else is read
        // @end
        say.accept(cameBack + " had come back and are forgotten again");
    }

    /** Takes another master key; the former one can be destroyed afterwards. */
    public static long changeMasterKey(
            EmbeddedEventStore store, byte[] next, byte[] former, Consumer<byte[]> random) {
        // @start region="master"
        var both = new AesKeyWrapping(next, random).knowing(former); // in every program
        var privacy = Privacy.of(store, store.keys(both), both);
        long rewrapped = privacy.rewrapKeys(); // again after a crash, until it gives 0
        // @end
        return rewrapped;
    }

    /** Finds patients by their insurance number, which is stored encrypted only. */
    public static List<String> insuredAs(EventStore store, Privacy privacy, String number) {
        List<String> found = new ArrayList<>();
        // @start region="find"
        var tag = privacy.tag("insurance", number);
        var request = ReadRequest.of(Query.tags(tag.toString()));
        // @end
        try (Events events = store.read(request)) {
            events.forEachRemaining(event -> found.add(event.stream().id()));
        }
        return found;
    }

    /** Opens a clinic whose keys lie beside its events. */
    static Privacy firstPrivacy(
            EmbeddedEventStore store, byte[] masterKey, Consumer<byte[]> random) {
        // @start region="first"
        // masterKey: 32 secret bytes from your secret manager, the same at each start
        var wrapping = new AesKeyWrapping(masterKey, random); // new SecureRandom()::nextBytes
        var keyStore = store.keys(wrapping); // store: an EmbeddedEventStore
        // @end
        return Privacy.of(store, keyStore, wrapping);
    }

    /** Tells the story of a patient who wants to be forgotten. */
    public static void run(
            EventStore store, KeyStore keyStore, KeyWrapping wrapping, Consumer<String> say) {
        // @start region="use"
        var privacy = Privacy.of(store, keyStore, wrapping);
        var patients =
                Leftfold.on(store).protecting(privacy).repository("patient", new PatientDecider());
        // @end
        patients.save(
                "4711",
                new PatientEvent.Admitted(
                        "4711", "Erika Mustermann", "A123", LocalDate.of(1964, 8, 12), "east"),
                by("reception"));
        patients.update("4711", new PatientEvent.Examined("4711", "a broken toe", 20), by("dr-no"));
        say.accept(patients.load("4711").state().toString());

        // @start region="derived"
        privacy.onErasure("appointments", subject -> ErasureHook.Outcome.TO_REBUILD);
        // @end
        // @start region="forget"
        ErasureReceipt receipt =
                privacy.forget("4711", "dpo@clinic.example", "request of 2026-11-20");
        // @end
        say.accept(
                "keys gone: %s, derived: %s".formatted(receipt.keysAreAbsent(), receipt.derived()));
        say.accept(patients.load("4711").state().toString());
    }
}
