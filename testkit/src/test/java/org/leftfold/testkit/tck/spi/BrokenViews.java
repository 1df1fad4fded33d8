package org.leftfold.testkit.tck.spi;

import static org.leftfold.testkit.tck.spi.PassingViews.changed;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.leftfold.api.Payload;
import org.leftfold.api.spi.ParkedEvent;
import org.leftfold.api.spi.ViewStore;
import org.leftfold.api.spi.ViewStore.Progress;
import org.leftfold.api.spi.ViewStore.Row;
import org.leftfold.api.spi.ViewStore.View;

/** Stores for views that are each wrong in one way that a real store could be. */
final class BrokenViews {
    private BrokenViews() {}

    /** As with auto commit. */
    static ViewStore keepsWhatWasUndone(ViewStore inner) {
        return new ViewStore() {
            @Override
            public <T, X extends Exception> T inTransaction(Work<T, X> work) throws X {
                AtomicReference<Throwable> thrown = new AtomicReference<>();
                Optional<T> given =
                        inner.inTransaction(t -> {
                            try {
                                return Optional.of(work.in(t));
                            } catch (Throwable e) {
                                thrown.set(e);
                                return Optional.empty();
                            }
                        });
                if (given.isPresent()) {
                    return given.get();
                }
                Work<T, X> throwing =
                        any -> {
                            throw Sneaky.<RuntimeException>unchecked(thrown.get());
                        };
                return inner.inTransaction(throwing);
            }
        };
    }

    private static final class Sneaky {
        @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
        static <E extends Throwable> RuntimeException unchecked(Throwable thrown) throws E {
            throw (E) thrown;
        }
    }

    /** Keeps rows at once, in a transaction of their own. */
    static ViewStore showsRowsTooEarly(ViewStore store) {
        return changed(
                store,
                t ->
                        new PassingViews(t) {
                            @Override
                            public void put(View view, Collection<Row> rows) {
                                ViewWork.run(store, other -> other.put(view, rows));
                            }
                        });
    }

    /** Looks without a lock, which it takes when it saves: racing threads all look first. */
    static ViewStore locksTooLate(ViewStore inner) {
        CyclicBarrier looked = new CyclicBarrier(Trying.THREADS);
        return changed(
                inner,
                t ->
                        new PassingViews(t) {
                            @Override
                            public Progress lock(View view, int part) {
                                Progress now =
                                        inner.progress(view).getOrDefault(part, Progress.NONE);
                                await(looked);
                                return now;
                            }

                            @Override
                            public void save(View view, int part, Progress progress) {
                                inner.lock(view, part);
                                inner.save(view, part, progress);
                            }

                            @Override
                            public Optional<Payload> lockHeader(String name) {
                                Optional<Payload> now = inner.header(name);
                                await(looked);
                                return now;
                            }

                            @Override
                            public void saveHeader(String name, Payload header) {
                                inner.lockHeader(name);
                                inner.saveHeader(name, header);
                            }
                        });
    }

