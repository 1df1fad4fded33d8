package org.leftfold.testkit.scenario;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.LocalDate;
import java.util.List;
import java.util.function.BiFunction;
import org.junit.jupiter.api.Test;
import org.leftfold.framework.codec.EventName;
import org.leftfold.framework.codec.EventSchema;
import org.leftfold.framework.decide.Decider;
import org.leftfold.framework.privacy.DataSubject;
import org.leftfold.framework.privacy.PersonalData;

/** Scenarios find events that could not be read any more after an erasure. */
class ErasedDataTest {
    sealed interface PatientEvent {
        @EventName("patient-admitted")
        record Admitted(@DataSubject String patientId, @PersonalData String name)
                implements PatientEvent {}

        @EventName("patient-weighed")
        record Weighed(@DataSubject String patientId, @PersonalData int kilograms)
                implements PatientEvent {
            public Weighed {
                if (kilograms <= 0) {
                    throw new IllegalArgumentException("nobody weighs so little");
                }
            }
        }

        @EventName("patient-measured")
        record Measured(
                @DataSubject String patientId, @PersonalData(erasedAs = "1") int centimeters)
                implements PatientEvent {
            public Measured {
                if (centimeters <= 0) {
                    throw new IllegalArgumentException("nobody is so short");
                }
            }
        }
    }

    /** Whatever is said happens. */
    static final class Patients implements Decider<PatientEvent, String, PatientEvent> {
        @Override
        public String initialState() {
            return "";
        }

        @Override
        public List<PatientEvent> decide(PatientEvent command, String state) {
            return List.of(command);
        }

        @Override
        public String evolve(String state, PatientEvent event) {
            return state + event.getClass().getSimpleName();
        }
    }

    @Test
    void a_constructor_that_cannot_bear_erased_data_is_found() {
        assertThatCode(() ->
                        Scenario.of(new Patients())
                                .when(new PatientEvent.Admitted("1", "Erika"))
                                .then(new PatientEvent.Admitted("1", "Erika")))
                .doesNotThrowAnyException();
        assertThatCode(() ->
                        Scenario.of(new Patients())
                                .when(new PatientEvent.Measured("1", 180))
                                .then(new PatientEvent.Measured("1", 180)))
                .doesNotThrowAnyException();
        assertThatThrownBy(() ->
                        Scenario.of(new Patients())
                                .when(new PatientEvent.Weighed("1", 70))
                                .then(new PatientEvent.Weighed("1", 70)))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("cannot be read when its personal data was erased")
                .hasStackTraceContaining("nobody weighs so little");
    }

    sealed interface GuestEvent {
        @EventName("guest-came")
        record Came(@DataSubject String guestId, @PersonalData LocalDate born)
                implements GuestEvent {}

        @EventName("guest-met")
        record Met(String guestId, @DataSubject String otherId, @PersonalData LocalDate met)
                implements GuestEvent {}
    }

    /** Whatever is said happens, and the state is made of personal data. */
    private record Guests(BiFunction<String, GuestEvent, String> evolution)
            implements Decider<GuestEvent, String, GuestEvent> {
        @Override
        public String initialState() {
            return "";
        }

        @Override
        public List<GuestEvent> decide(GuestEvent command, String state) {
            return List.of(command);
        }

        @Override
        public String evolve(String state, GuestEvent event) {
            return evolution.apply(state, event);
        }
    }

    private static final GuestEvent CAME = new GuestEvent.Came("1", LocalDate.EPOCH);
    private static final GuestEvent MET = new GuestEvent.Met("1", "2", LocalDate.EPOCH);

    private static Scenario<GuestEvent, String, GuestEvent> guests(
            BiFunction<String, GuestEvent, String> evolution) {
        return Scenario.of(new Guests(evolution), EventSchema.of(GuestEvent.class));
    }

    @Test
    void an_evolve_that_cannot_bear_erased_data_is_found() {
        var needsYear =
                guests((state, event) ->
                        switch (event) {
                            case GuestEvent.Came came -> state + came.born().getYear();
                            case GuestEvent.Met met -> state + met.met();
                        });
        assertThatThrownBy(() -> needsYear.when(CAME).then(CAME))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining(
                        "defect: emitted event 1 cannot be applied when personal data was erased: let evolve or apply accept it without, or give @PersonalData(erasedAs = ...)")
                .hasMessageContaining("Came[guestId=1, born=null]")
                .hasCauseInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> needsYear.given(CAME))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("given event 1 cannot be applied when personal data was");
        needsYear.withoutCodecCheck().when(CAME).then(CAME);
        needsYear.when(MET).then(MET);
    }

    @Test
    void a_state_that_needs_what_one_of_several_subjects_left_is_found() {
        var needsBoth =
                guests((state, event) ->
                        switch (event) {
                            case GuestEvent.Came came -> came.born() == null ? "" : "born";
                            case GuestEvent.Met met ->
                                    state.isEmpty() ? "" : "met in " + met.met().getYear();
                        });
        assertThatThrownBy(() -> needsBoth.given(CAME).when(MET).then(MET))
                .as("all erased together it would be fine; the second one alone is not")
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("emitted event 1 cannot be applied when personal data was");
    }
}
