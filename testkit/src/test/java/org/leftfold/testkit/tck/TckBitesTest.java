package org.leftfold.testkit.tck;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.leftfold.api.EventStore;
import org.leftfold.api.StoreAdmin;

/**
 * A suite that passes everything proves nothing: each broken store must fail in the theme that is
 * about its defect.
 */
class TckBitesTest {
    @Test
    void an_unchanged_store_passes_when_run_like_the_broken_ones() {
        assertThat(firstFailure(ExpectedVersionTck.class, store -> store)).isEmpty();
        assertThat(firstFailure(ConditionTck.class, DelegatingStore::new)).isEmpty();
    }

    @Test
    void conditions_that_are_not_checked_are_noticed() {
        assertBites(ConditionTck.class, BrokenStores::ignoresConditions);
        assertBites(ConditionTck.class, BrokenStores::checksOnlyTheFirstCondition);
        assertBites(ConditionTck.class, BrokenStores::takesAfterPositionsAsIncluded);
    }

    @Test
    void versions_that_are_not_checked_are_noticed() {
        assertBites(ExpectedVersionTck.class, BrokenStores::ignoresExpectedVersions);
        assertBites(ConflictTck.class, BrokenStores::ignoresExpectedVersions);
        assertBites(RaceTck.class, BrokenStores::ignoresExpectedVersions);
    }

    @Test
    void lost_idempotency_is_noticed() {
        assertBites(IdempotencyTck.class, BrokenStores::forgetsIds);
        assertBites(IdempotencyTck.class, BrokenStores::neverSaysThatItRepeated);
    }

    @Test
    void a_lost_event_is_noticed() {
        assertBites(AppendTck.class, BrokenStores::losesTheThirdEventOfABatch);
    }

    @Test
    void an_append_in_parts_is_noticed() {
        assertBites(AppendTck.class, BrokenStores::appendsStreamByStream);
    }

    @Test
    void changed_payloads_are_noticed() {
        assertBites(PayloadTck.class, BrokenStores::changesPayloads);
    }

    @Test
    void wrong_reads_are_noticed() {
        assertBites(ReadTck.class, BrokenStores::readsUnsorted);
        assertBites(ReadTck.class, BrokenStores::ignoresLimits);
        assertBites(ReadTck.class, BrokenStores::readsPastTheUpperVersion);
        assertBites(QueryTck.class, BrokenStores::ignoresLimits);
    }

    @Test
    void wrong_followers_are_noticed() {
        assertBites(FollowTck.class, BrokenStores::deliversTwice);
        assertBites(FollowRaceTck.class, BrokenStores::deliversTwice);
        assertBites(FollowTck.class, BrokenStores::saysTwiceThatItCaughtUp);
        assertBites(FollowTck.class, BrokenStores::acceptsCheckpointsOfOthers);
    }

    @Test
    void a_store_that_does_not_close_is_noticed() {
        assertThat(
                        failure(
                                method(LifecycleTck.class, "closing_a_store_again_does_nothing"),
                                suite(BrokenStores::staysOpen)))
                .isNotEmpty();
    }

    @Test
    void wrong_retention_is_noticed() {
        assertAdminPasses(RetentionTck.class, BrokenAdmins::changesNothing);
        assertAdminBites(RetentionTck.class, BrokenAdmins::keepsOneTooMany);
        assertAdminBites(RetentionTck.class, BrokenAdmins::losesWhatIsExactlyAsOld);
        assertAdminBites(RetentionTck.class, BrokenAdmins::keepsWhatIsAMicrosecondTooOld);
        assertAdminBites(RetentionTck.class, BrokenAdmins::forgetsTheCategory);
        assertAdminBites(RetentionTck.class, BrokenAdmins::looksAtTheAgeOnly);
        assertAdminBites(RetentionTck.class, BrokenAdmins::countsEventsOfMoves);
        assertAdminBites(RetentionTck.class, BrokenAdmins::saysThatItDidSomethingEachTime);
    }