    private static void await(CyclicBarrier line) {
        if (!Thread.currentThread().getName().startsWith("tck-")) {
            return;
        }
        try {
            line.await(20, TimeUnit.SECONDS);
        } catch (InterruptedException | BrokenBarrierException | TimeoutException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Takes keys for the same that a database by default takes for the same. */
    static ViewStore ignoresCase(ViewStore inner) {
        return changed(
                inner,
                t ->
                        new PassingViews(t) {
                            @Override
                            public void put(View view, Collection<Row> rows) {
                                Map<String, Row> lower = new HashMap<>();
                                for (Row row : rows) {
                                    String key = row.key().toLowerCase(Locale.ROOT);
                                    lower.put(key, new Row(row.part(), key, row.body()));
                                }
                                inner.put(view, lower.values());
                            }
                        });
    }

    static ViewStore ignoresTrailingSpaces(ViewStore inner) {
        return changed(
                inner,
                t ->
                        new PassingViews(t) {
                            @Override
                            public void put(View view, Collection<Row> rows) {
                                rows.forEach(row ->
                                        inner.put(
                                                view,
                                                List.of(
                                                        new Row(
                                                                row.part(),
                                                                row.key().stripTrailing(),
                                                                row.body()))));
                            }
                        });
    }

    static ViewStore findsTheFirstThousandOnly(ViewStore inner) {
        return changed(
                inner,
                t ->
                        new PassingViews(t) {
                            @Override
                            public Map<String, Payload> find(View view, Collection<String> keys) {
                                return inner.find(view, keys.stream().limit(1_000).toList());
                            }
                        });
    }

    static ViewStore takesThePartOfAFullPage(ViewStore inner) {
        return changed(
                inner,
                t ->
                        new PassingViews(t) {
                            @Override
                            public List<Row> page(View view, int part, String after, int limit) {
                                return inner.page(view, -1, after, limit).stream()
                                        .filter(row -> part < 0 || row.part() == part)
                                        .toList();
                            }
                        });
    }

    static ViewStore countsWhatIsCommitted(ViewStore store) {
        return changed(
                store,
                t ->
                        new PassingViews(t) {
                            @Override
                            public long count(View view) {
                                return ViewWork.count(store, view);
                            }
                        });
    }

    static ViewStore mixesGenerations(ViewStore inner) {
        return changed(
                inner,
                t ->
                        new PassingViews(t) {
                            @Override
                            public int clear(View view, int limit) {
                                int removed = inner.clear(view, limit);
                                return removed > 0 ? removed : inner.clear(next(view), limit);
                            }
                        });
    }

    private static View next(View view) {
        return new View(view.name(), view.generation() + 1);
    }

    static ViewStore forgetsToClearParked(ViewStore inner) {
        return changed(
                inner,
                t ->
                        new PassingViews(t) {
                            @Override
                            public int clear(View view, int limit) {
                                List<String> keys = ViewWork.keys(inner.page(view, -1, "", limit));
                                inner.remove(view, keys);
                                return keys.size();
                            }
                        });
    }

    static ViewStore holdsKeysThatWereSkipped(ViewStore inner) {
        return changed(
                inner,
                t ->
                        new PassingViews(t) {
                            @Override
                            public Set<String> parkedKeys(View view, int part) {
                                return inner.parked(view, part, "", 0, Integer.MAX_VALUE).stream()
                                        .map(ParkedEvent::key)
                                        .collect(Collectors.toSet());
                            }
                        });
    }

    /** As a column of 255 characters. */
    static ViewStore cutsErrors(ViewStore inner) {
        return changed(
                inner,
                t ->
                        new PassingViews(t) {
                            @Override
                            public void park(View view, ParkedEvent e) {
                                String error =
                                        e.error().substring(0, Math.min(255, e.error().length()));
                                inner.park(
                                        view,
                                        new ParkedEvent(
                                                e.part(),
                                                e.sequence(),
                                                e.key(),
                                                e.state(),
                                                e.stream(),
                                                e.version(),
                                                e.type(),
                                                e.attempts(),
                                                error,
                                                e.patch(),
                                                e.parkedAt()));
                            }
                        });
    }

    /** A row that was only locked counts as saved. */
    static ViewStore savesWhatIsLocked(ViewStore inner) {
        return changed(
                inner,
                t ->
                        new PassingViews(t) {
                            @Override
                            public Progress lock(View view, int part) {
                                Progress now = inner.lock(view, part);
                                inner.save(view, part, now);
                                return now;
                            }

                            @Override
                            public Optional<Payload> lockHeader(String name) {
                                Optional<Payload> now = inner.lockHeader(name);
                                inner.saveHeader(name, now.orElse(Payload.empty()));
                                return now;
                            }
                        });
    }

    /** Every transaction sees what was there when it began. */
    static ViewStore seesTheBeginning(ViewStore inner) {
        return new ViewStore() {
            @Override
            public <T, X extends Exception> T inTransaction(Work<T, X> work) throws X {
                long before = ViewWork.count(inner, ViewWork.ORDERS);
                return inner.inTransaction(t ->
                        work.in(
                                new PassingViews(t) {
                                    private boolean writes;

                                    @Override
                                    public void put(View view, Collection<Row> rows) {
                                        writes = true;
                                        inner.put(view, rows);
                                    }

                                    @Override
                                    public long count(View view) {
                                        return writes ? inner.count(view) : before;
                                    }
                                }));
            }
        };
    }
}
