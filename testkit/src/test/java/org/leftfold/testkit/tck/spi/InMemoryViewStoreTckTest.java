package org.leftfold.testkit.tck.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.leftfold.testkit.tck.spi.ViewWork.ORDERS;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.leftfold.api.StoreUnavailableException;
import org.leftfold.api.spi.InMemoryViewStore;
import org.leftfold.api.spi.ViewStore;

class InMemoryViewStoreTckTest implements ViewStoreTck {
    @Override
    public SpiTckStore<ViewStore> openViews() {
        return InMemorySpi.views(store -> store);
    }

    @Test
    void work_that_keeps_a_failure_of_the_store_to_itself_has_changed_nothing() {
        ViewStore store = new InMemoryViewStore();
        ViewWork.run(
                store,
                holder -> {
                    holder.lock(ORDERS, 0);
                    boolean unused =
                            Trying.elsewhere(() -> {
                                Thread.currentThread().interrupt(); // so that it does not wait
                                assertThatThrownBy(() ->
                                                ViewWork.run(
                                                        store,
                                                        t -> {
                                                            t.put(
                                                                    ORDERS,
                                                                    ViewWork.rows(List.of("k")));
                                                            assertThatThrownBy(
                                                                            () -> t.lock(ORDERS, 0))
                                                                    .isInstanceOf(
                                                                            StoreUnavailableException
                                                                                    .class);
                                                            assertThatThrownBy(
                                                                            () -> t.count(ORDERS))
                                                                    .isInstanceOf(
                                                                            IllegalStateException
                                                                                    .class);
                                                        }))
                                        .isInstanceOf(StoreUnavailableException.class)
                                        .hasMessageStartingWith("LF-3016: ");
                                return true;
                            });
                });
        assertThat(ViewWork.count(store, ORDERS)).isZero();
    }
}
