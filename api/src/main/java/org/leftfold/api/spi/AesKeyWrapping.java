package org.leftfold.api.spi;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.function.Consumer;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import org.leftfold.api.IntegrityException;
import org.leftfold.api.Payload;
import org.leftfold.api.spi.KeyStore.SubjectKey;

/**
 * Wraps keys with AES-256-GCM; subject and version are associated data. Safe for any thread.
 *
 * <pre>
 * wrapped key:
 *  0  1  form of the rest: 1        13  n  encrypted key, as long as the key
 *  1 12  nonce, random              ..  16 authentication tag
 * </pre>
 *
 * <p>Nonces are random: after 2^32 keys wrapped by one master key, take another one.
 */
public final class AesKeyWrapping implements KeyWrapping {
    /** Length of a master key. */
    public static final int MASTER_KEY_BYTES = 32;

    private static final byte FORM = 1;
    private static final int NONCE_BYTES = 12;
    private static final int TAG_BYTES = 16;

    private final SecretKeySpec masterKey;
    private final Consumer<byte[]> random;

    /**
     * Wraps by a master key.
     *
     * @param masterKey {@value #MASTER_KEY_BYTES} secret bytes, which are copied; lost with it are
     *     all keys it has wrapped
     * @param random fills arrays with bytes that nobody can guess
     */
    public AesKeyWrapping(byte[] masterKey, Consumer<byte[]> random) {
        if (masterKey.length != MASTER_KEY_BYTES) {
            throw new IllegalArgumentException(
                    "a master key has %d bytes, not %d"
                            .formatted(MASTER_KEY_BYTES, masterKey.length));
        }
        this.masterKey = new SecretKeySpec(masterKey, "AES");
        this.random = random;
    }

    @Override
    public Payload wrap(String subject, int keyVersion, byte[] plainKey) {
        byte[] nonce = new byte[NONCE_BYTES];
        random.accept(nonce);
        byte[] wrapped = new byte[1 + NONCE_BYTES + plainKey.length + TAG_BYTES];
        wrapped[0] = FORM;
        System.arraycopy(nonce, 0, wrapped, 1, NONCE_BYTES);
        try {
            cipher(Cipher.ENCRYPT_MODE, nonce, subject, keyVersion)
                    .doFinal(plainKey, 0, plainKey.length, wrapped, 1 + NONCE_BYTES);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JVM cannot encrypt with AES-256-GCM", e);
        }
        return Payload.wrap(wrapped);
    }

    @Override
    public byte[] unwrap(SubjectKey key) {
        byte[] wrapped = key.wrappedKey().toByteArray();
        if (wrapped.length <= 1 + NONCE_BYTES + TAG_BYTES || wrapped[0] != FORM) {
            throw notWhatWasWrapped(null);
        }
        byte[] nonce = new byte[NONCE_BYTES];
        System.arraycopy(wrapped, 1, nonce, 0, NONCE_BYTES);
        try {
            return cipher(Cipher.DECRYPT_MODE, nonce, key.subject(), key.keyVersion())
                    .doFinal(wrapped, 1 + NONCE_BYTES, wrapped.length - 1 - NONCE_BYTES);
        } catch (GeneralSecurityException e) {
            throw notWhatWasWrapped(e);
        }
    }

    private Cipher cipher(int mode, byte[] nonce, String subject, int keyVersion)
            throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, masterKey, new GCMParameterSpec(TAG_BYTES * 8, nonce));
        byte[] subjectBytes = subject.getBytes(StandardCharsets.UTF_8);
        cipher.updateAAD(
                ByteBuffer.allocate(Integer.BYTES + subjectBytes.length)
                        .putInt(keyVersion)
                        .put(subjectBytes)
                        .flip());
        return cipher;
    }

    private static IntegrityException notWhatWasWrapped(@Nullable Throwable cause) {
        return new IntegrityException(
                "LF-4001",
                "a wrapped key is not what was wrapped for this subject and version by this master"
                        + " key. Nothing was changed. Look whether the master key is the right"
                        + " one; if it is, restore the key store from a copy.",
                cause);
    }
}