    @Test
    void wrong_scavenging_is_noticed() {
        assertAdminPasses(ScavengeTck.class, BrokenAdmins::changesNothing);
        assertAdminBites(ScavengeTck.class, BrokenAdmins::forgetsIds);
        assertAdminBites(ScavengeTck.class, BrokenAdmins::removesOneReadableEvent);
        assertAdminBites(ScavengeTck.class, BrokenAdmins::countsRemovedEventsAgain);
        assertAdminBites(ScavengeTck.class, BrokenAdmins::freesNothing);
        assertAdminBites(ScavengeTck.class, BrokenAdmins::scavengesSeveralTimesAtOnce);
    }

    private static void assertAdminBites(
            Class<? extends TckFixture> theme, UnaryOperator<BrokenAdmins.Pair> breaking) {
        assertThat(firstFailureOf(theme, suiteOf(breaking))).as(theme.getSimpleName()).isNotEmpty();
    }

    private static void assertAdminPasses(
            Class<? extends TckFixture> theme, UnaryOperator<BrokenAdmins.Pair> change) {
        assertThat(firstFailureOf(theme, suiteOf(change))).isEmpty();
    }

    private static void assertBites(
            Class<? extends TckFixture> theme, UnaryOperator<EventStore> breaking) {
        assertThat(firstFailure(theme, breaking)).as(theme.getSimpleName()).isNotEmpty();
    }

    /** The name of the first test of the theme that fails, empty when all of them pass. */
    private static String firstFailure(
            Class<? extends TckFixture> theme, UnaryOperator<EventStore> breaking) {
        return firstFailureOf(theme, suite(breaking));
    }

    static String firstFailureOf(Class<? extends TckFixture> theme, TckFixture suite) {
        List<Method> tests =
                Arrays.stream(theme.getDeclaredMethods())
                        .filter(method -> method.isAnnotationPresent(Test.class))
                        .sorted(Comparator.comparing(Method::getName))
                        .toList();
        assertThat(tests).isNotEmpty();
        for (Method test : tests) {
            String failure = failure(test, suite);
            if (!failure.isEmpty()) {
                return failure;
            }
        }
        return "";
    }

    private static Method method(Class<? extends TckFixture> theme, String name) {
        return Arrays.stream(theme.getDeclaredMethods())
                .filter(method -> method.getName().equals(name))
                .findAny()
                .orElseThrow();
    }

    /** The name of the test when it fails, empty when it passes. */
    private static String failure(Method test, TckFixture suite) {
        try {
            test.invoke(suite);
            return "";
        } catch (InvocationTargetException failed) {
            return test.getName();
        } catch (IllegalAccessException e) {
            throw new LinkageError("tests of the suite are public", e);
        }
    }

    private static EventStoreTck suite(UnaryOperator<EventStore> breaking) {
        return suiteOf(pair -> new BrokenAdmins.Pair(breaking.apply(pair.store()), pair.admin()));
    }

    /** The suite over a broken store; no class of its own, so that JUnit does not run it. */
    private static EventStoreTck suiteOf(UnaryOperator<BrokenAdmins.Pair> breaking) {
        return options -> {
            InMemoryTckStore whole = InMemoryTckStore.open(options);
            BrokenAdmins.Pair pair = new BrokenAdmins.Pair(whole.store(), whole.admin());
            return new BrokenTckStore(breaking.apply(pair), whole);
        };
    }

    record BrokenTckStore(BrokenAdmins.Pair pair, InMemoryTckStore whole) implements TckStore {
        @Override
        public EventStore store() {
            return pair.store();
        }

        @Override
        public StoreAdmin admin() {
            return pair.admin();
        }

        @Override
        public EventStore reopen() {
            return pair.store();
        }

        @Override
        public void close() {
            whole.close();
        }
    }
}
