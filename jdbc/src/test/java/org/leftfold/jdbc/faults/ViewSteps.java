package org.leftfold.jdbc.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.leftfold.api.OutcomeUnknownException;
import org.leftfold.api.Payload;
import org.leftfold.api.StoreUnavailableException;
import org.leftfold.api.StreamName;
import org.leftfold.api.spi.ParkedEvent;
import org.leftfold.api.spi.ParkedEvent.State;
import org.leftfold.api.spi.ViewStore;
import org.leftfold.api.spi.ViewStore.Progress;
import org.leftfold.api.spi.ViewStore.Row;
import org.leftfold.api.spi.ViewStore.View;
import org.leftfold.api.spi.ViewTransaction;

/**
 * A view that is changed in steps, each of which changes something of every kind: whatever is cut,
 * it stands at one step with all that it has. For one thread.
 */
final class ViewSteps {
    static final View VIEW = new View("steps", 1);

    private final ViewStore cut;
    private final ViewStore direct;
    private int done;
    private int refused;
    private int unknown;
    private int unknownAndDone;

    /**
     * A view that was never changed.
     *
     * @param cut changes the view, and something may happen to it
     * @param direct looks at it
     */
    ViewSteps(ViewStore cut, ViewStore direct) {
        this.cut = cut;
        this.direct = direct;
    }

    int unknown() {
        return unknown;
    }

    /** Tries one step; what it says has to be true. */
    void step() {
        long before = look(direct);
        boolean mayBeDone = true;
        boolean mayBeMissing = false;
        boolean inDoubt = false;
        try {
            cut.inTransaction(ViewSteps::change);
            done++;
        } catch (OutcomeUnknownException e) {
            mayBeMissing = true;
            inDoubt = true;
            unknown++;
        } catch (StoreUnavailableException e) {
            assertThat(e.code()).isIn("LF-3009", "LF-3013");
            mayBeMissing = true;
            mayBeDone = false;
            refused++;
        }
        long now = look(direct);
        assertThat(now - before)
                .as(
                        "steps done; it may be done: %s, it may be missing: %s",
                        mayBeDone, mayBeMissing)
                .isBetween(mayBeMissing ? 0L : 1L, mayBeDone ? 1L : 0L);
        unknownAndDone += inDoubt && now > before ? 1 : 0;
    }

    static long change(ViewTransaction transaction) {
        long number = transaction.lock(VIEW, 0).events() + 1;
        Payload body = Payload.ofText("" + number);
        transaction.save(VIEW, 0, new Progress(Optional.empty(), 0, number, number));
        transaction.put(VIEW, List.of(new Row(0, "last", body), new Row(0, "n" + number, body)));
        transaction.remove(VIEW, List.of("n" + (number - 1)));
        transaction.lockHeader("steps");
        transaction.saveHeader("steps", body);
        transaction.park(VIEW, parked(number, body));
        transaction.unpark(VIEW, 0, number - 1);
        return number;
    }

    private static ParkedEvent parked(long number, Payload body) {
        return new ParkedEvent(
                0,
                number,
                "k",
                State.FAILED,
                new StreamName("order-1"),
                number,
                "OrderPlaced",
                1,
                "it failed",
                Optional.of(body),
                Instant.EPOCH);
    }

    /** At which step the view stands, when all who change it have ended. */
    static long look(ViewStore store) {
        return store.inTransaction(transaction -> {
            long number = transaction.lock(VIEW, 0).events();
            if (number == 0) {
                assertThat(transaction.count(VIEW)).isZero();
                assertThat(transaction.header("steps")).isEmpty();
                assertThat(transaction.lastParked(VIEW, 0)).isZero();
                return number;
            }
            Payload body = Payload.ofText("" + number);
            assertThat(transaction.page(VIEW, 0, "", 9))
                    .containsExactly(new Row(0, "last", body), new Row(0, "n" + number, body));
            assertThat(transaction.header("steps")).contains(body);
            assertThat(transaction.parked(VIEW, 0, "", 0, 9)).containsExactly(parked(number, body));
            return number;
        });
    }

    @Override
    public String toString() {
        return "%d steps done, %d refused, %d in doubt, of which %d were done"
                .formatted(done, refused, unknown, unknownAndDone);
    }
}
