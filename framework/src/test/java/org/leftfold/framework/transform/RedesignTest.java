package org.leftfold.framework.transform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.leftfold.api.AdminAct;
import org.leftfold.api.EventStore;
import org.leftfold.api.ExpectedVersion;
import org.leftfold.api.InMemoryEventStore;
import org.leftfold.api.InvalidRequestException;
import org.leftfold.api.NewEvent;
import org.leftfold.api.StreamName;

/**
 * What is not the same redesign does not go on as if it were, and a report says what came of it.
 */
class RedesignTest {
    private static final AdminAct ACT = new AdminAct("anna", "version 2.0");
    private static final StreamName OLD = new StreamName("member-1");
    private static final StreamName NEW = new StreamName("member-2");
    private static final StreamName OTHER = new StreamName("member-3");

    private final EventStore store = InMemoryEventStore.open();

    private void fill() {
        for (int i = 0; i < 6; i++) {
            store.append(
                    OLD,
                    ExpectedVersion.any(),
                    NewEvent.ofJson("t" + i, "{\"n\":%d}".formatted(i)));
        }
    }

    /** Cuts it short behind so many appends. */
    private void cutShort(int appends, Transformation rule) {
        CutShortStore cut = new CutShortStore(store, appends);
        assertThatThrownBy(() -> new StreamRedesign(cut, ACT).inPortionsAbove(1).split(OLD, rule))
                .isInstanceOf(CutShortStore.Killed.class);
    }

    private Redesigned goOn(Transformation rule) {
        return new StreamRedesign(store, ACT).inPortionsAbove(1).split(OLD, rule);
    }

    private static Transformation without(String type) {
        return stored ->
                stored.type().value().equals(type)
                        ? List.of()
                        : Transformation.into(NEW).apply(stored);
    }

    @Test
    void an_interrupted_split_does_not_go_on_with_another_rule() {
        fill();
        Transformation rule = Transformation.into(NEW);
        cutShort(2, rule);
        assertThat(store.version(NEW)).as("a mark and events").isEqualTo(7);
        for (Transformation another : List.of(without("t2"), stored -> twice(stored))) {
            assertThatThrownBy(() -> goOn(another))
                    .isInstanceOf(InvalidRequestException.class)
                    .hasMessageContaining("LF-1233")
                    .hasMessageContaining(
                            "it was begun otherwise and interrupted: stream 'member-2'");
        }
        assertThat(store.version(NEW)).as("nothing was added").isEqualTo(7);
        assertThat(store.version(OLD)).as("no seal").isEqualTo(6);

        assertThat(goOn(rule).events()).isEqualTo(6);
        assertThat(new StreamRedesign(store, ACT).verify(List.of(OLD), rule).isEqual()).isTrue();
    }

    private static List<Draft> twice(org.leftfold.api.RecordedEvent stored) {
        Draft draft = Draft.of(stored).into(NEW);
        return List.of(draft, draft);
    }

    @Test
    void an_interrupted_split_does_not_forget_a_stream_that_it_began() {
        fill();
        cutShort(1, stored -> List.of(Draft.of(stored).into(stored.version() < 4 ? NEW : OTHER)));
        assertThatThrownBy(() -> goOn(Transformation.into(NEW)))
                .hasMessageContaining(
                        "they were to become [member-2, member-3], and would become [member-2] now");
        assertThat(store.version(OLD)).as("no seal").isEqualTo(6);
    }

    @Test
    void what_became_something_does_not_become_something_else_as_if_it_were_a_repetition() {
        fill();
        var redesign = new StreamRedesign(store, ACT);
        redesign.merge(List.of(OLD), NEW);
        assertThat(redesign.merge(List.of(OLD), NEW).repeated()).isTrue();
        assertThatThrownBy(() -> redesign.merge(List.of(OLD), OTHER))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining(
                        "[member-1] became [member-2] before, and would become [member-3] now");
    }

    @Test
    void a_report_says_whether_the_new_streams_are_what_the_rule_makes_of_the_old_ones() {
        fill();
        var redesign = new StreamRedesign(store, ACT);
        Transformation rule = Transformation.into(NEW);
        assertThatThrownBy(() -> redesign.verify(List.of(OLD), rule))
                .hasMessageContaining("stream 'member-1' was not sealed");
        redesign.split(OLD, rule);
        store.append(NEW, ExpectedVersion.any(), NewEvent.ofJson("later", "{}"));

        Verification equal = redesign.verify(List.of(OLD), rule);
        assertThat(equal.differences()).isEmpty();
        assertThat(equal.read()).isEqualTo(6);
        assertThat(equal.found()).isEqualTo(6).isEqualTo(equal.expected());
        assertThat(equal.categories()).containsEntry("member", 6L);
        assertThat(redesign.verify(List.of(OLD), without("t5")).differences())
                .containsExactly(
                        "stream 'member-2' has 6 copied events, and not just the 5 that the rule makes");

        store.append(OLD, ExpectedVersion.any(), NewEvent.ofJson("behind", "{}"));
        assertThat(redesign.verify(List.of(OLD), rule).differences())
                .as("what somebody wrote behind the seal is missed")
                .containsExactly(
                        "stream 'member-2' has 6 copied events, and not just the 7 that the rule makes");
    }
}
