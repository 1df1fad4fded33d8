package org.leftfold.framework.transform;

import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.leftfold.api.AdminAct;
import org.leftfold.api.EventId;
import org.leftfold.api.EventStore;
import org.leftfold.api.EventType;
import org.leftfold.api.Events;
import org.leftfold.api.ExpectedVersion;
import org.leftfold.api.Metadata;
import org.leftfold.api.NewEvent;
import org.leftfold.api.Payload;
import org.leftfold.api.ReadRequest;
import org.leftfold.api.RecordedEvent;
import org.leftfold.api.StreamName;
import org.leftfold.framework.codec.EventCodec;
import org.leftfold.framework.codec.JsonFormat;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The stream of a target that says what was copied into it from one source: begun, so far, and
 * verified, each with who and why. A note is appended when what it says is stored, so it is never
 * ahead; what is there beyond it the copied events say themselves. For one thread.
 */
final class CopyNotes {
    /** The category of these streams; the id is the identity of the source. */
    static final String CATEGORY = EventCodec.RESERVED_PREFIX + "copies";

    private static final JsonFormat JSON = new JsonFormat();
    private static final String BEGUN = EventCodec.RESERVED_PREFIX + "copy-begun";
    private static final String PROGRESSED = EventCodec.RESERVED_PREFIX + "copy-progressed";
    private static final String VERIFIED = EventCodec.RESERVED_PREFIX + "copy-verified";
    private static final String POSITION = "position";
    private static final String TRANSFORMATION = "transformation";
    private static final String SOURCE = "source";

    private final EventStore target;
    private final StreamName stream;
    private final AdminAct act;
    private long version;
    private long position;
    private @Nullable ObjectNode begun;
    private @Nullable ObjectNode verified; // if that is the last note

    CopyNotes(EventStore target, UUID source, AdminAct act) {
        this.target = target;
        this.stream = StreamName.of(CATEGORY, source.toString());
        this.act = act;
        read(ReadRequest.stream(stream).limit(1));
        read(ReadRequest.stream(stream).backward().limit(1));
    }

    private void read(ReadRequest one) {
        try (Events events = target.read(one)) {
            if (!events.hasNext()) {
                return;
            }
            RecordedEvent note = events.next();
            ObjectNode tree = JSON.tree(note.payload());
            String type = note.type().value();
            version = note.version();
            position = Math.max(position, tree.path(POSITION).asLong());
            if (type.equals(BEGUN)) {
                begun = tree;
            } else if (type.equals(VERIFIED)) {
                verified = tree;
            }
        }
    }

    /** Whether a copy was begun. */
    boolean isBegun() {
        return begun != null;
    }

    /** Everything up to this position of the source was copied. */
    long position() {
        return position;
    }

    /**
     * Notes that a copy is begun, or makes sure that it was begun like this.
     *
     * @param source the checkpoint of the source now
     * @param mustRest whether the source has to be as it was then
     */
    void begin(String transformation, String source, boolean mustRest) {
        ObjectNode before = begun;
        if (before == null) {
            ObjectNode tree = JsonNodeFactory.instance.objectNode();
            tree.put(SOURCE, source);
            tree.put(TRANSFORMATION, transformation);
            append(BEGUN, tree);
            begun = tree;
            return;
        }
        requireSame(transformation);
        if (mustRest && !before.path(SOURCE).asString().equals(source)) {
            throw TransformErrors.shardedSource(
                    "events were appended to it since the copy was begun, and may stand in front of those"
                            + " that were copied");
        }
    }

    /** Makes sure that the copy was begun with a transformation of this name. */
    void requireSame(String transformation) {
        ObjectNode before = begun;
        if (before == null) {
            throw TransformErrors.otherTarget("nothing was copied into it from this source");
        }
        String name = before.path(TRANSFORMATION).asString();
        if (!name.equals(transformation)) {
            throw TransformErrors.otherTarget(
                    "it was begun with the transformation '%s', this is '%s'"
                            .formatted(name, transformation));
        }
    }

    /** Notes that everything up to a position was copied. */
    void progressed(long upTo) {
        if (upTo > position) {
            ObjectNode tree = JsonNodeFactory.instance.objectNode();
            tree.put(POSITION, upTo);
            append(PROGRESSED, tree);
            position = upTo;
            verified = null;
        }
    }

    /** Notes what was verified, unless the last note says just that. */
    void verified(String transformation, String source, Verification result) {
        ObjectNode tree = JsonNodeFactory.instance.objectNode();
        tree.put(SOURCE, source);
        tree.put(TRANSFORMATION, transformation);
        tree.put("from", 1);
        tree.put(POSITION, result.upTo());
        tree.put("read", result.read());
        tree.put("copied", result.found());
        put(tree.putObject("types"), result.types());
        put(tree.putObject("categories"), result.categories());
        tree.put("sha256", result.digest());
        ObjectNode last = verified;
        if (last == null || !last.path("sha256").equals(tree.path("sha256"))) {
            append(VERIFIED, tree);
            verified = tree;
        }
    }

    private static void put(ObjectNode node, Map<String, Long> counts) {
        counts.forEach(node::put);
    }

    private void append(String type, ObjectNode tree) {
        NewEvent note =
                new NewEvent(
                        EventId.next(),
                        new EventType(type),
                        1,
                        Payload.ofText(tree.toString()),
                        Metadata.of(Metadata.ACTOR, act.actor())
                                .with(Metadata.REASON, act.reason()),
                        Set.of());
        target.append(stream, ExpectedVersion.exactly(version), note);
        version++;
    }
}
