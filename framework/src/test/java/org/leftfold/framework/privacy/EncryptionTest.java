package org.leftfold.framework.privacy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.leftfold.api.Metadata;
import org.leftfold.api.NewEvent;
import org.leftfold.api.StreamName;
import org.leftfold.api.Tag;
import org.leftfold.framework.codec.DefinitionException;
import org.leftfold.framework.codec.EventCodec;
import org.leftfold.framework.codec.EventName;
import org.leftfold.framework.codec.EventSchema;
import org.leftfold.framework.codec.JsonFormat;
import org.leftfold.framework.codec.Tagged;
import org.leftfold.framework.codec.UnreadableEventException;
import org.leftfold.framework.privacy.CustomerEvent.Address;
import org.leftfold.framework.privacy.CustomerEvent.Described;
import org.leftfold.framework.privacy.CustomerEvent.Introduced;
import org.leftfold.framework.privacy.CustomerEvent.Mail;
import org.leftfold.framework.privacy.CustomerEvent.Moved;
import org.leftfold.framework.privacy.CustomerEvent.Phone;
import org.leftfold.framework.privacy.CustomerEvent.Rated;
import org.leftfold.framework.privacy.CustomerEvent.Registered;
import org.leftfold.framework.privacy.CustomerEvent.Trait;

/** Personal data is encrypted when an event is encoded, and is as it was when it is decoded. */
class EncryptionTest {
    static final Registered ERIKA =
            new Registered(
                    "17", "Erika Mustermann", "erika@example.org", LocalDate.of(1964, 8, 12), "DE");
    static final Moved MOVED =
            new Moved(
                    "17",
                    new Address("Heidestrasse 17", "Köln"),
                    List.of(new Address("Weg 1", "Bonn"), new Address("Weg 2", "Aachen")),
                    Optional.of(new Address("Büro 3", "Köln")),
                    List.of(new Phone(492211234567L), new Mail("e@example.org")));
    static final Described DESCRIBED =
            new Described(
                    4711,
                    60,
                    new BigDecimal("1234.50"),
                    true,
                    List.of("chess", "sailing"),
                    Map.of("temper", new Trait("calm", 3)),
                    Optional.of("Riki"),
                    Optional.empty(),
                    38.5,
                    new Trait("humour", 9),
                    new byte[] {1, 2, 3});

    private final Office office = new Office();

    @Test
    void personal_data_is_not_in_the_payload_and_the_rest_is() {
        String json = office.encoded(ERIKA).payload().asText();
        assertThat(json).contains("\"customerId\":\"17\"", "\"country\":\"DE\"");
        assertThat(json).doesNotContain("Erika", "example.org", "1964", "\"name\":");
    }

    @Test
    void whatever_is_encrypted_is_decrypted_as_it_was() {
        for (CustomerEvent event :
                List.of(
                        ERIKA,
                        MOVED,
                        DESCRIBED,
                        new Introduced("17", "18", "hello", "Max"),
                        new Rated("17", 5))) {
            NewEvent encoded = office.encoded(event);
            assertThat(office.decoded(encoded)).isEqualTo(event);
        }
        String json = office.encoded(MOVED).payload().asText();
        assertThat(json)
                .contains("Aachen", "Bonn")
                .doesNotContain("Weg", "strasse", "4922", "Büro");
        json = office.encoded(DESCRIBED).payload().asText();
        assertThat(json).doesNotContain("chess", "1234", "calm", "Riki", "38.5", "humour", "true");
    }

    @Test
    void an_event_without_personal_data_is_stored_as_ever() {
        assertThat(office.encoded(new Rated("17", 5)).payload().asText())
                .isEqualTo("{\"customerId\":\"17\",\"stars\":5}");
    }

    @Test
    void short_values_are_equally_long() {
        Set<Integer> lengths = new HashSet<>();
        for (String name : List.of("Bo", "Erika", "Maximiliane")) {
            lengths.add(
                    office.encoded(new Introduced("17", "18", "hi", name)).payload().sizeBytes());
        }
        assertThat(lengths).hasSize(1);
    }

    @Test
    void the_same_data_looks_different_each_time() {
        assertThat(office.encoded(ERIKA).payload()).isNotEqualTo(office.encoded(ERIKA).payload());
    }

