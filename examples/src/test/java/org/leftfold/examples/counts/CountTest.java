package org.leftfold.examples.counts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.leftfold.framework.repository.CommandOptions.by;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.leftfold.api.EventStore;
import org.leftfold.examples.AnyStore;
import org.leftfold.examples.counts.CountCommand.ApproveCountRequestCommand;
import org.leftfold.examples.counts.CountCommand.RejectCountRequestCommand;
import org.leftfold.examples.counts.CountCommand.UpdateCountRequestCommand;
import org.leftfold.examples.counts.CountEvent.UpdateCountRequestProposed;
import org.leftfold.examples.counts.CountEvent.UpdateCountRequestRejected;
import org.leftfold.framework.Leftfold;
import org.leftfold.framework.history.History;
import org.leftfold.framework.repository.Repository;

class CountTest {
    private final EventStore store = AnyStore.open();
    private final Repository<CountCommand, Count, CountEvent> counts =
            Leftfold.on(store).repository("count", Count.class);

    @AfterEach
    void close() {
        store.close();
    }

    @Test
    void a_request_is_proposed_and_the_count_is_pending() {
        var handled = counts.handle("bolts", new UpdateCountRequestCommand(10, 3));

        assertThat(handled.events()).containsExactly(new UpdateCountRequestProposed(10, 3));
        assertThat(handled.state().isPending()).isTrue();
        assertThat(handled.state().count()).isEqualTo(10);
        assertThat(handled.state().templateId()).isEqualTo(3);
    }

    @Test
    void an_approved_count_holds() {
        counts.handle("bolts", new UpdateCountRequestCommand(10, 3));
        Count count = counts.update("bolts", new ApproveCountRequestCommand()).state();

        assertThat(count.isPending()).isFalse();
        assertThat(count.count()).isEqualTo(10);
        assertThat(count.templateId()).isEqualTo(3);
    }

    @Test
    void a_rejected_count_is_again_the_one_approved_last() {
        counts.handle("bolts", new UpdateCountRequestCommand(10, 3));
        counts.update("bolts", new ApproveCountRequestCommand());
        counts.update("bolts", new UpdateCountRequestCommand(7, 4));
        var handled = counts.update("bolts", new RejectCountRequestCommand());

        assertThat(handled.events()).containsExactly(new UpdateCountRequestRejected(10, 3));
        assertThat(handled.state().isPending()).isFalse();
        assertThat(handled.state().count()).isEqualTo(10);
        assertThat(handled.state().templateId()).isEqualTo(3);
    }

    @Test
    void while_one_request_is_pending_another_one_is_refused() {
        counts.handle("bolts", new UpdateCountRequestCommand(10, 3));

        assertThatThrownBy(() -> counts.update("bolts", new UpdateCountRequestCommand(11, 3)))
                .isInstanceOf(CountRefused.class)
                .hasMessage("the update to 10 has to be decided first");
        assertThat(counts.load("bolts").version()).isEqualTo(1);
    }

    @Test
    void only_a_pending_request_is_approved_or_rejected() {
        counts.handle("bolts", new UpdateCountRequestCommand(10, 3));
        counts.update("bolts", new ApproveCountRequestCommand());

        assertThatThrownBy(() -> counts.update("bolts", new ApproveCountRequestCommand()))
                .isInstanceOf(CountRefused.class);
        assertThatThrownBy(() -> counts.update("bolts", new RejectCountRequestCommand()))
                .isInstanceOf(CountRefused.class);
    }

    @Test
    void a_negative_count_is_refused() {
        assertThatThrownBy(() -> counts.handle("bolts", new UpdateCountRequestCommand(-1, 3)))
                .isInstanceOf(CountRefused.class)
                .hasMessage("nobody counts -1");
        assertThat(counts.find("bolts")).isEmpty();
    }

    @Test
    void the_history_of_a_count_has_every_old_and_new_value_with_who_and_why() {
        counts.handle("bolts", new UpdateCountRequestCommand(10, 3), by("ada").because("counted"));
        counts.update("bolts", new ApproveCountRequestCommand(), by("bob"));
        counts.update("bolts", new UpdateCountRequestCommand(7, 4), by("eve").because("guessed"));
        counts.update("bolts", new RejectCountRequestCommand(), by("bob").because("not counted"));

        List<History.Change> changes = counts.history("bolts").changesOf("count");

        assertThat(changes)
                .extracting(change -> change.version() + " " + change.change())
                .containsExactly("1 count: 0 -> 10", "3 count: 10 -> 7", "4 count: 7 -> 10");
        assertThat(changes)
                .extracting(change -> change.actor().orElseThrow())
                .containsExactly("ada", "eve", "bob");
        assertThat(changes)
                .extracting(change -> change.reason().orElseThrow())
                .containsExactly("counted", "guessed", "not counted");
    }

    @Test
    void the_history_of_the_state_and_of_the_template_is_told_too() {
        counts.handle("bolts", new UpdateCountRequestCommand(10, 3));
        counts.update("bolts", new ApproveCountRequestCommand());

        assertThat(counts.history("bolts").changesOf("state"))
                .extracting(change -> change.change().toString())
                .containsExactly(
                        "state: \"NEW\" -> \"PENDING\"", "state: \"PENDING\" -> \"APPROVED\"");
        assertThat(counts.history("bolts").changesOf("templateId")).hasSize(1);
    }

    @Test
    void the_story_is_told() {
        List<String> said = new ArrayList<>();
        CountStory.run(store, said::add);
        assertThat(said)
                .containsExactly(
                        "version 1 by ada, counted: count: 0 -> 10",
                        "version 3 by eve, guessed: count: 10 -> 7",
                        "version 4 by bob, not counted: count: 7 -> 10");
    }
}
