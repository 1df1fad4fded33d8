package org.leftfold.framework.transform;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.leftfold.api.EventId;
import org.leftfold.api.EventStore;
import org.leftfold.api.NewEvent;
import org.leftfold.api.Payload;
import org.leftfold.api.RecordedEvent;
import org.leftfold.api.StreamName;
import org.leftfold.framework.codec.JsonFormat;
import org.leftfold.framework.privacy.Privacy;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.StringNode;

/**
 * Makes of each event of a source what is to be stored. The same event always gives the same
 * outputs, with the same ids: that is what a run that goes on, and the verification, build on. For
 * one thread.
 */
final class Outputs {
    private static final String ONE_STORE = "lf1:";
    private static final int UUID_CHARS = 36;
    private static final UUID SHARDED = UUID.fromString("6c656674-666f-5c64-8074-72616e736600");

    private static final JsonFormat JSON = new JsonFormat();

    private final UUID store;
    private final Transformation transformation;

    Outputs(UUID store, Transformation transformation) {
        this.store = store;
        this.transformation = transformation;
    }

    /** The identity of the source. */
    UUID store() {
        return store;
    }

    /** Whether a store is made of shards: it has no order of all events. */
    static boolean isSharded(EventStore store) {
        return !store.checkpoint().toString().startsWith(ONE_STORE);
    }

    /** The identity of a store's history. */
    static UUID identityOf(EventStore store) {
        String text = store.checkpoint().beginning().toString();
        return isSharded(store)
                ? EventId.fromName(SHARDED, text).value()
                : UUID.fromString(
                        text.substring(ONE_STORE.length(), ONE_STORE.length() + UUID_CHARS));
    }

    /**
     * What becomes of an event.
     *
     * @throws TransformationFailedException if the transformation fails or gives what cannot be
     *     stored (LF-1231)
     */
    List<Output> of(RecordedEvent source) {
        try {
            List<Draft> drafts = transformation.apply(source);
            List<Output> outputs = new ArrayList<>(drafts.size());
            for (Draft draft : drafts) {
                outputs.add(output(source, draft, outputs.size() + 1, drafts.size()));
            }
            return outputs;
        } catch (RuntimeException e) {
            throw new TransformationFailedException(source, e);
        }
    }

    private Output output(RecordedEvent source, Draft draft, int part, int parts) {
        EventId id =
                draft.keepsId() && parts == 1
                        ? source.id()
                        : EventId.fromName(store, source.position() + "/" + part);
        NewEvent event = draft.event().withId(id);
        requireReadable(source, draft.stream(), event);
        requireOwnMark(source, draft.stream(), event);
        Provenance provenance = Provenance.of(store, source, part, parts);
        return new Output(
                new Key(source.position(), part),
                draft.stream(),
                event.withMetadata(provenance.in(event.metadata())));
    }

    /**
     * What is encrypted is bound to the place of its event, and would be lost in another one.
     *
     * @throws InvalidRequestException if it would (LF-1231)
     */
    private static void requireReadable(RecordedEvent source, StreamName stream, NewEvent event) {
        JsonNode encrypted = encrypted(event.payload());
        if (encrypted == null) {
            return;
        }
        boolean isSamePlace =
                stream.equals(source.stream())
                        && event.id().equals(source.id())
                        && event.type().equals(source.type())
                        && event.schemaVersion() == source.schemaVersion();
        if (!isSamePlace || !encrypted.equals(encrypted(source.payload()))) {
            throw TransformErrors.failed(
                    "its personal data is encrypted for version %d of stream '%s' with this id, type and schema version, and could be decrypted nowhere else; leave such events as they are, or leave the personal data out"
                            .formatted(source.version(), source.stream()));
        }
    }

    private static @Nullable JsonNode encrypted(Payload payload) {
        if (!Privacy.mayBeProtected(payload)) {
            return null;
        }
        try {
            return JSON.tree(payload).get(Privacy.EVENT_FIELD);
        } catch (JacksonException | IllegalArgumentException e) {
            return StringNode.valueOf(payload.asText()); // of another format: it may be
        }
    }

    /**
     * A seal or mark is about the stream that it is in, and would seal any other one.
     *
     * @throws InvalidRequestException if it goes there (LF-1231)
     */
    private static void requireOwnMark(RecordedEvent source, StreamName stream, NewEvent event) {
        if (!stream.equals(source.stream())
                && StreamMark.isType(event.type())
                && event.payload().equals(source.payload())) {
            throw TransformErrors.failed(
                    "it is a mark of stream '%s', and would close '%s' if it went there; leave out what is a StreamMark, let it stay in its stream, or give it a payload with the new names"
                            .formatted(source.stream(), stream));
        }
    }
}
