package org.leftfold.testkit.tck.spi;

import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.leftfold.api.Checkpoint;
import org.leftfold.api.Payload;
import org.leftfold.api.StreamName;
import org.leftfold.api.spi.CheckpointStore;
import org.leftfold.api.spi.KeyStore;
import org.leftfold.api.spi.KeyStore.SubjectKey;
import org.leftfold.api.spi.LeaseStore;
import org.leftfold.api.spi.SnapshotStore;

/** Stores that are each wrong in one way that a real store could be. */
final class BrokenSpi {
    private static final Duration MINUTE = Duration.ofMinutes(1);

    private BrokenSpi() {}

    private static class PassingCheckpoints implements CheckpointStore {
        final CheckpointStore inner;

        PassingCheckpoints(CheckpointStore inner) {
            this.inner = inner;
        }

        @Override
        public Optional<Checkpoint> load(String follower) {
            return inner.load(follower);
        }

        @Override
        public boolean save(String follower, Checkpoint checkpoint, long fence) {
            return inner.save(follower, checkpoint, fence);
        }

        @Override
        public void forget(String follower) {
            inner.forget(follower);
        }
    }

    static CheckpointStore ignoresFences(CheckpointStore inner) {
        return new PassingCheckpoints(inner) {
            @Override
            public boolean save(String follower, Checkpoint checkpoint, long fence) {
                return inner.save(follower, checkpoint, 0) && fence >= 0;
            }
        };
    }

    /** The fence goes with the checkpoint: after a forget any fence does. */
    static CheckpointStore forgetsFences(CheckpointStore inner) {
        Map<String, Integer> lives = new ConcurrentHashMap<>();
        return new PassingCheckpoints(inner) {
            private String life(String follower) {
                inner.load(follower);
                int life = lives.getOrDefault(follower, 0);
                return life == 0 ? follower : "life " + life + " of " + follower.hashCode();
            }

            @Override
            public Optional<Checkpoint> load(String follower) {
                return inner.load(life(follower));
            }

            @Override
            public boolean save(String follower, Checkpoint checkpoint, long fence) {
                return inner.save(life(follower), checkpoint, fence);
            }

            @Override
            public void forget(String follower) {
                inner.forget(follower);
                lives.merge(follower, 1, Integer::sum);
            }
        };
    }

    /** Looks at the fence in one act and saves in another; racing threads all look first. */
    static CheckpointStore comparesBeforeItSaves(CheckpointStore inner) {
        Map<String, Long> fences = new ConcurrentHashMap<>();
        CyclicBarrier looked = new CyclicBarrier(Trying.THREADS);
        return new PassingCheckpoints(inner) {
            @Override
            public boolean save(String follower, Checkpoint checkpoint, long fence) {
                boolean stale = fence >= 0 && fence < fences.getOrDefault(follower, 0L);
                if (Thread.currentThread().getName().startsWith("tck-")) {
                    await(looked);
                }
                if (stale) {
                    return false;
                }
                fences.put(follower, fence);
                return inner.save(follower, checkpoint, Math.min(fence, 0));
            }
        };
    }

    private static void await(CyclicBarrier line) {
        try {
            line.await(20, TimeUnit.SECONDS);
        } catch (InterruptedException | BrokenBarrierException | TimeoutException e) {
            throw new IllegalStateException(e);
        }
    }

    private static class PassingLeases implements LeaseStore {
        final LeaseStore inner;

        PassingLeases(LeaseStore inner) {
            this.inner = inner;
        }

        @Override
        public Optional<Lease> acquire(String name, String owner, Duration duration) {
            return inner.acquire(name, owner, duration);
        }

        @Override
        public Optional<Lease> renew(Lease lease, Duration duration) {
            return inner.renew(lease, duration);
        }

        @Override
        public void release(Lease lease) {
            inner.release(lease);
        }

        @Override
        public Optional<Lease> holder(String name) {
            return inner.holder(name);
        }
    }

    /** Remembers who took it, and does not look at the clock. */
    static LeaseStore showsWhoTookIt(LeaseStore inner) {
        Map<String, LeaseStore.Lease> taken = new ConcurrentHashMap<>();
        return new PassingLeases(inner) {
            @Override
            public Optional<Lease> acquire(String name, String owner, Duration duration) {
                Optional<Lease> lease = inner.acquire(name, owner, duration);
                lease.ifPresent(one -> taken.put(name, one));
                return lease;
            }

            @Override
            public Optional<Lease> renew(Lease lease, Duration duration) {
                Optional<Lease> renewed = inner.renew(lease, duration);
                renewed.ifPresent(one -> taken.put(one.name(), one));
                return renewed;
            }

            @Override
            public Optional<Lease> holder(String name) {
                return inner.holder(name).or(() -> Optional.ofNullable(taken.get(name)));
            }
        };
    }

