package org.leftfold.benchmarks.stores;

import java.io.Closeable;
import java.io.IOException;

/** Reads single streams of a store, in the way that is natural for it. For one thread. */
public interface StreamReader extends Closeable {
    /** Gives all events of a stream in their order. */
    void read(String stream, EventSink sink) throws Exception;

    /**
     * Reads all events of a stream, makes every field and uses it.
     *
     * @return how many there were
     * @throws IllegalStateException if they are not the versions 1, 2, 3 ... of this stream
     */
    default int load(String stream, Touch touch) throws Exception {
        Order order = new Order(stream);
        read(
                stream,
                (position, of, version, type, payload, metadata) -> {
                    order.next(of, version);
                    touch.number(position);
                    touch.text(type);
                    touch.bytes(payload);
                    touch.bytes(metadata);
                });
        return order.count();
    }

    @Override
    void close() throws IOException;

    /** Whether what comes is one stream without a gap. */
    final class Order {
        private final String stream;
        private int count;

        Order(String stream) {
            this.stream = stream;
        }

        void next(String of, long version) {
            count++;
            if (version != count || !of.equals(stream)) {
                throw new IllegalStateException(
                        "event %d of '%s' is version %d of '%s'"
                                .formatted(count, stream, version, of));
            }
        }

        int count() {
            return count;
        }
    }
}
