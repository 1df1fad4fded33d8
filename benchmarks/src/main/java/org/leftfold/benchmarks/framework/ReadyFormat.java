package org.leftfold.benchmarks.framework;

import org.leftfold.api.Payload;
import org.leftfold.framework.codec.JsonFormat;
import org.leftfold.framework.codec.PayloadFormat;
import tools.jackson.databind.node.ObjectNode;

/**
 * JSON that was decoded before: it reads no payload and gives the same event each time, so that a
 * load does everything but decode. Safe for any thread.
 *
 * @param event what every payload holds
 */
record ReadyFormat(Object event, JsonFormat json) implements PayloadFormat {
    @Override
    public <T> T read(Payload payload, Class<T> type) {
        return type.cast(event);
    }

    @Override
    public Payload write(Object value) {
        return json.write(value);
    }

    @Override
    public <T> T read(ObjectNode tree, Class<T> type) {
        return json.read(tree, type);
    }

    @Override
    public ObjectNode tree(Payload payload) {
        return json.tree(payload);
    }

    @Override
    public ObjectNode toTree(Object value) {
        return json.toTree(value);
    }

    @Override
    public void prepare(Class<?> type) {
        json.prepare(type);
    }
}