    /** Asks by taking. */
    static LeaseStore takesWhatItLooksAt(LeaseStore inner) {
        return new PassingLeases(inner) {
            @Override
            public Optional<Lease> holder(String name) {
                return inner.holder(name).flatMap(lease -> inner.renew(lease, MINUTE));
            }
        };
    }

    /** Each name counts from 1 again after its lease was given back. */
    static LeaseStore countsAnewAfterRelease(LeaseStore inner) {
        Map<String, Long> base = new ConcurrentHashMap<>();
        return new PassingLeases(inner) {
            private Lease shown(Lease lease) {
                long from = base.getOrDefault(lease.name(), 0L);
                return new Lease(
                        lease.name(), lease.owner(), lease.fence() - from, lease.expiresAt());
            }

            private Lease meant(Lease lease) {
                long from = base.getOrDefault(lease.name(), 0L);
                return new Lease(
                        lease.name(), lease.owner(), lease.fence() + from, lease.expiresAt());
            }

            @Override
            public Optional<Lease> acquire(String name, String owner, Duration duration) {
                return inner.acquire(name, owner, duration).map(this::shown);
            }

            @Override
            public Optional<Lease> renew(Lease lease, Duration duration) {
                return inner.renew(meant(lease), duration).map(this::shown);
            }

            @Override
            public void release(Lease lease) {
                Lease meant = meant(lease);
                inner.release(meant);
                base.put(lease.name(), meant.fence());
            }
        };
    }

    /** Renews by name and owner, whatever the token. */
    static LeaseStore renewsWhatWasLost(LeaseStore inner) {
        return new PassingLeases(inner) {
            @Override
            public Optional<Lease> renew(Lease lease, Duration duration) {
                return inner.renew(lease, duration)
                        .or(() -> inner.acquire(lease.name(), lease.owner(), duration));
            }
        };
    }

    static LeaseStore letsManyHold(LeaseStore inner) {
        AtomicLong fence = new AtomicLong(1_000);
        return new PassingLeases(inner) {
            @Override
            public Optional<Lease> acquire(String name, String owner, Duration duration) {
                Optional<Lease> lease = inner.acquire(name, owner, duration);
                return lease.isPresent() || !owner.startsWith("thread")
                        ? lease
                        : Optional.of(
                                new Lease(
                                        name,
                                        owner,
                                        fence.incrementAndGet(),
                                        java.time.Instant.EPOCH));
            }
        };
    }

    static LeaseStore neverFrees(LeaseStore inner) {
        return new PassingLeases(inner) {
            @Override
            public void release(Lease lease) {
                inner.renew(lease, LeaseStore.MAX_DURATION);
            }
        };
    }

    private static class PassingKeys implements KeyStore {
        final KeyStore inner;

        PassingKeys(KeyStore inner) {
            this.inner = inner;
        }

        @Override
        public Optional<SubjectKey> currentOrNew(String subject) {
            return inner.currentOrNew(subject);
        }

        @Override
        public Optional<SubjectKey> find(String subject, int keyVersion) {
            return inner.find(subject, keyVersion);
        }

        @Override
        public List<SubjectKey> forget(String subject) {
            return inner.forget(subject);
        }

        @Override
        public Optional<SubjectKey> renew(String subject, int keyVersion) {
            return inner.renew(subject, keyVersion);
        }

        @Override
        public boolean isForgotten(String subject) {
            return inner.isForgotten(subject);
        }

        @Override
        public long rewrap() {
            return inner.rewrap();
        }
    }

    /** Gives the same key for ever. */
    static KeyStore renewsNothing(KeyStore inner) {
        return new PassingKeys(inner) {
            @Override
            public Optional<SubjectKey> renew(String subject, int keyVersion) {
                return inner.currentOrNew(subject);
            }
        };
    }

    /** Has no key any more, and does not say why. */
    static KeyStore doesNotKnowWhomItForgot(KeyStore inner) {
        return new PassingKeys(inner) {
            @Override
            public boolean isForgotten(String subject) {
                return false;
            }
        };
    }

    /** Tells of the current key only what it has destroyed. */
    static KeyStore tellsOfOneKeyOnly(KeyStore inner) {
        return new PassingKeys(inner) {
            @Override
            public List<SubjectKey> forget(String subject) {
                List<SubjectKey> destroyed = inner.forget(subject);
                return destroyed.isEmpty() ? destroyed : List.of(destroyed.getLast());
            }
        };
    }

    /** Says that nothing is left to do. */
    static KeyStore wrapsNothingAnew(KeyStore inner) {
        return new PassingKeys(inner) {
            @Override
            public long rewrap() {
                return 0;
            }
        };
    }

