package org.leftfold.framework.codec;

import tools.jackson.databind.BeanDescription;
import tools.jackson.databind.DeserializationConfig;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.JacksonModule;
import tools.jackson.databind.ValueDeserializer;
import tools.jackson.databind.deser.ValueDeserializerModifier;
import tools.jackson.databind.deser.std.DelegatingDeserializer;
import tools.jackson.databind.module.SimpleModule;
import tools.jackson.databind.type.ArrayType;
import tools.jackson.databind.type.CollectionType;
import tools.jackson.databind.type.MapType;

/**
 * Reads a collection, map or array that is missing in the JSON as an empty one, so that a field
 * added to an event needs no thought about null. A null that was written stays null.
 */
final class AbsentAsEmpty extends DelegatingDeserializer {
    private AbsentAsEmpty(ValueDeserializer<?> delegatee) {
        super(delegatee);
    }

    /** What a mapper is given for it. */
    static JacksonModule module() {
        return new SimpleModule("leftfold").setDeserializerModifier(new Modifier());
    }

    @Override
    protected ValueDeserializer<?> newDelegatingInstance(ValueDeserializer<?> newDelegatee) {
        return new AbsentAsEmpty(newDelegatee);
    }

    @Override
    public Object getAbsentValue(DeserializationContext context) {
        return _delegatee.getEmptyValue(context);
    }

    private static final class Modifier extends ValueDeserializerModifier {
        private static final long serialVersionUID = 1L;

        @Override
        public ValueDeserializer<?> modifyCollectionDeserializer(
                DeserializationConfig config,
                CollectionType type,
                BeanDescription.Supplier description,
                ValueDeserializer<?> deserializer) {
            return new AbsentAsEmpty(deserializer);
        }

        @Override
        public ValueDeserializer<?> modifyMapDeserializer(
                DeserializationConfig config,
                MapType type,
                BeanDescription.Supplier description,
                ValueDeserializer<?> deserializer) {
            return new AbsentAsEmpty(deserializer);
        }

        @Override
        public ValueDeserializer<?> modifyArrayDeserializer(
                DeserializationConfig config,
                ArrayType type,
                BeanDescription.Supplier description,
                ValueDeserializer<?> deserializer) {
            return new AbsentAsEmpty(deserializer);
        }
    }
}
