package org.leftfold.testkit.tck.spi;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.leftfold.api.spi.CheckpointStore;
import org.leftfold.api.spi.KeyStore;
import org.leftfold.api.spi.LeaseStore;
import org.leftfold.api.spi.SnapshotStore;
import org.leftfold.api.spi.ViewStore;

/**
 * A suite that passes everything proves nothing: each broken store must fail in a test that is
 * about its defect.
 */
class SpiTckBitesTest {
    @Test
    void unchanged_stores_pass_when_run_like_the_broken_ones() {
        assertThat(ofCheckpoints(store -> store)).isEmpty();
        assertThat(ofLeases(store -> store)).isEmpty();
        assertThat(ofKeys(store -> store)).isEmpty();
        assertThat(ofSnapshots(store -> store)).isEmpty();
        assertThat(ofViews(store -> store)).isEmpty();
    }

    @Test
    void broken_checkpoint_stores_are_noticed() {
        assertThat(ofCheckpoints(BrokenSpi::ignoresFences))
                .contains("a_stale_fence_is_refused_and_changes_nothing");
        assertThat(ofCheckpoints(BrokenSpi::forgetsFences))
                .containsExactly("a_forgotten_follower_starts_again_but_its_fence_stays");
        assertThat(ofCheckpoints(BrokenSpi::comparesBeforeItSaves))
                .contains("of_racing_holders_the_one_with_the_newest_lease_wins");
    }

    @Test
    void broken_lease_stores_are_noticed() {
        assertThat(ofLeases(BrokenSpi::countsAnewAfterRelease)).contains("fences_rise_for_ever");
        assertThat(ofLeases(BrokenSpi::renewsWhatWasLost))
                .contains("a_lease_that_ran_out_is_lost_even_if_nobody_took_it");
        assertThat(ofLeases(BrokenSpi::letsManyHold))
                .contains("of_racing_threads_one_gets_the_lease");
        assertThat(ofLeases(BrokenSpi::showsWhoTookIt))
                .containsExactly("whoever_looks_on_sees_the_holder_and_changes_nothing");
        assertThat(ofLeases(BrokenSpi::takesWhatItLooksAt))
                .containsExactly("whoever_looks_on_sees_the_holder_and_changes_nothing");
        assertThat(ofLeases(BrokenSpi::neverFrees))
                .contains("a_lease_that_was_given_back_is_free_at_once");
    }

    @Test
    void broken_key_stores_are_noticed() {
        assertThat(ofKeys(BrokenSpi::forgetsThatItForgot))
                .contains("a_forgotten_subject_never_has_a_key_again");
        assertThat(ofKeys(BrokenSpi::findsForgottenKeys))
                .contains("a_forgotten_subject_never_has_a_key_again");
        assertThat(ofKeys(BrokenSpi::makesKeysTwice))
                .contains("racing_threads_get_one_key_of_a_new_subject");
        assertThat(ofKeys(BrokenSpi::sharesAKey))
                .contains("keys_of_subjects_differ_whatever_their_ids");
        assertThat(ofKeys(BrokenSpi::renewsNothing))
                .contains(
                        "a_key_is_renewed_and_its_former_versions_stay",
                        "racing_threads_renew_a_key_once");
        assertThat(ofKeys(BrokenSpi::doesNotKnowWhomItForgot))
                .contains("a_forgotten_subject_never_has_a_key_again");
        assertThat(ofKeys(BrokenSpi::tellsOfOneKeyOnly))
                .containsExactly("who_forgets_is_told_of_every_key_that_was_destroyed");
        assertThat(ofKeys(BrokenSpi::wrapsNothingAnew))
                .contains("keys_are_wrapped_anew_by_another_master_key_and_stay_the_same");
    }

    @Test
    void broken_snapshot_stores_are_noticed() {
        assertThat(ofSnapshots(BrokenSpi::replacesNewerOnes))
                .contains("a_newer_snapshot_is_never_replaced_by_an_older_one");
        assertThat(ofSnapshots(BrokenSpi::ignoresTheVersionAskedFor))
                .contains("the_newest_at_or_below_a_version_is_found");
        assertThat(ofSnapshots(BrokenSpi::dropsOneTypeOnly))
                .contains("a_dropped_stream_has_no_snapshot_of_any_type_until_one_is_saved");
        assertThat(ofSnapshots(BrokenSpi::changesStates))
                .containsExactly("a_snapshot_comes_back_as_it_was_saved_also_after_reopening");
    }

