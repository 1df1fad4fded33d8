package org.leftfold.framework.privacy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.leftfold.api.Metadata;
import org.leftfold.api.NewEvent;
import org.leftfold.api.StreamName;
import org.leftfold.api.Tag;
import org.leftfold.api.spi.InMemoryKeyStore;
import org.leftfold.framework.codec.DefinitionException;
import org.leftfold.framework.codec.EventCodec;
import org.leftfold.framework.codec.EventName;
import org.leftfold.framework.codec.EventSchema;
import org.leftfold.framework.codec.JsonFormat;
import org.leftfold.framework.codec.UnreadableEventException;
import org.leftfold.framework.privacy.CustomerEvent.Address;

/** Ways in which personal data could get past the encryption. */
class LeakTest {
    private static final Address HOME = new Address("Heidestrasse", "Köln");

    private final Office office = new Office();

    private <E> NewEvent encoded(Class<E> type, StreamName stream, E event) {
        EventCodec<E> codec = office.codec(EventSchema.of(type));
        return codec.encode(stream, event, Metadata.none(), Set.of());
    }

    @EventName("greeted")
    record Greeted(@DataSubject String id, @PersonalData String name) {
        public String getGreeting() {
            return "Dear " + name;
        }
    }

    @EventName("greeted-well")
    record WellGreeted(@DataSubject String id, @PersonalData String name) {
        @JsonIgnore
        public String getGreeting() {
            return "Dear " + name;
        }
    }

    @Test
    void what_a_method_tells_of_personal_data_is_not_stored_beside_it() {
        assertThatThrownBy(() -> encoded(Greeted.class, Office.C17, new Greeted("17", "Erika")))
                .isInstanceOf(PersonalDataException.class)
                .hasMessageContaining("Greeted")
                .hasMessageNotContaining("Erika");
        assertThat(
                        encoded(WellGreeted.class, Office.C17, new WellGreeted("17", "Erika"))
                                .payload()
                                .asText())
                .doesNotContain("Erika");
    }

    @EventName("anything")
    record Anything(@DataSubject String id, @PersonalData String name, Object what) {}

    static List<Object> holders() {
        return List.of(
                Map.of("homes", List.of(HOME)),
                Map.of("home", Map.of("home", HOME)),
                Map.of(HOME, "home"),
                Map.entry("home", HOME),
                new AtomicReference<>(HOME),
                List.of(Map.entry("home", HOME)));
    }

    @ParameterizedTest
    @MethodSource("holders")
    void personal_data_deep_inside_of_what_cannot_be_encrypted_is_refused(Object holder) {
        assertThatThrownBy(() ->
                        encoded(Anything.class, Office.C17, new Anything("17", "Erika", holder)))
                .isInstanceOf(PersonalDataException.class)
                .hasMessageContaining("LF-1210")
                .hasMessageNotContaining("Heide");
    }

    @EventName("entered")
    record Entered(@DataSubject String id, Map.Entry<String, Address> entry) {}

    @EventName("referred")
    record Referred(@DataSubject String id, AtomicReference<Address> at) {}

    @Test
    void personal_data_in_holders_of_java_is_refused_when_a_program_starts() {
        for (Class<?> type : List.of(Entered.class, Referred.class)) {
            assertThat(Privacy.problemsOf(type))
                    .anyMatch(text -> text.contains("Address.street is personal data inside"));
        }
    }

    record Contact(String name, String phone) {}

    @EventName("contacted")
    record Contacted(
            @DataSubject String id,
            @PersonalData Contact contact,
            @PersonalData List<String> names,
            @PersonalData long number) {}

    @Test
    void a_personal_text_inside_of_a_value_is_no_name_either() {
        StreamName erika = StreamName.of("customer", "Erika");
        for (Contacted event :
                List.of(
                        new Contacted("17", new Contact("Erika", "1"), List.of(), 1),
                        new Contacted("17", new Contact("E", "1"), List.of("Eri", "Erika"), 1))) {
            assertThatThrownBy(() -> encoded(Contacted.class, erika, event))
                    .isInstanceOf(PersonalDataException.class)
                    .hasMessageContaining("LF-1210");
        }
        Contacted called = new Contacted("17", new Contact("E", "1"), List.of(), 4922112345L);
        assertThatThrownBy(() ->
                        encoded(Contacted.class, StreamName.of("customer", "4922112345"), called))
                .isInstanceOf(PersonalDataException.class);
        Contacted few = new Contacted("17", new Contact("E", "1"), List.of(), 17);
        assertThat(encoded(Contacted.class, Office.C17, few)).isNotNull();
    }

    @EventName("signed-up")
    record SignedUp(@DataSubject String login, @PersonalData String email) {}

