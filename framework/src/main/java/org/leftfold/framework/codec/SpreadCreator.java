package org.leftfold.framework.codec;

import java.io.Serial;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodType;
import java.lang.reflect.Constructor;
import org.jspecify.annotations.Nullable;
import org.leftfold.framework.reflect.Access;
import tools.jackson.databind.BeanDescription;
import tools.jackson.databind.DeserializationConfig;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.JacksonModule;
import tools.jackson.databind.deser.ValueInstantiator;
import tools.jackson.databind.deser.std.StdValueInstantiator;
import tools.jackson.databind.introspect.AnnotatedConstructor;
import tools.jackson.databind.module.SimpleModule;
import tools.jackson.databind.module.SimpleValueInstantiators;

/**
 * Calls the constructor of a record, or of another class with such a constructor, with the values
 * that were read. Jackson works out anew for every object how an array becomes arguments, which is
 * a quarter of the time that it reads a small event; here that is done once for each class. Safe
 * for any thread.
 */
final class SpreadCreator extends StdValueInstantiator {
    @Serial private static final long serialVersionUID = 1;

    private final transient MethodHandle creator; // Object from Object[]

    private SpreadCreator(StdValueInstantiator usual, MethodHandle creator) {
        super(usual);
        this.creator = creator;
    }

    static JacksonModule module() {
        SimpleModule module = new SimpleModule("leftfold-creators");
        return module.setValueInstantiators(new Creators());
    }

    private static final class Creators extends SimpleValueInstantiators {
        @Serial private static final long serialVersionUID = 1;

        @Override
        public ValueInstantiator modifyValueInstantiator(
                DeserializationConfig config,
                BeanDescription.Supplier description,
                ValueInstantiator usual) {
            return usual instanceof StdValueInstantiator standard
                            && usual.getClass() == StdValueInstantiator.class
                            && usual.getWithArgsCreator() instanceof AnnotatedConstructor creator
                    ? spreading(standard, creator.getAnnotated())
                    : usual;
        }
    }

    private static ValueInstantiator spreading(
            StdValueInstantiator usual, Constructor<?> constructor) {
        try {
            MethodHandle handle =
                    Access.in(constructor.getDeclaringClass())
                            .unreflectConstructor(constructor)
                            .asFixedArity()
                            .asSpreader(Object[].class, constructor.getParameterCount())
                            .asType(MethodType.methodType(Object.class, Object[].class));
            return new SpreadCreator(usual, handle);
        } catch (IllegalAccessException closed) {
            return usual; // it is open to Jackson, not to us
        }
    }

    @Override
    public @Nullable Object createFromObjectWith(
            DeserializationContext context, @Nullable Object[] values) {
        try {
            return (Object) creator.invokeExact(values);
        } catch (Error e) {
            throw e;
        } catch (Throwable e) {
            return context.handleInstantiationProblem(
                    getValueClass(), values, rewrapCtorProblem(context, e));
        }
    }
}
