package org.leftfold.benchmarks.stores;

import java.nio.charset.StandardCharsets;

/**
 * One event of the workload. Its arrays are shared by all stores and never written to.
 *
 * @param type one of a few kinds
 * @param payload a JSON object
 * @param metadata correlation and actor as a JSON object, for stores whose metadata are bytes
 * @param correlationId the same correlation, for stores whose metadata have names
 * @param actor the same actor
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared as a whole.
public record SampleEvent(
        String type, byte[] payload, byte[] metadata, String correlationId, String actor) {

    /** An event whose metadata bytes are made of the correlation and the actor. */
    public static SampleEvent of(String type, byte[] payload, String correlationId, String actor) {
        return new SampleEvent(
                type, payload, metadataBytes(correlationId, actor), correlationId, actor);
    }

    /** The same event with another payload. */
    public SampleEvent withPayload(byte[] other) {
        return new SampleEvent(type, other, metadata, correlationId, actor);
    }

    /** Correlation and actor as the JSON object that byte stores hold. */
    public static byte[] metadataBytes(String correlationId, String actor) {
        return ("{\"corr\":\"" + correlationId + "\",\"user\":\"" + actor + "\"}")
                .getBytes(StandardCharsets.ISO_8859_1);
    }
}
