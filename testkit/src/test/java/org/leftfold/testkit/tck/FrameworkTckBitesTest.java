package org.leftfold.testkit.tck;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.leftfold.api.EventStore;
import org.leftfold.testkit.tck.framework.CommandRaceTck;
import org.leftfold.testkit.tck.framework.ConflictResolverTck;
import org.leftfold.testkit.tck.framework.FrameworkTck;
import org.leftfold.testkit.tck.framework.HistoryTck;
import org.leftfold.testkit.tck.framework.MessageTck;
import org.leftfold.testkit.tck.framework.StateTck;
import org.leftfold.testkit.tck.framework.UnknownOutcomeTck;

/** On a broken store the suite of the framework fails in the theme that is about the defect. */
class FrameworkTckBitesTest {
    @Test
    void every_theme_passes_on_a_store_that_is_not_broken() {
        assertPasses(ConflictResolverTck.class);
        assertPasses(StateTck.class);
        assertPasses(MessageTck.class);
        assertPasses(HistoryTck.class);
        assertPasses(UnknownOutcomeTck.class);
    }

    @Test
    void versions_that_are_not_checked_are_noticed() {
        assertBites(CommandRaceTck.class, BrokenStores::ignoresExpectedVersions);
        assertBites(ConflictResolverTck.class, BrokenStores::ignoresExpectedVersions);
        assertBites(HistoryTck.class, BrokenStores::ignoresExpectedVersions);
    }

    @Test
    void conditions_that_are_not_checked_are_noticed() {
        assertBites(MessageTck.class, BrokenStores::ignoresConditions);
        assertBites(CommandRaceTck.class, BrokenStores::ignoresConditions);
    }

    @Test
    void ids_that_are_forgotten_are_noticed() {
        assertBites(UnknownOutcomeTck.class, BrokenStores::forgetsIds);
    }

    @Test
    void wrong_reads_are_noticed() {
        assertBites(StateTck.class, BrokenStores::readsPastTheUpperVersion);
        assertBites(StateTck.class, BrokenStores::readsUnsorted);
        assertBites(HistoryTck.class, BrokenStores::readsPastTheUpperVersion);
    }

    private static void assertBites(
            Class<? extends TckFixture> theme, UnaryOperator<EventStore> breaking) {
        assertThat(TckBitesTest.firstFailureOf(theme, suite(breaking)))
                .as(theme.getSimpleName())
                .isNotEmpty();
    }

    private static void assertPasses(Class<? extends TckFixture> theme) {
        assertThat(TckBitesTest.firstFailureOf(theme, suite(DelegatingStore::new))).isEmpty();
    }

    /** The suite over a broken store, with small numbers; no class that JUnit would find. */
    private static FrameworkTck suite(UnaryOperator<EventStore> breaking) {
        return new FrameworkTck() {
            @Override
            public int updatesPerThread() {
                return 5;
            }

            @Override
            public TckStore openStore(TckOptions options) {
                InMemoryTckStore whole = InMemoryTckStore.open(options);
                return new TckBitesTest.BrokenTckStore(
                        new BrokenAdmins.Pair(breaking.apply(whole.store()), whole.admin()), whole);
            }
        };
    }
}
