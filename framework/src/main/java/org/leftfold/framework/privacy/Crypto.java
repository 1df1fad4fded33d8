package org.leftfold.framework.privacy;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.function.Consumer;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/** The algorithms: AES-256-GCM with random nonces, keys derived by HMAC-SHA256. Stateless. */
final class Crypto {
    static final int KEY_BYTES = 32;
    private static final int NONCE_BYTES = 12;
    private static final int TAG_BYTES = 16;

    private Crypto() {}

    /** Texts and bytes one behind the other, each with its length, so that no two lists collide. */
    static byte[] join(Object... parts) {
        byte[][] bytes = new byte[parts.length][];
        int length = 0;
        for (int i = 0; i < parts.length; i++) {
            bytes[i] =
                    parts[i] instanceof byte[] raw
                            ? raw
                            : parts[i].toString().getBytes(StandardCharsets.UTF_8);
            length += Integer.BYTES + bytes[i].length;
        }
        ByteBuffer joined = ByteBuffer.allocate(length);
        for (byte[] each : bytes) {
            joined.putInt(each.length).put(each);
        }
        return joined.array();
    }

    /** A key, or a value that says nothing about the key, made of a key and a context. */
    static byte[] derive(byte[] key, Object... context) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return mac.doFinal(join(context));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JVM has no HMAC with SHA-256", e);
        }
    }

    /** Nonce, encrypted text and tag. */
    static byte[] encrypt(byte[] key, byte[] plain, byte[] binding, Consumer<byte[]> random) {
        byte[] nonce = new byte[NONCE_BYTES];
        random.accept(nonce);
        byte[] encrypted = Arrays.copyOf(nonce, NONCE_BYTES + plain.length + TAG_BYTES);
        try {
            cipher(Cipher.ENCRYPT_MODE, key, nonce, binding)
                    .doFinal(plain, 0, plain.length, encrypted, NONCE_BYTES);
            return encrypted;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JVM cannot encrypt with AES-256-GCM", e);
        }
    }

    /** The plain text; null if it is not what was encrypted by this key for this binding. */
    static byte @Nullable [] decrypt(byte[] key, byte[] encrypted, byte[] binding) {
        if (encrypted.length < NONCE_BYTES + TAG_BYTES) {
            return null;
        }
        byte[] nonce = Arrays.copyOf(encrypted, NONCE_BYTES);
        try {
            return cipher(Cipher.DECRYPT_MODE, key, nonce, binding)
                    .doFinal(encrypted, NONCE_BYTES, encrypted.length - NONCE_BYTES);
        } catch (AEADBadTagException e) {
            return null;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JVM cannot decrypt with AES-256-GCM", e);
        }
    }

    private static Cipher cipher(int mode, byte[] key, byte[] nonce, byte[] binding)
            throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(
                mode, new SecretKeySpec(key, "AES"), new GCMParameterSpec(TAG_BYTES * 8, nonce));
        cipher.updateAAD(binding);
        return cipher;
    }
}
