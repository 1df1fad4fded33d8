package org.leftfold.framework.transform;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.leftfold.api.EventId;
import org.leftfold.api.EventStore;
import org.leftfold.api.InvalidRequestException;
import org.leftfold.api.NewEvent;
import org.leftfold.api.RecordedEvent;
import org.leftfold.api.StreamName;
import org.leftfold.framework.privacy.Privacy;

/**
 * Makes of each event of a source what is to be stored. The same event always gives the same
 * outputs, with the same ids: that is what a run that goes on, and the verification, build on. For
 * one thread.
 */
final class Outputs {
    private static final String ONE_STORE = "lf1:";
    private static final int UUID_CHARS = 36;
    private static final UUID SHARDED = UUID.fromString("6c656674-666f-5c64-8074-72616e736600");

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
        NewEvent event = draft.event();
        requireReadable(source, draft.stream(), event.withId(id));
        Provenance provenance = Provenance.of(store, source, part, parts);
        return new Output(
                new Key(source.position(), part),
                draft.stream(),
                event.withId(id).withMetadata(provenance.in(event.metadata())));
    }

    /** A copy that nobody can decrypt looks fine to every comparison of bytes. */
    private static void requireReadable(RecordedEvent source, StreamName stream, NewEvent copy) {
        boolean stays =
                stream.equals(source.stream())
                        && copy.id().equals(source.id())
                        && copy.type().equals(source.type())
                        && copy.schemaVersion() == source.schemaVersion();
        if (!stays && Privacy.mayBeProtected(copy.payload())) {
            throw new InvalidRequestException(
                    "LF-1231",
                    "it has personal data, encrypted for the stream, id, type and schema version that it has, and would be unreadable elsewhere: let such events stay as they are");
        }
    }
}