    @Test
    void view_stores_that_mix_transactions_are_noticed() {
        assertThat(ofViews(BrokenViews::keepsWhatWasUndone))
                .contains("work_that_throws_anything_has_changed_nothing");
        assertThat(ofViews(BrokenViews::showsRowsTooEarly))
                .contains("changes_are_seen_by_their_own_transaction_and_by_others_once_committed");
        assertThat(ofViews(BrokenViews::seesTheBeginning))
                .contains("a_transaction_sees_what_others_have_committed_since_it_began");
        assertThat(ofViews(BrokenViews::locksTooLate))
                .contains(
                        "transactions_that_lock_a_part_come_one_after_the_other",
                        "transactions_that_lock_a_header_come_one_after_the_other",
                        "what_is_not_locked_cannot_be_saved_and_what_has_ended_cannot_be_used");
        assertThat(ofViews(BrokenViews::savesWhatIsLocked))
                .contains(
                        "progress_is_none_until_it_is_saved_and_comes_back_as_it_was",
                        "headers_come_back_and_names_are_in_order");
    }

    @Test
    void view_stores_that_mix_rows_are_noticed() {
        assertThat(ofViews(BrokenViews::ignoresCase))
                .contains("keys_that_look_alike_are_different_rows");
        assertThat(ofViews(BrokenViews::ignoresTrailingSpaces))
                .contains("keys_that_look_alike_are_different_rows");
        assertThat(ofViews(BrokenViews::findsTheFirstThousandOnly))
                .containsExactly("thousands_of_rows_go_in_one_call");
        assertThat(ofViews(BrokenViews::takesThePartOfAFullPage))
                .contains("pages_show_a_part_and_what_the_transaction_has_changed");
        assertThat(ofViews(BrokenViews::countsWhatIsCommitted))
                .contains("rows_are_counted_with_what_the_transaction_has_changed");
        assertThat(ofViews(BrokenViews::mixesGenerations))
                .contains("a_view_is_cleared_in_pieces_and_nothing_else");
    }

    @Test
    void view_stores_that_mix_parked_events_are_noticed() {
        assertThat(ofViews(BrokenViews::forgetsToClearParked))
                .contains("a_view_is_cleared_in_pieces_and_nothing_else");
        assertThat(ofViews(BrokenViews::holdsKeysThatWereSkipped))
                .contains("parked_events_are_in_order_replaced_and_removed");
        assertThat(ofViews(BrokenViews::cutsErrors))
                .containsExactly("parked_events_come_back_as_they_were_parked");
    }

    private static List<String> ofViews(UnaryOperator<ViewStore> breaking) {
        ViewStoreTck suite = () -> InMemorySpi.views(breaking);
        List<String> failures = new ArrayList<>(failures(ViewStoreTck.class, suite));
        failures.addAll(failures(ViewRowsTck.class, suite));
        failures.addAll(failures(ViewParkedTck.class, suite));
        return failures;
    }

    private static List<String> ofCheckpoints(UnaryOperator<CheckpointStore> breaking) {
        CheckpointStoreTck suite = () -> InMemorySpi.checkpoints(breaking);
        return failures(CheckpointStoreTck.class, suite);
    }

    private static List<String> ofLeases(UnaryOperator<LeaseStore> breaking) {
        LeaseStoreTck suite = time -> InMemorySpi.leases(time, breaking);
        return failures(LeaseStoreTck.class, suite);
    }

    private static List<String> ofKeys(UnaryOperator<KeyStore> breaking) {
        KeyStoreTck suite = wrapping -> InMemorySpi.keys(wrapping, breaking);
        return failures(KeyStoreTck.class, suite);
    }

    private static List<String> ofSnapshots(UnaryOperator<SnapshotStore> breaking) {
        SnapshotStoreTck suite = () -> InMemorySpi.snapshots(breaking);
        return failures(SnapshotStoreTck.class, suite);
    }

    /** The names of the tests that fail. */
    private static List<String> failures(Class<?> theme, Object suite) {
        List<Method> tests =
                Arrays.stream(theme.getDeclaredMethods())
                        .filter(method -> method.isAnnotationPresent(Test.class))
                        .toList();
        assertThat(tests).as("tests of " + theme.getSimpleName()).hasSizeGreaterThanOrEqualTo(3);
        return tests.stream()
                .filter(test -> fails(test, suite))
                .map(Method::getName)
                .sorted()
                .toList();
    }

    private static boolean fails(Method test, Object suite) {
        try {
            test.invoke(suite);
            return false;
        } catch (InvocationTargetException failed) {
            return true;
        } catch (IllegalAccessException e) {
            throw new LinkageError("tests of the suite are public", e);
        }
    }
}
