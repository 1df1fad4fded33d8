package org.leftfold.framework.privacy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.LocalDate;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.leftfold.framework.Leftfold;
import org.leftfold.framework.codec.EventName;
import org.leftfold.framework.codec.UnreadableEventException;
import org.leftfold.framework.decide.Decider;
import org.leftfold.framework.decide.DefectException;

/** Rules that cannot bear erased data say so, and what to do. */
class ErasedApplyTest {
    sealed interface GuestEvent {
        @EventName("guest-came")
        record Came(@DataSubject String guestId, @PersonalData LocalDate born)
                implements GuestEvent {}

        @EventName("guest-paid")
        record Paid(@DataSubject String guestId, @PersonalData int cents) implements GuestEvent {
            public Paid {
                if (cents <= 0) {
                    throw new IllegalArgumentException("nobody pays so little");
                }
            }
        }

        @EventName("guest-left")
        record Left(String guestId) implements GuestEvent {}
    }

    /** Whatever is said happens. */
    static final class Guests implements Decider<GuestEvent, Integer, GuestEvent> {
        @Override
        public Integer initialState() {
            return 0;
        }

        @Override
        public List<GuestEvent> decide(GuestEvent command, Integer state) {
            return List.of(command);
        }

        @Override
        public Integer evolve(Integer state, GuestEvent event) {
            return switch (event) {
                case GuestEvent.Came came -> came.born().getYear();
                case GuestEvent.Paid paid -> state;
                case GuestEvent.Left left -> throw new IllegalStateException("nobody leaves");
            };
        }
    }

    private final Office office = new Office();
    private final Leftfold leftfold = Leftfold.on(office.store).protecting(office.privacy);

    @Test
    void an_evolve_that_cannot_bear_erased_data_is_told_from_a_rule_in_the_wrong_place() {
        var guests = leftfold.repository("guest", new Guests());
        guests.handle("7", new GuestEvent.Came("7", LocalDate.EPOCH));
        office.privacy.forget("7", "test", "asked");
        for (Runnable load :
                List.<Runnable>of(
                        () -> guests.load("7"),
                        () -> guests.handle("7", new GuestEvent.Left("7")),
                        () -> guests.history("7").toList())) {
            assertThatThrownBy(load::run)
                    .isInstanceOf(DefectException.class)
                    .hasMessage(
                            "LF-1202: %s cannot apply Came, which is version 1 of stream 'guest-7': it has thrown java.lang.NullPointerException. Nothing was stored. Personal data of this event was erased: let evolve or apply accept it without, or give @PersonalData(erasedAs = ...).",
                            Guests.class.getName())
                    .hasCauseInstanceOf(NullPointerException.class);
        }
    }

    @Test
    void a_rule_in_the_wrong_place_names_the_decider() {
        var guests = leftfold.repository("guest", new Guests());
        assertThatThrownBy(() -> guests.handle("8", new GuestEvent.Left("8")))
                .isInstanceOf(DefectException.class)
                .hasMessageContaining("%s cannot apply Left", Guests.class.getName())
                .hasMessageContaining("move the rule to where the command is decided")
                .hasMessageNotContaining("erased");
    }

    @Test
    void a_constructor_that_cannot_bear_erased_data_is_not_told_to_need_an_upcaster() {
        var guests = leftfold.repository("guest", new Guests());
        guests.handle("9", new GuestEvent.Paid("9", 350));
        office.privacy.forget("9", "test", "asked");
        assertThatThrownBy(() -> guests.load("9"))
                .isInstanceOf(UnreadableEventException.class)
                .hasMessageContaining(
                        "its personal data was erased, and its class does not accept that: ")
                .hasMessageContaining("give @PersonalData(erasedAs = ...)")
                .satisfies(e -> assertThat(e.getMessage()).doesNotContain("upcaster"))
                .hasStackTraceContaining("nobody pays so little");
    }
}
