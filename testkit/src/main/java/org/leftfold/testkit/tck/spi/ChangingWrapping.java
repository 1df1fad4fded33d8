package org.leftfold.testkit.tck.spi;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.concurrent.atomic.AtomicInteger;
import org.leftfold.api.Payload;
import org.leftfold.api.spi.AesKeyWrapping;
import org.leftfold.api.spi.KeyStore.SubjectKey;
import org.leftfold.api.spi.KeyWrapping;
import org.leftfold.testkit.disk.SeededEntropy;

/**
 * A wrapping whose master key is changed by the test. Safe for any thread, as long as the master
 * key stays.
 */
public final class ChangingWrapping implements KeyWrapping {
    private final SeededEntropy entropy = new SeededEntropy(5);
    private final AtomicInteger left = new AtomicInteger(-1); // below 0: does not break down
    private int generation = 1; // of the master key; set by the test between the calls of a store
    private volatile AesKeyWrapping now = by(1); // set by the test, read by all

    /** With a first master key. */
    public ChangingWrapping() {}

    private AesKeyWrapping by(int master) {
        return new AesKeyWrapping(masterKey(master), this::fill);
    }

    private static byte[] masterKey(int master) {
        byte[] key = new byte[AesKeyWrapping.MASTER_KEY_BYTES];
        Arrays.fill(key, (byte) master);
        return key;
    }

    private synchronized void fill(byte[] bytes) {
        entropy.fill(bytes);
    }

    /** Takes another master key, and still knows the one before. */
    public void change() {
        generation++;
        now = by(generation).knowing(masterKey(generation - 1));
    }

    /** Knows the newest master key only. */
    public void forgetFormer() {
        now = by(generation);
    }

    /** The plain key as text. */
    public String hex(SubjectKey key) {
        return HexFormat.of().formatHex(unwrap(key));
    }

    /** Breaks down after so many keys, once. */
    public void breakAfter(int keys) {
        left.set(keys);
    }

    @Override
    public Payload wrap(String holder, int keyVersion, byte[] plainKey) {
        if (left.getAndDecrement() == 0) {
            throw new IllegalStateException("the key service is down");
        }
        return now.wrap(holder, keyVersion, plainKey);
    }

    @Override
    public boolean isCurrent(SubjectKey key) {
        return now.isCurrent(key);
    }

    @Override
    public byte[] unwrap(SubjectKey key) {
        return now.unwrap(key);
    }
}
