package org.leftfold.framework.codec;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a stored event of an older format becomes: one event, several, or none. The functions get a
 * tree of their own, which they may change and give back; they are called at each read, on any
 * thread, so they depend on the tree alone.
 *
 * <pre>{@code
 * Upcast.into("renamed", 1, json -> json.retain("name"))
 *         .and("moved", 1, json -> json.retain("street"))
 * }</pre>
 */
public final class Upcast {
    /**
     * One of the things that it becomes.
     *
     * @param type the declared name, current or older
     * @param version the schema version that the tree has then
     */
    record Target(String type, int version, Function<ObjectNode, List<ObjectNode>> payloads) {}

    private static final Upcast NOTHING = new Upcast(List.of(), false);

    private final List<Target> targets;
    private final boolean keepsPayload;

    private Upcast(List<Target> targets, boolean keepsPayload) {
        this.targets = targets;
        this.keepsPayload = keepsPayload;
    }

    /** It becomes no event at all. */
    public static Upcast nothing() {
        return NOTHING;
    }

    /** It becomes an event of this type and schema version. */
    public static Upcast into(String type, int version, UnaryOperator<ObjectNode> payload) {
        return NOTHING.and(type, version, payload);
    }

    /** The payload stays as it is. */
    static Upcast same(String type, int version) {
        return new Upcast(NOTHING.and(type, version, json -> json).targets, true);
    }

    /** And then an event of this type and schema version. */
    public Upcast and(String type, int version, UnaryOperator<ObjectNode> payload) {
        return andEach(type, version, json -> Collections.singletonList(payload.apply(json)));
    }

    /** And then any number of events of this type and schema version. */
    public Upcast andEach(
            String type, int version, Function<ObjectNode, List<ObjectNode>> payloads) {
        List<Target> more = new ArrayList<>(targets);
        more.add(new Target(type, version, payloads));
        return new Upcast(List.copyOf(more), false);
    }

    List<Target> targets() {
        return targets;
    }

    boolean keepsPayload() {
        return keepsPayload;
    }
}