    @Test
    void null_is_encrypted_too_and_needs_no_subject() {
        Registered nobody = new Registered("17", null, "e@example.org", null, "DE");
        NewEvent encoded = office.encoded(nobody);
        assertThat(encoded.payload().asText()).doesNotContain("\"name\":", "null");
        assertThat(office.decoded(encoded)).isEqualTo(nobody);
        Introduced alone = new Introduced("17", null, "hello", null);
        assertThat(office.decoded(office.encoded(alone))).isEqualTo(alone);
        assertThatThrownBy(() -> office.encoded(new Introduced("17", null, "hello", "Max")))
                .isInstanceOf(PersonalDataException.class)
                .hasMessageContaining("the id of its subject is null")
                .hasMessageNotContaining("Max");
    }

    @Test
    void a_key_is_durable_before_the_event_can_be_appended() {
        NewEvent encoded = office.encoded(ERIKA);
        assertThat(office.keys.find("17", 1)).isPresent();
        Privacy other = office.privacy(office.keys.copy()); // as after a crash
        var codec = new EventCodec<>(EventSchema.of(CustomerEvent.class), new JsonFormat(), other);
        assertThat(codec.decode(Office.stored(Office.C17, encoded)).getFirst().event())
                .isEqualTo(ERIKA);
    }

    @Test
    void a_key_is_renewed_after_so_many_uses_and_all_events_stay_readable() {
        Privacy often =
                Privacy.builder(office.store, office.keys, office.wrapping)
                        .maxUsesPerKey(3)
                        .build();
        var codec = new EventCodec<>(EventSchema.of(CustomerEvent.class), new JsonFormat(), often);
        List<NewEvent> events = new java.util.ArrayList<>();
        for (int i = 0; i < 10; i++) {
            events.add(codec.encode(Office.C17, ERIKA, Metadata.none(), Set.of()));
        }
        assertThat(office.keys.currentOrNew("17").orElseThrow().keyVersion()).isEqualTo(4);
        events.forEach(event -> assertThat(office.decoded(event)).isEqualTo(ERIKA));
        assertThat(often.forget("17", "dpo", "asked").keyVersions()).isEqualTo(4);
    }

    @Test
    void events_are_found_by_a_value_that_cannot_be_seen() {
        NewEvent encoded = office.encoded(ERIKA);
        assertThat(encoded.tags())
                .containsExactlyInAnyOrder(
                        new Tag("customer", "17"),
                        office.privacy.tag("email", "erika@example.org"));
        assertThat(encoded.tags().toString()).doesNotContain("erika");
        assertThat(office.privacy.tag("email", "max@example.org"))
                .isNotEqualTo(office.privacy.tag("email", "erika@example.org"));
        assertThat(office.privacy(office.keys.copy()).tag("email", "erika@example.org"))
                .as("in another program")
                .isEqualTo(office.privacy.tag("email", "erika@example.org"));
    }

    @EventName("called")
    record Called(@DataSubject String id, @PersonalData(blindedTag = "phone") String phone) {}

    @Test
    void a_blinded_tag_is_made_by_the_key_of_the_subject_unless_said_otherwise() {
        EventCodec<Called> codec = office.codec(EventSchema.of(Called.class));
        NewEvent first =
                codec.encode(Office.C17, new Called("17", "0221"), Metadata.none(), Set.of());
        NewEvent other =
                codec.encode(Office.C17, new Called("18", "0221"), Metadata.none(), Set.of());
        assertThat(first.tags()).containsExactly(office.privacy.tagOf("17", "phone", "0221"));
        assertThat(other.tags()).containsExactly(office.privacy.tagOf("18", "phone", "0221"));
        assertThat(other.tags()).isNotEqualTo(first.tags());
        assertThat(first.tags()).doesNotContain(office.privacy.tag("phone", "0221"));
    }

    @Test
    void tags_by_the_key_of_a_subject_cannot_be_made_again_after_it_was_forgotten() {
        Tag before = office.privacy.tagOf("17", "phone", "0221");
        assertThat(office.privacy.tagOf("17", "phone", "0221")).isEqualTo(before);
        assertThat(office.privacy.tagOf("18", "phone", "0221")).isNotEqualTo(before);
        office.privacy.forget("17", "dpo", "asked");
        assertThatThrownBy(() -> office.privacy.tagOf("17", "phone", "0221"))
                .isInstanceOf(PersonalDataException.class)
                .hasMessageContaining("forgotten");
    }

