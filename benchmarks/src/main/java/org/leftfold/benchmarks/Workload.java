package org.leftfold.benchmarks;

import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.Random;
import java.util.stream.IntStream;
import org.leftfold.benchmarks.stores.PlacedEvent;
import org.leftfold.benchmarks.stores.SampleEvent;

/**
 * The events and streams of all workloads: an order shop with 100,000 streams, and 4,096 distinct
 * events of 8 types with 256 bytes of JSON as payload and 50 as metadata. The same in every run.
 */
final class Workload {
    static final int STREAM_COUNT = 100_000;
    private static final int DISTINCT_EVENTS = 4096; // More than the processor's caches hold.
    private static final int PAYLOAD_BYTES = 256;
    private static final int METADATA_BYTES = 50;
    private static final long SEED = 42;
    private static final String[] TYPES = {
        "OrderPlaced",
        "OrderLineAdded",
        "OrderLineRemoved",
        "OrderPaid",
        "OrderShipped",
        "OrderDelivered",
        "OrderCancelled",
        "OrderReturned"
    };
    private static final SampleEvent[] EVENTS = makeEvents();
    private static final String[] STREAMS =
            IntStream.range(0, STREAM_COUNT)
                    .mapToObj("order-%08d"::formatted)
                    .toArray(String[]::new);

    private Workload() {}

    private static SampleEvent[] makeEvents() {
        Random random = new Random(SEED);
        SampleEvent[] events = new SampleEvent[DISTINCT_EVENTS];
        for (int i = 0; i < events.length; i++) {
            byte[] payload = payload(random).getBytes(StandardCharsets.ISO_8859_1);
            String type = TYPES[i % TYPES.length];
            events[i] = SampleEvent.of(type, payload, hex(random, 20), hex(random, 9));
            if (payload.length != PAYLOAD_BYTES || events[i].metadata().length != METADATA_BYTES) {
                throw new IllegalStateException("the events do not have the sizes they should");
            }
        }
        return events;
    }

    private static String payload(Random random) {
        StringBuilder json = new StringBuilder(PAYLOAD_BYTES);
        json.append("{\"orderId\":\"").append(hex(random, 32));
        json.append("\",\"sku\":\"").append(hex(random, 12));
        json.append("\",\"quantity\":").append(10 + random.nextInt(89));
        json.append(",\"price\":").append(1000 + random.nextInt(8999)).append(",\"note\":\"");
        while (json.length() < PAYLOAD_BYTES - 2) {
            json.append((char) ('a' + random.nextInt(26)));
        }
        return json.append("\"}").toString();
    }

    private static String hex(Random random, int digits) {
        StringBuilder text = new StringBuilder(digits);
        while (text.length() < digits) {
            text.append(Character.forDigit(random.nextInt(16), 16));
        }
        return text.toString();
    }

    /** The name of a stream, {@code index} from 0 to below {@link #STREAM_COUNT}. */
    static String stream(int index) {
        return STREAMS[index];
    }

    /** One of the distinct events; numbers that follow each other give unrelated ones. */
    static SampleEvent event(long number) {
        return EVENTS[(int) (((number * 2_654_435_761L) >>> 8) % DISTINCT_EVENTS)];
    }

    /**
     * Passes over all streams, one event each, every pass in another scattered order: so that
     * neighbours in a stream lie far apart in the store.
     */
    static Iterable<PlacedEvent> interleaved(long eventCount) {
        return () ->
                new Iterator<>() {
                    private long number;

                    @Override
                    public boolean hasNext() {
                        return number < eventCount;
                    }

                    @Override
                    public PlacedEvent next() {
                        long pass = number / STREAM_COUNT;
                        long place = number % STREAM_COUNT;
                        // 61417 and the number of streams have no common divisor.
                        long index = (place * 61_417L + pass * 7919L) % STREAM_COUNT;
                        return new PlacedEvent(stream((int) index), pass + 1, event(number++));
                    }
                };
    }
}
