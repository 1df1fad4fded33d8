package org.leftfold.benchmarks.stores;

import org.leftfold.api.Payload;

/** Uses fields of events so that no compiler can leave out making them. For one thread. */
public final class Touch {
    private long sum;

    /** Uses a number. */
    public void number(long value) {
        sum += value;
    }

    /** Uses a text, which is not empty. */
    public void text(String value) {
        sum += value.length() + value.charAt(value.length() - 1);
    }

    /** Uses an array, which is not empty. */
    public void bytes(byte[] value) {
        sum += value.length + value[0] + value[value.length - 1];
    }

    /** Uses a payload, which is not empty. */
    public void payload(Payload value) {
        int lengthBytes = value.sizeBytes();
        sum += lengthBytes + value.byteAt(0) + value.byteAt(lengthBytes - 1);
    }

    /** What came of it; publish it. */
    public long sum() {
        return sum;
    }
}