    @Test
    void names_and_tags_that_are_personal_are_refused_without_showing_them() {
        StreamName named = StreamName.of("customer", "Erika Mustermann");
        assertThatThrownBy(() -> office.codec().encode(named, ERIKA, Metadata.none(), Set.of()))
                .isInstanceOf(PersonalDataException.class)
                .hasMessageContaining("LF-1210")
                .hasMessageNotContaining("Erika");
        Set<Tag> tags = Set.of(new Tag("mail", "erika@example.org"));
        assertThatThrownBy(() -> office.codec().encode(Office.C17, ERIKA, Metadata.none(), tags))
                .isInstanceOf(PersonalDataException.class)
                .hasMessageContaining("a tag")
                .hasMessageNotContaining("erika@");
    }

    @Test
    void an_event_of_a_forgotten_subject_is_refused() {
        office.privacy.forget("17", "dpo", "asked");
        assertThatThrownBy(() -> office.encoded(ERIKA))
                .isInstanceOf(PersonalDataException.class)
                .hasMessageContaining("LF-1209")
                .hasMessageNotContaining("Erika");
    }

    @Test
    void events_with_personal_data_need_a_stream_and_something_that_encrypts() {
        assertThatThrownBy(() -> office.codec().encode(ERIKA, Metadata.none(), Set.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("encode(stream, event");
        assertThatThrownBy(() ->
                        new EventCodec<>(EventSchema.of(CustomerEvent.class), new JsonFormat()))
                .isInstanceOf(DefinitionException.class)
                .hasMessageContaining("Registered has personal data")
                .hasMessageContaining("protecting(privacy)");
    }

    @Test
    void what_nobody_decrypted_is_not_read_as_if_it_were_absent() {
        var plain = EventCodec.inPlain(EventSchema.of(CustomerEvent.class), new JsonFormat());
        assertThatThrownBy(() -> plain.decode(Office.stored(Office.C17, office.encoded(ERIKA))))
                .isInstanceOf(UnreadableEventException.class)
                .hasStackTraceContaining("nothing here decrypts it");
    }

    @EventName("person-named")
    record FirstForm(@DataSubject String id, @PersonalData String fullName) {}

    @EventName(value = "person-called", version = 2)
    record SecondForm(String id, String first, String last) {}

    @Test
    void upcasters_see_decrypted_data_whatever_became_of_type_fields_and_annotations() {
        NewEvent old =
                office.codec(EventSchema.of(FirstForm.class))
                        .encode(
                                Office.C17,
                                new FirstForm("17", "Erika Mustermann"),
                                Metadata.none(),
                                Set.of());
        EventCodec<SecondForm> now =
                office.codec(
                        EventSchema.builder(SecondForm.class)
                                .renamed("person-named", "person-called")
                                .upcast(
                                        "person-called",
                                        1,
                                        json -> {
                                            String[] names =
                                                    json.remove("fullName")
                                                            .stringValue()
                                                            .split(" ", 2);
                                            return json.put("first", names[0])
                                                    .put("last", names[names.length - 1]);
                                        })
                                .build());
        assertThat(now.decode(Office.stored(Office.C17, old)).getFirst().event())
                .isEqualTo(new SecondForm("17", "Erika", "Mustermann"));
        office.privacy.forget("17", "dpo", "asked");
        assertThat(now.decode(Office.stored(Office.C17, old)).getFirst().event())
                .isEqualTo(new SecondForm("17", "(erased)", "(erased)"));
    }

    record Inner(@PersonalData String value) {}

    @EventName("wrong")
    record Wrong(
            String id,
            @PersonalData String nobodys,
            @PersonalData(subject = "gone") String lost,
            @PersonalData(subject = "address") String badly,
            Address address,
            Map<String, Inner> inMap,
            @Tagged @PersonalData(subject = "id") String tagged,
            @PersonalData(subject = "id", blindedTag = "no\ntag") String noTag) {}

    /** No record, as older code has it. */
    static final class Box {
        final Address inside;

        Box(Address inside) {
            this.inside = inside;
        }

        public Address getInside() {
            return inside;
        }
    }

    @EventName("boxed")
    record Boxed(@DataSubject String id, Box box) {}

    @EventName("anything")
    record Anything(@DataSubject String id, @PersonalData String name, Object what, List<?> more) {}

    @Test
    void personal_data_where_nobody_can_encrypt_it_is_refused_and_not_stored_in_plain() {
        assertThat(Privacy.problemsOf(Boxed.class))
                .anyMatch(
                        text -> text.contains("Address.street is personal data inside of a class"));
        EventCodec<Anything> codec = office.codec(EventSchema.of(Anything.class));
        Address home = new Address("Heidestrasse", "Köln");
        for (Object hidden : List.of(Map.of("home", home), new Box(home))) {
            assertThatThrownBy(() ->
                            codec.encode(
                                    Office.C17,
                                    new Anything("17", "Erika", hidden, List.of()),
                                    Metadata.none(),
                                    Set.of()))
                    .isInstanceOf(PersonalDataException.class)
                    .hasMessageContaining("LF-1210");
        }
        String json =
                codec.encode(
                                Office.C17,
                                new Anything(
                                        "17",
                                        "Erika",
                                        home,
                                        List.of(
                                                Optional.of(home),
                                                new Object[] {home, "x"},
                                                List.of(home))),
                                Metadata.none(),
                                Set.of())
                        .payload()
                        .asText();
        assertThat(json).contains("Köln").doesNotContain("Heide", "Erika");
    }

    /** Anybody may implement it. */
    @JsonTypeInfo(use = JsonTypeInfo.Id.SIMPLE_NAME)
    @JsonSubTypes(@JsonSubTypes.Type(Nickname.class))
    interface Alias {}

    record Nickname(@PersonalData String text) implements Alias {}

    @EventName("aliased")
    record Aliased(@DataSubject String id, Alias alias) {}

    @Test
    void personal_data_that_no_declaration_shows_is_found_when_it_is_encoded() {
        EventCodec<Aliased> codec = office.codec(EventSchema.of(Aliased.class));
        Aliased event = new Aliased("17", new Nickname("Riki"));
        NewEvent encoded = codec.encode(Office.C17, event, Metadata.none(), Set.of());
        assertThat(encoded.payload().asText()).doesNotContain("Riki");
        assertThat(codec.decode(Office.stored(Office.C17, encoded)).getFirst().event())
                .isEqualTo(event);
        assertThat(codec.subjectsOf(List.of(event))).containsExactly("17");
        var unprotected = new EventCodec<>(EventSchema.of(Aliased.class), new JsonFormat());
        assertThatThrownBy(() -> unprotected.encode(Office.C17, event, Metadata.none(), Set.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("has personal data");
    }

    @EventName("two")
    record TwoSubjects(@DataSubject String one, @DataSubject @PersonalData String two) {}

    @Test
    void everything_that_is_wrong_with_a_definition_is_named() {
        assertThatThrownBy(() -> office.codec(EventSchema.of(Wrong.class)))
                .isInstanceOf(DefinitionException.class)
                .hasMessageContaining("Wrong.tagged is personal data and a tag");
        assertThat(Privacy.problemsOf(Wrong.class))
                .anyMatch(text -> text.contains("Wrong.nobodys is personal data, and nothing says"))
                .anyMatch(text -> text.contains("Wrong.lost is personal data of 'gone'"))
                .anyMatch(text -> text.contains("Wrong.address gives the id of a data subject"))
                .anyMatch(text -> text.contains("Inner.value is personal data inside of a map"))
                .anyMatch(text -> text.contains("Address.street is personal data, and nothing"))
                .anyMatch(text -> text.contains("Wrong.noTag has a blinded tag"));
        assertThat(Privacy.problemsOf(TwoSubjects.class))
                .anyMatch(text -> text.contains("several @DataSubject"))
                .anyMatch(text -> text.contains("TwoSubjects.two is personal data and the id"));
        assertThat(Privacy.problemsOf(CustomerEvent.Moved.class)).isEmpty();
        assertThatThrownBy(() -> office.codec(EventSchema.of(TwoSubjects.class)))
                .isInstanceOf(DefinitionException.class)
                .hasMessageContaining("LF-1201");
    }
}
