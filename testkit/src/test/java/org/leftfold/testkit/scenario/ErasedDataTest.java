package org.leftfold.testkit.scenario;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.leftfold.framework.codec.EventName;
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
}
