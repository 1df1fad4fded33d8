package org.leftfold.testkit.tck.spi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.leftfold.testkit.tck.spi.Trying.assertRefused;
import static org.leftfold.testkit.tck.spi.ViewWork.ORDERS;
import static org.leftfold.testkit.tck.spi.ViewWork.ask;
import static org.leftfold.testkit.tck.spi.ViewWork.parked;
import static org.leftfold.testkit.tck.spi.ViewWork.run;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.leftfold.api.Limits;
import org.leftfold.api.Payload;
import org.leftfold.api.StreamName;
import org.leftfold.api.spi.ParkedEvent;
import org.leftfold.api.spi.ParkedEvent.State;
import org.leftfold.api.spi.ViewStore;
import org.leftfold.api.spi.ViewStore.View;

/** What a view store promises about parked events. */
@Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
public interface ViewParkedTck extends ViewRowsTck {
    @Test
    default void parked_events_come_back_as_they_were_parked() {
        try (var opened = openViews()) {
            ViewStore store = opened.store();
            List<ParkedEvent> events = new ArrayList<>();
            List<State> states = List.of(State.values());
            String longest =
                    "\ud83d\ude00\u0000 \ud83d'\n\t\"\\".repeat(ParkedEvent.MAX_ERROR_CHARS);
            Payload large = Payload.of(new byte[Limits.MAX_PAYLOAD_BYTES]);
            List<Optional<Payload>> patches =
                    List.of(Optional.empty(), Optional.of(Payload.empty()), Optional.of(large));
            for (String key : KEYS) {
                int i = events.size();
                events.add(
                        new ParkedEvent(
                                5,
                                1 + (long) i * i,
                                key,
                                states.get(i % states.size()),
                                new StreamName("\u00e9".repeat(1 + i) + "-1"),
                                i % 2 == 0 ? Long.MAX_VALUE : 1,
                                "Type\ud83d\ude00" + i,
                                i % 4 == 0 ? Integer.MAX_VALUE : 0,
                                i % 5 == 0 ? "" : longest.substring(i),
                                patches.get(i < 6 ? i % 3 : i % 2),
                                Instant.ofEpochSecond(-5_000_000_000L + i * 999_999_999L)
                                        .plusNanos(123_456_789L * (i % 8))));
            }
            run(store, t -> events.reversed().forEach(event -> t.park(ORDERS, event)));
            assertEquals(events, ask(store, t -> t.parked(ORDERS, 5, "", 0, 1_000)));
            ViewStore again = opened.reopen();
            for (ParkedEvent event : events) {
                assertEquals(
                        List.of(event), ask(again, t -> t.parked(ORDERS, 5, event.key(), 0, 9)));
            }
        }
    }

    @Test
    default void parked_events_are_in_order_replaced_and_removed() {
        try (var opened = openViews()) {
            ViewStore store = opened.store();
            assertEquals(0, ViewWork.lastParked(store, 0));
            List<State> states = List.of(State.values());
            List<ParkedEvent> events =
                    IntStream.rangeClosed(1, 30)
                            .mapToObj(i -> parked(0, i, "k" + i % 5, states.get(i % states.size())))
                            .toList();
            run(
                    store,
                    t -> {
                        events.forEach(event ->
                                t.park(ORDERS, parked(0, event.sequence(), "x", State.HELD)));
                        events.forEach(event -> t.park(ORDERS, event));
                        t.park(ORDERS, parked(1, 7, "elsewhere", State.HELD));
                        t.park(ORDERS, parked(1, 9, "skipped", State.SKIPPED));
                        t.park(new View("orders", 2), parked(0, 99, "k0", State.FAILED));
                        assertEquals(events, t.parked(ORDERS, 0, "", 0, 100), "its own");
                        assertEquals(30, t.lastParked(ORDERS, 0));
                    });
            assertEquals(events, ask(store, t -> t.parked(ORDERS, 0, "", 0, 100)));
            assertEquals(events.subList(12, 17), ask(store, t -> t.parked(ORDERS, 0, "", 12, 5)));
            assertEquals(List.of(), ask(store, t -> t.parked(ORDERS, 0, "", 30, 5)));
            List<ParkedEvent> ofKey = events.stream().filter(e -> e.key().equals("k3")).toList();
            assertEquals(ofKey, ask(store, t -> t.parked(ORDERS, 0, "k3", 0, 100)));
            assertEquals(
                    ofKey.subList(1, 3),
                    ask(store, t -> t.parked(ORDERS, 0, "k3", ofKey.getFirst().sequence(), 2)));
            assertEquals(List.of(), ask(store, t -> t.parked(ORDERS, 0, "K3", 0, 100)));
            assertEquals(Set.of("k0", "k1", "k2", "k3", "k4"), keysOf(store, 0));
            assertEquals(Set.of("elsewhere"), keysOf(store, 1), "without those left out");
            assertEquals(9, ViewWork.lastParked(store, 1));
            run(
                    store,
                    t -> {
                        t.unpark(ORDERS, 0, 30);
                        t.unpark(ORDERS, 0, 777);
                        t.unpark(ORDERS, 7, 1);
                        assertEquals(29, t.lastParked(ORDERS, 0));
                        ofKey.forEach(event -> t.unpark(ORDERS, 0, event.sequence()));
                    });
            assertEquals(Set.of("k0", "k1", "k2", "k4"), keysOf(store, 0));
            assertEquals(29, ViewWork.lastParked(store, 0));
        }
    }

    private static Set<String> keysOf(ViewStore store, int part) {
        return ask(store, t -> t.parkedKeys(ORDERS, part));
    }

    @Test
    default void a_parked_event_is_made_such_that_every_store_can_keep_it() {
        Instant nanos = Instant.ofEpochSecond(1, 123_456_789);
        String error = "x".repeat(ParkedEvent.MAX_ERROR_CHARS - 1) + "\ud83d\ude00";
        ParkedEvent event = made(1, "T", error, Payload.empty(), nanos);
        assertEquals(Instant.ofEpochSecond(1, 123_456_000), event.parkedAt());
        assertEquals("x".repeat(ParkedEvent.MAX_ERROR_CHARS - 1), event.error(), "not halved");
        assertEquals(
                "\ufffd \ufffd \ufffd\ufffd \ud83d\ude00",
                made(1, "T", "\u0000 \ud83d \ude00\ud83d \ud83d\ude00", Payload.empty(), nanos)
                        .error());
        assertRefused("LF-1001", () -> made(1, "a\nb", "", Payload.empty(), nanos));
        assertRefused("LF-1003", () -> made(0, "T", "", Payload.empty(), nanos));
        Payload large = Payload.of(new byte[Limits.MAX_PAYLOAD_BYTES + 1]);
        assertRefused("LF-1002", () -> made(1, "T", "", large, nanos));
    }

    private static ParkedEvent made(
            long sequence, String type, String error, Payload patch, Instant at) {
        StreamName stream = new StreamName("order-1");
        return new ParkedEvent(
                0, sequence, "k", State.HELD, stream, 1, type, 0, error, Optional.of(patch), at);
    }
}