    @Test
    void a_personal_text_is_no_id_of_a_subject() {
        assertThatThrownBy(() ->
                        encoded(
                                SignedUp.class,
                                Office.C17,
                                new SignedUp("erika@example.org", "erika@example.org")))
                .isInstanceOf(PersonalDataException.class)
                .hasMessageContaining("LF-1210")
                .hasMessageNotContaining("erika");
    }

    @EventName("listed")
    record Listed(
            @DataSubject String id,
            @PersonalData(blindedTag = "mail", blindedBy = Blinding.STORE) List<String> mails) {}

    @EventName("pictured")
    @SuppressWarnings("ArrayRecordComponent")
    record Pictured(
            @DataSubject String id,
            @PersonalData(blindedTag = "picture") byte[] picture,
            @PersonalData(blindedTag = "home") Map<String, String> home) {}

    @Test
    void each_element_of_a_list_has_a_blinded_tag_and_what_has_no_text_has_none() {
        NewEvent event =
                encoded(Listed.class, Office.C17, new Listed("17", List.of("a@x.org", "b@x.org")));
        Tag first = office.privacy.tag("mail", "a@x.org");
        assertThat(event.tags()).contains(first, office.privacy.tag("mail", "b@x.org"));
        assertThat(Privacy.problemsOf(Pictured.class))
                .anyMatch(text -> text.contains("Pictured.picture has a blinded tag"))
                .anyMatch(text -> text.contains("Pictured.home has a blinded tag"));
    }

    record Both(Address one, Map<String, Address> many) {}

    @EventName("both")
    record InBoth(@DataSubject String id, Both both) {}

    record Owner(@DataSubject String id, Address home) {}

    @EventName("owned")
    record Owned(Owner owner, Address nobodys) {}

    @Test
    void a_record_is_looked_at_wherever_it_stands() {
        assertThat(Privacy.problemsOf(InBoth.class))
                .anyMatch(text -> text.contains("inside of a map"));
        assertThat(Privacy.problemsOf(Owned.class))
                .anyMatch(text -> text.contains("nothing says whose"));
    }

    @EventName("born")
    record Born(
            @DataSubject String id,
            @PersonalData(erasedAs = "(unknown)") LocalDate born,
            @PersonalData(erasedAs = "[\"nobody\"]") List<String> names,
            @PersonalData(erasedAs = "many") int children,
            @com.fasterxml.jackson.annotation.JsonFormat(pattern = "dd.MM.yyyy")
                    @PersonalData(erasedAs = "01.01.1900")
                    LocalDate married) {}

    @Test
    void what_a_field_is_erased_as_is_read_when_a_program_starts_and_not_when_it_is_too_late() {
        assertThatThrownBy(() -> office.codec(EventSchema.of(Born.class)))
                .isInstanceOf(DefinitionException.class)
                .hasMessageContaining("Born.born is erased as \"(unknown)\"")
                .hasMessageContaining("Born.children is erased as \"many\"")
                .hasMessageNotContaining("Born.names")
                .hasMessageNotContaining("Born.married");
    }

    @EventName("named")
    record Named(@DataSubject String id, @PersonalData String name) {}

    /** As somebody has it who took the annotations away, and ignores what he does not know. */
    @EventName("named")
    @JsonIgnoreProperties(ignoreUnknown = true)
    record Bare(String id, String name) {}

    @Test
    void a_program_that_decrypts_nothing_does_not_read_null_for_a_name() {
        NewEvent named = encoded(Named.class, Office.C17, new Named("17", "Erika"));
        var bare = new EventCodec<>(EventSchema.of(Bare.class), new JsonFormat());
        assertThatThrownBy(() -> bare.decode(Office.stored(Office.C17, named)))
                .isInstanceOf(UnreadableEventException.class)
                .hasStackTraceContaining("nothing here decrypts it");
    }

    @Test
    void another_key_of_the_same_version_is_told_from_a_changed_event() {
        InMemoryKeyStore before = office.keys.copy();
        NewEvent named = encoded(Named.class, Office.C17, new Named("17", "Erika"));
        Privacy restored = office.privacy(before);
        var codec = new EventCodec<>(EventSchema.of(Named.class), new JsonFormat(), restored);
        assertThatThrownBy(() -> codec.decode(Office.stored(Office.C17, named)))
                .hasMessageContaining("LF-4201");
        codec.encode(Office.C17, new Named("17", "Erika"), Metadata.none(), Set.of()); // a new key
        assertThatThrownBy(() -> codec.decode(Office.stored(Office.C17, named)))
                .hasMessageContaining("LF-4001")
                .hasMessageContaining("key store is a restored copy");
    }
}
