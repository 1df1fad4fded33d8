package org.leftfold.framework.projection;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.leftfold.api.spi.LeaseStore;
import org.leftfold.api.spi.LeaseStore.Lease;
import org.leftfold.api.spi.ViewStore.View;

/**
 * Shares the parts among instances. Each instance holds a seat, by a lease; the seats that are
 * taken, in their order, share the parts out between them, so that nobody has to talk to anybody. A
 * part is worked on under a lease of its own, whose fence the views remember: an instance that was
 * away for too long finds that somebody has a higher one, and changes nothing. Whatever the store
 * of leases throws is told, once, and is asked again later. Called by one thread.
 */
final class LeaseSharing implements Sharing {
    /** Most instances that share. */
    static final int MAX_SEATS = 32;

    private final LeaseStore leases;
    private final String group;
    private final String instance;
    private final Duration duration;
    private final ProjectionTime time;
    private final boolean hasSeat;
    private final ProjectionListener listener;
    private final Map<String, Lease> held = new HashMap<>(); // of parts, by name
    private @Nullable Lease seat;
    private int seatNumber = -1;
    private List<Integer> taken = List.of();
    private long lookedNanos;
    private boolean hasLooked;
    private boolean isTold; // that they fail, since they last did all that was asked

    /**
     * Takes part in a group of instances.
     *
     * @param group what the leases of the group are called, in front
     * @param instance the name of this instance, which no other has at a time
     * @param duration how long a lease lasts: so long the work of an instance that dies stands
     *     still
     * @param hasSeat whether it gets its share of the parts; it takes what nobody has if not
     * @param listener who hears when the leases fail
     */
    LeaseSharing(
            LeaseStore leases,
            String group,
            String instance,
            Duration duration,
            ProjectionTime time,
            boolean hasSeat,
            ProjectionListener listener) {
        this.leases = leases;
        this.group = group;
        this.instance = instance;
        this.duration = duration;
        this.time = time;
        this.hasSeat = hasSeat;
        this.listener = listener;
    }

    private String seatName(int number) {
        return group + "/seat/" + number;
    }

    @Override
    public void tick() {
        long now = time.nanos();
        if (hasLooked && now - lookedNanos < duration.toNanos() / 4) {
            return;
        }
        lookedNanos = now;
        hasLooked =
                ask(
                        () -> {
                            keepAll();
                            return true;
                        },
                        false); // what is held may be lost: the views will say so
        isTold &= !hasLooked;
    }

    /** What the leases answer; something else where they fail. */
    private <T> T ask(Supplier<T> question, T otherwise) {
        try {
            return question.get();
        } catch (RuntimeException e) {
            if (!isTold) {
                listener.leasesFailed(e);
            }
            isTold = true;
            return otherwise;
        }
    }

    private void keepAll() {
        if (hasSeat) {
            keepSeat();
        }
        keepParts();
        if (!hasSeat) {
            return;
        }
        List<Integer> seats = new ArrayList<>();
        for (int number = 0; number < MAX_SEATS; number++) {
            if (number == seatNumber || leases.holder(seatName(number)).isPresent()) {
                seats.add(number);
            }
        }
        taken = seats;
    }

    private void keepSeat() {
        Lease mine = seat;
        if (mine != null) {
            seat = leases.renew(mine, duration).orElse(null);
        }
        for (int number = 0; seat == null && number < MAX_SEATS; number++) {
            Optional<Lease> holder = leases.holder(seatName(number));
            if (holder.isEmpty() || holder.get().owner().equals(instance)) {
                seat = leases.acquire(seatName(number), instance, duration).orElse(null);
                seatNumber = number;
            }
        }
        if (seat == null) {
            seatNumber = -1;
        }
    }

    private void keepParts() {
        for (String name : List.copyOf(held.keySet())) {
            Lease lease = held.get(name);
            if (lease != null) {
                leases.renew(lease, duration)
                        .ifPresentOrElse(
                                renewed -> held.put(name, renewed), () -> held.remove(name));
            }
        }
    }

    private static String id(View view, int part) {
        return view + "/" + part;
    }

    @Override
    public OptionalLong fence(View view, int part) {
        String name = group + "/" + id(view, part);
        if (!isMine(view, part)) {
            return OptionalLong.empty();
        }
        if (!held.containsKey(name)) { // whoever has it gives it back, or lets it run out
            ask(() -> leases.acquire(name, instance, duration), Optional.<Lease>empty())
                    .ifPresent(lease -> held.put(name, lease));
        }
        Lease lease = held.get(name);
        return lease == null ? OptionalLong.empty() : OptionalLong.of(lease.fence());
    }

    /** Parts of different views begin with different seats, so that few parts spread as well. */
    private boolean isMine(View view, int part) {
        if (!hasSeat) {
            return true;
        }
        if (seatNumber < 0 || taken.isEmpty()) {
            return false;
        }
        int first = Keying.part(view.name(), taken.size());
        return taken.get((first + part) % taken.size()) == seatNumber;
    }

    @Override
    public void release(View view, int part) {
        Lease lease = held.remove(group + "/" + id(view, part));
        if (lease != null) {
            releaseQuietly(lease);
        }
    }

    private void releaseQuietly(Lease lease) {
        ask(
                () -> {
                    leases.release(lease);
                    return true;
                },
                false); // it runs out by itself
    }

    @Override
    public void close() {
        List.copyOf(held.values()).forEach(this::releaseQuietly);
        held.clear();
        Lease mine = seat;
        if (mine != null) {
            releaseQuietly(mine);
        }
        seat = null;
    }
}
