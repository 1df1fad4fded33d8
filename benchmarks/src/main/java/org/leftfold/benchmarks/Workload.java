package org.leftfold.benchmarks;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
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
    /** Streams that are appended to. */
    static final int STREAM_COUNT = 100_000;

    /** Events that each stream of a loaded store has. */
    static final int EVENTS_PER_STREAM = 20;

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

    /** Name, type, payload and metadata of an event, on average. */
    static final double CONTENT_BYTES_PER_EVENT =
            Arrays.stream(EVENTS)
                    .mapToInt(event ->
                            makeStream(0).length()
                                    + event.type().length()
                                    + event.payload().length
                                    + event.metadata().length)
                    .average()
                    .orElseThrow();

    private static final String[] STREAMS =
            IntStream.range(0, STREAM_COUNT).mapToObj(Workload::makeStream).toArray(String[]::new);

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

    /** The name of a stream, {@code index} from 0. */
    static String stream(int index) {
        return index < STREAM_COUNT ? STREAMS[index] : makeStream(index);
    }

    private static String makeStream(int index) {
        return "order-" + Integer.toString(100_000_000 + index).substring(1);
    }

    /** How many streams so many events are spread over. */
    static int streamCount(long eventCount) {
        return (int) Math.max(1, eventCount / EVENTS_PER_STREAM);
    }

    /** One of the distinct events; numbers that follow each other give unrelated ones. */
    static SampleEvent event(long number) {
        return EVENTS[(int) (((number * 2_654_435_761L) >>> 8) % DISTINCT_EVENTS)];
    }

    /**
     * Passes over all streams, one event each, every pass in another scattered order: so that
     * neighbours in a stream lie far apart in the store. Each stream gets 20 events.
     */
    static Iterable<PlacedEvent> interleaved(long eventCount) {
        int streamCount = streamCount(eventCount);
        int stride = stride(streamCount);
        return () ->
                new Iterator<>() {
                    private long number;

                    @Override
                    public boolean hasNext() {
                        return number < eventCount;
                    }

                    @Override
                    public PlacedEvent next() {
                        long pass = number / streamCount;
                        long place = number % streamCount;
                        long index = (place * stride + pass * 7919L) % streamCount;
                        return new PlacedEvent(stream((int) index), pass + 1, event(number++));
                    }
                };
    }

    /** A step that visits every stream, for it has no divisor in common with their number. */
    private static int stride(int streamCount) {
        int stride = 61_417;
        while (BigInteger.valueOf(stride).gcd(BigInteger.valueOf(streamCount)).intValue() != 1) {
            stride++;
        }
        return stride;
    }
}
