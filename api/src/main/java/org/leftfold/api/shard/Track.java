package org.leftfold.api.shard;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the moves of one stream left in one shard. Each of their events shifts the versions behind
 * it: {@code inner} is a version as the shard counts, {@code version} one as seen outside.
 * Immutable.
 *
 * @param controls in the order of their versions
 */
record Track(List<Control> controls) {
    /** That of a stream that was never moved to or from this shard. */
    static final Track NONE = new Track(List.of());

    Track with(Control control) {
        List<Control> more = new ArrayList<>(controls);
        int place = more.size();
        while (place > 0 && more.get(place - 1).version() >= control.version()) {
            place--;
            if (more.get(place).version() == control.version()) {
                return this;
            }
        }
        more.add(place, control);
        return new Track(List.copyOf(more));
    }

    boolean isEmpty() {
        return controls.isEmpty();
    }

    @Nullable Control last() {
        return controls.isEmpty() ? null : controls.getLast();
    }

    private @Nullable Control lastBelow(long inner) {
        for (int i = controls.size() - 1; i >= 0; i--) {
            if (controls.get(i).version() < inner) {
                return controls.get(i);
            }
        }
        return null;
    }

    /** The departure of a move, or null if it did not begin here. */
    @Nullable Control departure(long move) {
        for (Control control : controls) {
            if (control.is(Control.Kind.LEFT) && control.move() == move) {
                return control;
            }
        }
        return null;
    }

    /** The version of an event of somebody. */
    long version(long inner) {
        Control before = lastBelow(inner);
        return before == null ? inner : before.next() + (inner - before.version() - 1);
    }

    /** The version of the stream when it is at {@code inner} here. */
    long streamVersion(long inner) {
        return version(inner + 1) - 1;
    }

    /** Whether an event is a copy: one behind an arrival that had not ended. */
    boolean isCopied(long inner) {
        Control before = lastBelow(inner);
        return before != null && before.is(Control.Kind.ARRIVING);
    }

    /** What the shard has to be at when the stream is at {@code version}. */
    long expected(long version) {
        Control last = last();
        if (last == null) {
            return version;
        }
        return version >= last.next() - 1
                ? plus(last.version(), version - (last.next() - 1))
                : lastAtOrBelow(version); // long passed, so it conflicts as it has to
    }

    /**
     * The last event of somebody whose version is not above {@code version}; 0 if there is none.
     */
    long lastAtOrBelow(long version) {
        long found = 0;
        long first = 1; // version of the first event behind the control at hand
        long before = 0; // inner version of that control
        for (int i = 0; i <= controls.size(); i++) {
            long end = i < controls.size() ? controls.get(i).version() - 1 : Long.MAX_VALUE;
            if (version >= first && end > before) {
                found = Math.min(end, plus(before + 1, version - first));
            }
            if (i < controls.size()) {
                first = controls.get(i).next();
                before = controls.get(i).version();
            }
        }
        return found;
    }

    /** Whether every event of the stream is here; those that had been truncated were not copied. */
    boolean isWhole() {
        long due = 1;
        long first = 1;
        long before = 0;
        for (Control control : controls) {
            long count = control.version() - 1 - before;
            if (count > 0 && first != due) {
                return false;
            }
            due += count;
            first = control.next();
            before = control.version();
        }
        return first == due;
    }

    /**
     * Up to this version of the shard nothing is shown: it was taken away where the stream was
     * meanwhile, or it was copied again behind it, because not all of it was left here.
     */
    long hiddenUpTo() {
        long hidden = 0;
        long kept = 1;
        long first = 1;
        long before = 0;
        for (Control control : controls) {
            long due = first + (control.version() - 1 - before);
            if (control.is(Control.Kind.ARRIVING) && control.next() < due) {
                hidden = control.version();
            }
            kept = Math.max(kept, control.first());
            first = control.next();
            before = control.version();
        }
        return Math.max(hidden, lastAtOrBelow(kept - 1));
    }

    private static long plus(long one, long other) {
        return one > Long.MAX_VALUE - other ? Long.MAX_VALUE : one + other;
    }
}
