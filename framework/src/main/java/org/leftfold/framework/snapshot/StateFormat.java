package org.leftfold.framework.snapshot;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.leftfold.api.Payload;
import org.leftfold.framework.codec.JsonFormat;
import org.leftfold.framework.codec.PayloadFormat;
import tools.jackson.databind.node.ObjectNode;

/**
 * How a state becomes a snapshot and back, with a version of its own: raise it when the class of
 * the state changes so that older snapshots would be misread. Those are upcast where that is said,
 * else skipped. Immutable.
 */
public final class StateFormat<S> {
    private final String stateType;
    private final int schemaVersion;
    private final Function<S, Payload> writer;
    private final Function<ObjectNode, S> treeReader;
    private final Function<Payload, S> reader;
    private final PayloadFormat format;
    private final Map<Integer, UnaryOperator<ObjectNode>> upcasts;

    private StateFormat(
            String stateType,
            int schemaVersion,
            PayloadFormat format,
            Function<S, Payload> writer,
            Function<Payload, S> reader,
            Function<ObjectNode, S> treeReader) {
        this.stateType = stateType;
        this.schemaVersion = schemaVersion;
        this.format = format;
        this.writer = writer;
        this.reader = reader;
        this.treeReader = treeReader;
        this.upcasts = new HashMap<>();
    }

    private StateFormat(StateFormat<S> other, int from, UnaryOperator<ObjectNode> upcast) {
        this(
                other.stateType,
                other.schemaVersion,
                other.format,
                other.writer,
                other.reader,
                other.treeReader);
        upcasts.putAll(other.upcasts);
        upcasts.put(from, upcast);
    }

    /**
     * The fields of the state as JSON.
     *
     * @param stateType declared name of the kind of state
     * @param schemaVersion version of its format, from 1
     */
    public static <S> StateFormat<S> json(String stateType, int schemaVersion, Class<S> type) {
        PayloadFormat format = JsonFormat.ofFields();
        format.prepare(type);
        return new StateFormat<>(
                stateType,
                schemaVersion,
                format,
                format::write,
                payload -> format.read(payload, type),
                tree -> format.read(tree, type));
    }

    /**
     * The same with a version that is made of the names and types of the fields, all the way down:
     * snapshots of another shape are skipped, and counted as such. A field that means something
     * else, with the same name and type, needs a version of its own.
     */
    public static <S> StateFormat<S> json(String stateType, Class<S> type) {
        return json(stateType, StateShape.version(type), type);
    }

    /**
     * A memento, a plain object made for the purpose, as JSON (R46).
     *
     * @param toMemento takes it from a state
     * @param fromMemento makes a state of it
     */
    public static <S, M> StateFormat<S> memento(
            String stateType,
            int schemaVersion,
            Class<M> type,
            Function<S, M> toMemento,
            Function<M, S> fromMemento) {
        StateFormat<M> plain = json(stateType, schemaVersion, type);
        return new StateFormat<>(
                stateType,
                schemaVersion,
                plain.format,
                state -> plain.writer.apply(toMemento.apply(state)),
                payload -> fromMemento.apply(plain.reader.apply(payload)),
                tree -> fromMemento.apply(plain.treeReader.apply(tree)));
    }

    /** Snapshots of version {@code from} are read as those of the next version, changed so. */
    public StateFormat<S> upcast(int from, UnaryOperator<ObjectNode> tree) {
        return new StateFormat<>(this, from, tree);
    }

    String stateType() {
        return stateType;
    }

    int schemaVersion() {
        return schemaVersion;
    }

    Payload write(S state) {
        return writer.apply(state);
    }

    /** Reads a snapshot of any version; throws where nothing says how. */
    S read(int version, Payload payload) {
        if (version == schemaVersion) {
            return reader.apply(payload);
        }
        ObjectNode tree = format.tree(payload);
        for (int at = version; at != schemaVersion; at++) {
            UnaryOperator<ObjectNode> upcast = upcasts.get(at);
            if (upcast == null) {
                throw new IllegalStateException(
                        "the snapshot has version %d of '%s', version %d is written, and nothing says how version %d is read"
                                .formatted(version, stateType, schemaVersion, at));
            }
            tree = upcast.apply(tree);
        }
        return treeReader.apply(tree);
    }
}
