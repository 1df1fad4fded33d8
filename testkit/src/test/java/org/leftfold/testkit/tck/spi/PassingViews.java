package org.leftfold.testkit.tck.spi;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.leftfold.api.Payload;
import org.leftfold.api.spi.ParkedEvent;
import org.leftfold.api.spi.ViewStore;
import org.leftfold.api.spi.ViewTransaction;

/** A transaction that does what another one does, for stores that change a part of it. */
class PassingViews implements ViewTransaction {
    final ViewTransaction inner;

    PassingViews(ViewTransaction inner) {
        this.inner = inner;
    }

    /** A store whose transactions are changed. */
    static ViewStore changed(ViewStore inner, UnaryOperator<ViewTransaction> change) {
        return new ViewStore() {
            @Override
            public <T, X extends Exception> T inTransaction(Work<T, X> work) throws X {
                return inner.inTransaction(t -> work.in(change.apply(t)));
            }
        };
    }

    @Override
    public Optional<Payload> header(String name) {
        return inner.header(name);
    }

    @Override
    public Optional<Payload> lockHeader(String name) {
        return inner.lockHeader(name);
    }

    @Override
    public void saveHeader(String name, Payload header) {
        inner.saveHeader(name, header);
    }

    @Override
    public List<String> names() {
        return inner.names();
    }

    @Override
    public ViewStore.Progress lock(ViewStore.View view, int part) {
        return inner.lock(view, part);
    }

    @Override
    public void save(ViewStore.View view, int part, ViewStore.Progress progress) {
        inner.save(view, part, progress);
    }

    @Override
    public Map<Integer, ViewStore.Progress> progress(ViewStore.View view) {
        return inner.progress(view);
    }

    @Override
    public Map<String, Payload> find(ViewStore.View view, Collection<String> keys) {
        return inner.find(view, keys);
    }

    @Override
    public void put(ViewStore.View view, Collection<ViewStore.Row> rows) {
        inner.put(view, rows);
    }

    @Override
    public void remove(ViewStore.View view, Collection<String> keys) {
        inner.remove(view, keys);
    }

    @Override
    public List<ViewStore.Row> page(ViewStore.View view, int part, String after, int limit) {
        return inner.page(view, part, after, limit);
    }

    @Override
    public long count(ViewStore.View view) {
        return inner.count(view);
    }

    @Override
    public void park(ViewStore.View view, ParkedEvent event) {
        inner.park(view, event);
    }

    @Override
    public void unpark(ViewStore.View view, int part, long sequence) {
        inner.unpark(view, part, sequence);
    }

    @Override
    public List<ParkedEvent> parked(
            ViewStore.View view, int part, String key, long after, int limit) {
        return inner.parked(view, part, key, after, limit);
    }

    @Override
    public Set<String> parkedKeys(ViewStore.View view, int part) {
        return inner.parkedKeys(view, part);
    }

    @Override
    public long lastParked(ViewStore.View view, int part) {
        return inner.lastParked(view, part);
    }

    @Override
    public int clear(ViewStore.View view, int limit) {
        return inner.clear(view, limit);
    }

    @Override
    public <T> Optional<T> unwrap(Class<T> type) {
        return inner.unwrap(type);
    }
}
