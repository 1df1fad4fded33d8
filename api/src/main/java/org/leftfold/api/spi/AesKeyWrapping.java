package org.leftfold.api.spi;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import org.leftfold.api.IntegrityException;
import org.leftfold.api.Payload;
import org.leftfold.api.spi.KeyStore.SubjectKey;

/**
 * Wraps keys with AES-256-GCM; holder and version are associated data. Immutable; safe for any
 * thread.
 *
 * <pre>
 * wrapped key:
 *  0  1  form of the rest: 2        17  n  encrypted key, as long as the key
 *  1  4  check of the master key    ..  16 authentication tag
 *  5 12  nonce, random
 * </pre>
 *
 * <p>The check tells which of several master keys it was: the first bytes of an HMAC by it. Nonces
 * are random: after 2^32 keys wrapped by one master key, take another one. To do that, use {@code
 * new AesKeyWrapping(next, random).knowing(former)} from then on, call {@link KeyStore#rewrap()},
 * and destroy the former one when no copy of the key store needs it any more.
 */
public final class AesKeyWrapping implements KeyWrapping {
    /** Length of a master key. */
    public static final int MASTER_KEY_BYTES = 32;

    private static final byte FORM = 2;
    private static final int CHECK_BYTES = 4;
    private static final int NONCE_AT = 1 + CHECK_BYTES;
    private static final int NONCE_BYTES = 12;
    private static final int KEY_AT = NONCE_AT + NONCE_BYTES;
    private static final int TAG_BYTES = 16;
    private static final byte[] CHECKED_TEXT =
            "leftfold master key".getBytes(StandardCharsets.UTF_8);

    /** A master key with its check. */
    @SuppressWarnings("ArrayRecordComponent") // never compared as a record
    private record Master(SecretKeySpec key, byte[] check) {
        static Master of(byte[] key) {
            if (key.length != MASTER_KEY_BYTES) {
                throw new IllegalArgumentException(
                        "a master key has %d bytes, not %d"
                                .formatted(MASTER_KEY_BYTES, key.length));
            }
            try {
                Mac mac = Mac.getInstance("HmacSHA256");
                mac.init(new SecretKeySpec(key, "HmacSHA256"));
                byte[] check = Arrays.copyOf(mac.doFinal(CHECKED_TEXT), CHECK_BYTES);
                return new Master(new SecretKeySpec(key, "AES"), check);
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException("this JVM has no HMAC with SHA-256", e);
            }
        }

        boolean mayHaveWrapped(byte[] wrapped) {
            return wrapped.length > KEY_AT + TAG_BYTES
                    && wrapped[0] == FORM
                    && Arrays.equals(wrapped, 1, NONCE_AT, check, 0, CHECK_BYTES);
        }
    }

    private final List<Master> masters; // the current one first
    private final Consumer<byte[]> random;

    /**
     * Wraps by a master key.
     *
     * @param masterKey {@value #MASTER_KEY_BYTES} secret bytes, which are copied; lost with it are
     *     all keys it has wrapped
     * @param random fills arrays with bytes that nobody can guess
     */
    public AesKeyWrapping(byte[] masterKey, Consumer<byte[]> random) {
        this(List.of(Master.of(masterKey)), random);
    }

    private AesKeyWrapping(List<Master> masters, Consumer<byte[]> random) {
        this.masters = masters;
        this.random = random;
    }

    /**
     * The same, which also unwraps what a former master key has wrapped.
     *
     * @throws IllegalArgumentException if it is one that is known already
     */
    public AesKeyWrapping knowing(byte[] formerMasterKey) {
        Master former = Master.of(formerMasterKey);
        if (masters.stream().anyMatch(one -> Arrays.equals(one.check, former.check))) {
            throw new IllegalArgumentException(
                    "a former master key is one that is known already: give the keys that were used"
                            + " before, each once");
        }
        return new AesKeyWrapping(
                Stream.concat(masters.stream(), Stream.of(former)).toList(), random);
    }

    @Override
    public Payload wrap(String holder, int keyVersion, byte[] plainKey) {
        Master current = masters.getFirst();
        byte[] nonce = new byte[NONCE_BYTES];
        random.accept(nonce);
        byte[] wrapped = new byte[KEY_AT + plainKey.length + TAG_BYTES];
        wrapped[0] = FORM;
        System.arraycopy(current.check, 0, wrapped, 1, CHECK_BYTES);
        System.arraycopy(nonce, 0, wrapped, NONCE_AT, NONCE_BYTES);
        try {
            cipher(Cipher.ENCRYPT_MODE, current, nonce, holder, keyVersion)
                    .doFinal(plainKey, 0, plainKey.length, wrapped, KEY_AT);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JVM cannot encrypt with AES-256-GCM", e);
        }
        return Payload.wrap(wrapped);
    }

    @Override
    public boolean isCurrent(SubjectKey key) {
        return masters.getFirst().mayHaveWrapped(key.wrappedKey().toByteArray());
    }

    @Override
    public byte[] unwrap(SubjectKey key) {
        byte[] wrapped = key.wrappedKey().toByteArray();
        for (Master master : masters) {
            if (master.mayHaveWrapped(wrapped)) {
                return unwrap(master, wrapped, key);
            }
        }
        throw notWhatWasWrapped(null);
    }

    private static byte[] unwrap(Master master, byte[] wrapped, SubjectKey key) {
        byte[] nonce = Arrays.copyOfRange(wrapped, NONCE_AT, KEY_AT);
        try {
            return cipher(Cipher.DECRYPT_MODE, master, nonce, key.holder(), key.keyVersion())
                    .doFinal(wrapped, KEY_AT, wrapped.length - KEY_AT);
        } catch (GeneralSecurityException e) {
            throw notWhatWasWrapped(e);
        }
    }

    private static Cipher cipher(
            int mode, Master master, byte[] nonce, String holder, int keyVersion)
            throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, master.key, new GCMParameterSpec(TAG_BYTES * 8, nonce));
        byte[] holderBytes = holder.getBytes(StandardCharsets.UTF_8);
        cipher.updateAAD(
                ByteBuffer.allocate(Integer.BYTES + holderBytes.length)
                        .putInt(keyVersion)
                        .put(holderBytes)
                        .flip());
        return cipher;
    }

    private static IntegrityException notWhatWasWrapped(@Nullable Throwable cause) {
        return new IntegrityException(
                "LF-4001",
                "a wrapped key is not what was wrapped for this subject and version by a master key"
                        + " that is known. Nothing was changed. Look whether the master keys are the"
                        + " right ones; if they are, restore the key store from a copy.",
                cause);
    }
}
