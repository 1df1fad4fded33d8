package org.leftfold.testkit.tck;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.leftfold.testkit.tck.Samples.ACCOUNT;
import static org.leftfold.testkit.tck.Samples.ORDER;
import static org.leftfold.testkit.tck.Samples.assertNothingStored;
import static org.leftfold.testkit.tck.Samples.assertRepeated;
import static org.leftfold.testkit.tck.Samples.assertSays;
import static org.leftfold.testkit.tck.Samples.event;
import static org.leftfold.testkit.tck.Samples.given;
import static org.leftfold.testkit.tck.Samples.readAll;

import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.leftfold.api.Append;
import org.leftfold.api.AppendResult;
import org.leftfold.api.AuditPolicy;
import org.leftfold.api.EventStore;
import org.leftfold.api.ExpectedVersion;
import org.leftfold.api.InvalidRequestException;
import org.leftfold.api.Metadata;
import org.leftfold.api.NewEvent;

/**
 * A store that asks for an actor and a reason gets them with every event, whichever way it is
 * appended to.
 */
public interface AuditTck extends TckFixture {
    @Test
    default void an_event_with_all_required_metadata_is_stored() {
        try (TckStore opened = openAudited()) {
            opened.store().append(ORDER, ExpectedVersion.any(), audited());
            assertEquals(
                    List.of(audited().metadata()),
                    readAll(opened.store()).stream().map(event -> event.metadata()).toList());
        }
    }

    @Test
    default void an_event_without_required_metadata_is_refused() {
        expectRefused(Append.to(ORDER, ExpectedVersion.any(), event()), "[actor, reason]");
        expectRefused(
                Append.to(
                        ORDER, ExpectedVersion.any(), event().withMetadata(Metadata.ACTOR, "ann")),
                "[reason]");
        expectRefused(
                Append.to(
                        ORDER,
                        ExpectedVersion.any(),
                        event().withMetadata(Metadata.REASON, "call")),
                "[actor]");
    }

    @Test
    default void a_blank_value_does_not_meet_the_policy() {
        for (String blank : List.of("", " ", "\t\n", "\u2003")) {
            expectRefused(
                    Append.to(
                            ORDER,
                            ExpectedVersion.any(),
                            audited().withMetadata(Metadata.ACTOR, blank)),
                    "[actor]");
        }
    }

    @Test
    default void a_key_in_other_letters_does_not_meet_the_policy() {
        expectRefused(
                Append.to(
                        ORDER,
                        ExpectedVersion.any(),
                        event().withMetadata("Actor", "ann").withMetadata("reason", "x")),
                "[actor]");
    }

    @Test
    default void one_lacking_event_in_the_middle_refuses_the_whole_append() {
        expectRefused(
                Append.to(ORDER, ExpectedVersion.any(), audited(), event(), audited()),
                "[actor, reason]");
    }

    @Test
    default void one_lacking_event_in_the_last_stream_refuses_the_whole_append() {
        expectRefused(
                Append.to(ORDER, ExpectedVersion.any(), audited())
                        .andTo(ACCOUNT, ExpectedVersion.any(), event()),
                "[actor, reason]");
    }

    @Test
    default void no_way_of_appending_goes_around_the_policy() {
        try (TckStore opened = openAudited()) {
            EventStore store = opened.store();
            refused(store, () -> store.append(ORDER, ExpectedVersion.any(), event()));
            refused(store, () -> store.append(ORDER, ExpectedVersion.any(), List.of(event())));
            ExecutionException failure =
                    assertThrows(
                            ExecutionException.class,
                            () ->
                                    store.appendAsync(
                                                    Append.to(
                                                            ORDER, ExpectedVersion.any(), event()))
                                            .get(Together.PATIENCE_SECONDS, TimeUnit.SECONDS));
            assertEquals(
                    "LF-1006",
                    assertInstanceOf(InvalidRequestException.class, failure.getCause()).code());
            EventStore again = opened.reopen();
            refused(again, () -> again.append(ORDER, ExpectedVersion.any(), event()));
            assertEquals(0, again.head());
        }
    }

    @Test
    default void the_policy_is_checked_before_versions() {
        try (TckStore opened = openAudited()) {
            EventStore store = opened.store();
            refused(store, () -> store.append(ORDER, ExpectedVersion.exactly(5), event()));
        }
    }

    @Test
    default void an_audited_append_can_be_repeated() {
        try (TckStore opened = openAudited()) {
            Append append = Append.to(ORDER, ExpectedVersion.noStream(), audited());
            AppendResult first = opened.store().append(append);
            assertRepeated(first, opened.store().append(append), opened.store(), 1);
        }
    }

    @Test
    default void a_policy_may_ask_for_any_key() {
        AuditPolicy policy = AuditPolicy.requiring("case.number");
        try (TckStore opened = openStore(TckOptions.standard().withPolicy(policy))) {
            EventStore store = opened.store();
            refused(store, () -> store.append(ORDER, ExpectedVersion.any(), audited()));
            store.append(ORDER, ExpectedVersion.any(), event().withMetadata("case.number", "7"));
            assertEquals(1, store.head());
        }
    }

    @Test
    default void a_store_without_policy_asks_for_nothing() {
        try (TckStore opened = openStore()) {
            given(opened.store(), ORDER, 1);
            assertEquals(1, opened.store().head());
        }
    }

    private TckStore openAudited() {
        return openStore(
                TckOptions.standard()
                        .withPolicy(AuditPolicy.requiring(Metadata.ACTOR, Metadata.REASON)));
    }

    private static NewEvent audited() {
        return event().withMetadata(Metadata.ACTOR, "ann")
                .withMetadata(Metadata.REASON, "phone call");
    }

    private void expectRefused(Append append, String missing) {
        try (TckStore opened = openAudited()) {
            opened.store().append(ORDER, ExpectedVersion.any(), audited());
            InvalidRequestException refusal =
                    refused(opened.store(), () -> opened.store().append(append));
            assertSays(refusal, missing);
        }
    }

    private static InvalidRequestException refused(EventStore store, Executable call) {
        return assertNothingStored(store, InvalidRequestException.class, "LF-1006", call);
    }
}
