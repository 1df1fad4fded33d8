package org.leftfold.framework.projection;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodType;
import java.lang.reflect.Modifier;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.leftfold.api.Payload;
import org.leftfold.framework.codec.DefinitionException;
import org.leftfold.framework.codec.DomainEvent;
import org.leftfold.framework.codec.JsonFormat;
import org.leftfold.framework.codec.PayloadFormat;
import org.leftfold.framework.reflect.Access;

/** The folds of both styles: objects that take events, and functions over values. */
final class Folds {
    private Folds() {}

    private abstract static class OfFields<E, V> implements RowSession.Fold<E, V> {
        private final PayloadFormat format = JsonFormat.ofFields();
        private final Class<V> type;

        OfFields(Class<V> type) {
            this.type = type;
            format.prepare(type);
        }

        @Override
        public Class<?> type() {
            return type;
        }

        @Override
        public V read(Payload body) {
            return format.read(body, type);
        }

        @Override
        public Payload write(V row) {
            return format.write(row);
        }
    }

    static <E, V> RowSession.Fold<E, V> objects(Class<V> type, Dispatch dispatch) {
        MethodHandle constructor = constructor(type);
        return new OfFields<>(type) {
            @Override
            public @Nullable V evolve(@Nullable V row, DomainEvent<E> event, String key)
                    throws Exception {
                V object = row == null ? made(type, constructor) : row;
                dispatch.call(object, event, null);
                return object;
            }
        };
    }

    static <E, V> RowSession.Fold<E, V> values(
            Class<V> type, Projection.Evolution<E, V> evolution) {
        return new OfFields<>(type) {
            @Override
            public @Nullable V evolve(@Nullable V row, DomainEvent<E> event, String key) {
                return evolution.evolve(row, event, key);
            }
        };
    }

    private static MethodHandle constructor(Class<?> type) {
        String problem;
        if (Modifier.isAbstract(type.getModifiers())) {
            problem = "it is abstract: name a class below it";
        } else {
            try {
                return Access.in(type)
                        .findConstructor(type, MethodType.methodType(void.class))
                        .asType(MethodType.methodType(Object.class));
            } catch (NoSuchMethodException e) {
                problem =
                        Access.isInner(type)
                                ? Access.INNER
                                : "it has no constructor without parameters: add one";
            } catch (IllegalAccessException e) {
                problem = Access.missingOpens(type);
            }
        }
        throw new DefinitionException(type.getName(), List.of(problem));
    }

    private static <V> V made(Class<V> type, MethodHandle constructor) {
        try {
            return type.cast((Object) constructor.invokeExact());
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(
                    "the constructor of %s has thrown".formatted(type.getName()), e);
        }
    }
}