    /** A forgotten subject that comes again is a new one. */
    static KeyStore forgetsThatItForgot(KeyStore inner) {
        Map<String, Integer> lives = new HashMap<>();
        return new PassingKeys(inner) {
            @Override
            public synchronized Optional<SubjectKey> currentOrNew(String subject) {
                int life = lives.getOrDefault(subject, 0);
                return life == 0
                        ? inner.currentOrNew(subject)
                        : inner.currentOrNew("life " + life + " of " + subject.hashCode())
                                .map(key -> new SubjectKey(subject, 1, key.wrappedKey()));
            }

            @Override
            public synchronized List<SubjectKey> forget(String subject) {
                lives.merge(subject, 1, Integer::sum);
                return inner.forget(subject);
            }
        };
    }

    /** Says that it forgot, and still finds the key. */
    static KeyStore findsForgottenKeys(KeyStore inner) {
        Map<String, SubjectKey> made = new ConcurrentHashMap<>();
        return new PassingKeys(inner) {
            @Override
            public Optional<SubjectKey> currentOrNew(String subject) {
                Optional<SubjectKey> key = inner.currentOrNew(subject);
                key.ifPresent(one -> made.put(subject, one));
                return key;
            }

            @Override
            public Optional<SubjectKey> find(String subject, int keyVersion) {
                return inner.find(subject, keyVersion)
                        .or(() -> Optional.ofNullable(made.get(subject)))
                        .filter(key -> key.keyVersion() == keyVersion);
            }
        };
    }

    /** Threads that find no key make one each. */
    static KeyStore makesKeysTwice(KeyStore inner) {
        return new PassingKeys(inner) {
            @Override
            public Optional<SubjectKey> currentOrNew(String subject) {
                return inner.currentOrNew(subject)
                        .map(key -> {
                            String thread = Thread.currentThread().getName();
                            return thread.startsWith("tck-")
                                    ? new SubjectKey(subject, 1, Payload.ofText(subject + thread))
                                    : key;
                        });
            }
        };
    }

    /** One key for everybody. */
    static KeyStore sharesAKey(KeyStore inner) {
        return new PassingKeys(inner) {
            @Override
            public Optional<SubjectKey> currentOrNew(String subject) {
                return inner.currentOrNew(subject)
                        .map(key -> new SubjectKey(subject, 1, Payload.ofText("master")));
            }
        };
    }

    private static class PassingSnapshots implements SnapshotStore {
        final SnapshotStore inner;

        PassingSnapshots(SnapshotStore inner) {
            this.inner = inner;
        }

        @Override
        public void save(Snapshot snapshot) {
            inner.save(snapshot);
        }

        @Override
        public Optional<Snapshot> newest(StreamName stream, String stateType, long maxVersion) {
            return inner.newest(stream, stateType, maxVersion);
        }

        @Override
        public void drop(StreamName stream) {
            inner.drop(stream);
        }
    }

    static SnapshotStore replacesNewerOnes(SnapshotStore inner) {
        return new PassingSnapshots(inner) {
            @Override
            public void save(Snapshot snapshot) {
                inner.newest(snapshot.stream(), snapshot.stateType(), Long.MAX_VALUE)
                        .filter(found -> found.version() > snapshot.version())
                        .ifPresent(found -> inner.drop(snapshot.stream()));
                inner.save(snapshot);
            }
        };
    }

    static SnapshotStore ignoresTheVersionAskedFor(SnapshotStore inner) {
        return new PassingSnapshots(inner) {
            @Override
            public Optional<Snapshot> newest(StreamName stream, String stateType, long most) {
                return inner.newest(stream, stateType, Long.MAX_VALUE);
            }
        };
    }

    static SnapshotStore dropsOneTypeOnly(SnapshotStore inner) {
        Set<StreamName> dropped = new HashSet<>();
        return new PassingSnapshots(inner) {
            @Override
            public synchronized void save(Snapshot snapshot) {
                dropped.remove(snapshot.stream());
                inner.save(snapshot);
            }

            @Override
            public synchronized Optional<Snapshot> newest(
                    StreamName stream, String stateType, long most) {
                Optional<Snapshot> found = inner.newest(stream, stateType, most);
                boolean hidden = dropped.contains(stream) && "total".equals(stateType);
                return hidden ? Optional.empty() : found;
            }

            @Override
            public synchronized void drop(StreamName stream) {
                inner.newest(stream, "total", 0);
                dropped.add(stream);
            }
        };
    }

    static SnapshotStore changesStates(SnapshotStore inner) {
        return new PassingSnapshots(inner) {
            @Override
            public void save(Snapshot snapshot) {
                byte[] bytes = snapshot.state().toByteArray();
                if (bytes.length > 100_000) {
                    bytes[77_777] ^= 1;
                }
                inner.save(
                        new Snapshot(
                                snapshot.stream(),
                                snapshot.version(),
                                snapshot.stateType(),
                                snapshot.schemaVersion(),
                                Payload.of(bytes)));
            }
        };
    }
}
