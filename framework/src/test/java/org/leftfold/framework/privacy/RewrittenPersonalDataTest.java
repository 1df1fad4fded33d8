package org.leftfold.framework.privacy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.leftfold.api.AdminAct;
import org.leftfold.api.EventStore;
import org.leftfold.api.ExpectedVersion;
import org.leftfold.api.InMemoryEventStore;
import org.leftfold.api.NewEvent;
import org.leftfold.api.Payload;
import org.leftfold.api.ReadRequest;
import org.leftfold.api.RecordedEvent;
import org.leftfold.api.StreamName;
import org.leftfold.framework.codec.EventCodec;
import org.leftfold.framework.codec.EventName;
import org.leftfold.framework.codec.EventSchema;
import org.leftfold.framework.transform.Draft;
import org.leftfold.framework.transform.StreamRedesign;
import org.leftfold.framework.transform.Transformation;
import org.leftfold.framework.transform.TransformationFailedException;
import org.leftfold.framework.transform.TransformedCopy;

/** What is encrypted for its place stays readable, or is not rewritten. */
class RewrittenPersonalDataTest {
    private static final AdminAct ACT = new AdminAct("anna", "issue 6");
    private static final StreamName OTHER = StreamName.of("customer", "18");

    private final Office office = new Office();

    private void fill() {
        office.store.append(
                Office.C17, ExpectedVersion.any(), office.encoded(EncryptionTest.ERIKA));
    }

    private EventStore copied(Transformation rule) {
        EventStore target = InMemoryEventStore.open();
        new TransformedCopy(office.store, target, "t", rule, ACT).run(position -> {});
        return target;
    }

    @Test
    void streams_with_personal_data_are_not_merged_into_one_that_nobody_could_read() {
        fill();
        var redesign = new StreamRedesign(office.store, ACT);
        assertThatThrownBy(() -> redesign.merge(List.of(Office.C17), OTHER))
                .isInstanceOf(TransformationFailedException.class)
                .hasMessageContaining("LF-1231")
                .hasMessageContaining("encrypted for version 1 of stream 'customer-17'");
        assertThat(office.store.version(Office.C17)).as("no seal").isEqualTo(1);
        assertThat(office.store.version(OTHER)).isZero();
    }

    @Test
    void what_is_encrypted_is_copied_where_it_stays_readable_and_nowhere_else() {
        fill();
        RecordedEvent stored =
                copied(Transformation.asItIs())
                        .read(ReadRequest.stream(Office.C17))
                        .toList()
                        .getFirst();
        assertThat(office.codec().decode(stored).getFirst().event())
                .isEqualTo(EncryptionTest.ERIKA);
        for (Transformation rule :
                List.<Transformation>of(
                        event -> List.of(Draft.of(event).into(OTHER)),
                        event -> List.of(Draft.of(event).into(OTHER).keepingId()),
                        event -> List.of(Draft.of(event), Draft.of(event)),
                        event -> List.of(Draft.of(event).as("renamed", 1, event.payload())),
                        event ->
                                List.of(
                                        Draft.of(event)
                                                .as(event.type().value(), 2, event.payload())),
                        event ->
                                List.of(
                                        Draft.of(event)
                                                .with(office.encoded(EncryptionTest.ERIKA))))) {
            assertThatThrownBy(() -> copied(rule))
                    .isInstanceOf(TransformationFailedException.class)
                    .hasMessageContaining("encrypted for version 1 of stream 'customer-17'");
        }
        copied(event ->
                List.of(
                        Draft.of(event)
                                .into(OTHER)
                                .as("counted", 1, Payload.ofText("{\"note\":\"@protected\"}"))));
    }

    /** Notes about somebody, which had another name and were not encrypted once. */
    sealed interface NoteEvent {
        @EventName("noted")
        record Noted(@DataSubject String subject, @PersonalData String text) implements NoteEvent {}
    }

    @Test
    void upcasting_stores_nothing_personal_in_plain() {
        EventCodec<NoteEvent> codec =
                office.codec(
                        EventSchema.builder(NoteEvent.class).renamed("jotted", "noted").build());
        NewEvent plain = NewEvent.ofJson("jotted", "{\"subject\":\"s\",\"text\":\"Erika\"}");
        office.store.append(Office.C17, ExpectedVersion.any(), plain);
        assertThatThrownBy(() -> copied(Transformation.upcasting(any -> Optional.of(codec))))
                .isInstanceOf(TransformationFailedException.class)
                .hasMessageContaining("upcast whenever they are read");
    }
}
