package org.leftfold.testkit.schema;

import java.lang.invoke.MethodType;
import java.lang.reflect.Array;
import java.lang.reflect.GenericArrayType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.lang.reflect.WildcardType;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.URI;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.Month;
import java.time.MonthDay;
import java.time.OffsetDateTime;
import java.time.Period;
import java.time.Year;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.Arrays;
import java.util.Currency;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.leftfold.framework.reflect.Access;

/**
 * Makes one value of a type, the same on each run: every field is set, every collection has one
 * element, and texts say which field they are in. Used by one thread.
 */
final class SampleValues {
    private static final LocalDateTime TIME = LocalDateTime.of(2026, 1, 2, 3, 4, 5, 678_000_000);
    private static final ZoneId ZONE = ZoneId.of("Asia/Seoul");

    private static final Map<Class<?>, Object> PLAIN =
            Map.ofEntries(
                    Map.entry(boolean.class, true),
                    Map.entry(Boolean.class, true),
                    Map.entry(byte.class, (byte) 1),
                    Map.entry(Byte.class, (byte) 1),
                    Map.entry(short.class, (short) 1),
                    Map.entry(Short.class, (short) 1),
                    Map.entry(int.class, 1),
                    Map.entry(Integer.class, 1),
                    Map.entry(long.class, 1L),
                    Map.entry(Long.class, 1L),
                    Map.entry(float.class, 1.5f),
                    Map.entry(Float.class, 1.5f),
                    Map.entry(double.class, 1.5),
                    Map.entry(Double.class, 1.5),
                    Map.entry(char.class, 'c'),
                    Map.entry(Character.class, 'c'),
                    Map.entry(BigDecimal.class, new BigDecimal("1.50")),
                    Map.entry(BigInteger.class, BigInteger.ONE),
                    Map.entry(UUID.class, new UUID(0, 1)),
                    Map.entry(URI.class, URI.create("https://example.org/")),
                    Map.entry(Locale.class, Locale.KOREA),
                    Map.entry(Currency.class, Currency.getInstance("KRW")),
                    Map.entry(OptionalInt.class, OptionalInt.of(1)),
                    Map.entry(OptionalLong.class, OptionalLong.of(1)),
                    Map.entry(OptionalDouble.class, OptionalDouble.of(1.5)),
                    Map.entry(Instant.class, TIME.toInstant(ZoneOffset.UTC)),
                    Map.entry(LocalDate.class, TIME.toLocalDate()),
                    Map.entry(LocalTime.class, TIME.toLocalTime()),
                    Map.entry(LocalDateTime.class, TIME),
                    Map.entry(OffsetDateTime.class, TIME.atOffset(ZoneOffset.ofHours(9))),
                    Map.entry(ZonedDateTime.class, TIME.atZone(ZONE)),
                    Map.entry(ZoneId.class, ZONE),
                    Map.entry(ZoneOffset.class, ZoneOffset.ofHours(9)),
                    Map.entry(Duration.class, Duration.ofMinutes(90)),
                    Map.entry(Period.class, Period.ofDays(1)),
                    Map.entry(Year.class, Year.of(2026)),
                    Map.entry(YearMonth.class, YearMonth.of(2026, 1)),
                    Map.entry(MonthDay.class, MonthDay.of(1, 2)),
                    Map.entry(Month.class, Month.JANUARY),
                    Map.entry(DayOfWeek.class, DayOfWeek.FRIDAY));

    /** No value of a class can be made up. */
    static final class NoSample extends IllegalArgumentException {
        private static final long serialVersionUID = 1L;

        NoSample(Class<?> type, String why, @Nullable Throwable cause) {
            super(
                    "no sample of %s can be made: %s. Give one: SchemaGate.of(...).sample(new %s(...))"
                            .formatted(type.getName(), why, type.getSimpleName()),
                    cause);
        }
    }

    private final Map<Class<?>, Object> given;
    private final Set<Class<?>> around = new HashSet<>(); // records that are being made

    /** With values that somebody gave for their classes. */
    SampleValues(Map<Class<?>, Object> given) {
        this.given = given;
    }

    /**
     * A value of a class.
     *
     * @throws NoSample if it cannot be made
     */
    <T> T of(Class<T> type) {
        Object value = value(type, Map.of(), type.getSimpleName());
        if (value == null) {
            throw new NoSample(type, "it is a type of many classes", null);
        }
        return type.cast(value);
    }

    private @Nullable Object value(Type type, Map<Type, Type> bindings, String name) {
        return switch (type) {
            case Class<?> plain -> value(plain, Map.of(), name);
            case ParameterizedType generic -> value(generic, bindings, name);
            case TypeVariable<?> variable ->
                    value(bindings.getOrDefault(variable, String.class), Map.of(), name);
            case WildcardType wildcard -> value(wildcard.getUpperBounds()[0], bindings, name);
            case GenericArrayType array -> List.of(); // refused by the constructor that gets it
            default -> null;
        };
    }

    private @Nullable Object value(Class<?> type, Map<Type, Type> bindings, String name) {
        for (Map.Entry<Class<?>, Object> each : given.entrySet()) {
            if (type.isAssignableFrom(each.getKey()) && type != Object.class) {
                return each.getValue();
            }
        }
        if (type == String.class || type == Object.class || type == CharSequence.class) {
            return name;
        }
        Object plain = PLAIN.get(type);
        if (plain != null) {
            return plain;
        }
        if (type.isEnum()) {
            return type.getEnumConstants()[0];
        }
        if (type.isArray()) {
            return array(type.getComponentType(), name);
        }
        if (type.isRecord()) {
            return around.add(type) ? make(type, bindings) : null;
        }
        if (type.isSealed()) {
            return oneOf(type, name);
        }
        throw new NoSample(type, "it is neither a record nor a plain type", null);
    }

    /** The first of the classes of a sealed type that can be made up. */
    private @Nullable Object oneOf(Class<?> type, String name) {
        NoSample failure = new NoSample(type, "none of its classes can be made up", null);
        for (Class<?> each : SealedParts.classesOf(type)) {
            try {
                Object value = value(each, Map.of(), name);
                if (value != null) {
                    return value;
                }
            } catch (NoSample e) {
                failure.addSuppressed(e);
            }
        }
        if (failure.getSuppressed().length == 0) {
            return null; // each of them is being made
        }
        throw failure;
    }

    private Object array(Class<?> type, String name) {
        Object element = value(type, Map.of(), name);
        Object array = Array.newInstance(type, element == null ? 0 : 1);
        if (element != null) {
            Array.set(array, 0, element);
        }
        return array;
    }

    private @Nullable Object value(ParameterizedType type, Map<Type, Type> bindings, String name) {
        Class<?> raw = (Class<?>) type.getRawType();
        if (raw.isRecord() || given.containsKey(raw)) {
            return value(raw, FieldTypes.bind(type, bindings), name);
        }
        Type[] arguments = type.getActualTypeArguments();
        Object last = value(arguments[arguments.length - 1], bindings, name);
        if (raw == Optional.class) {
            return Optional.ofNullable(last);
        }
        List<?> one = last == null ? List.of() : List.of(last);
        if (raw.isInstance(one)) {
            return one;
        }
        if (raw.isAssignableFrom(Set.class)) {
            return Set.copyOf(one);
        }
        if (raw.isAssignableFrom(TreeSet.class)) {
            return new TreeSet<>(one);
        }
        if (Map.class.isAssignableFrom(raw)) {
            Map<Object, Object> map = new LinkedHashMap<>();
            Object key = value(arguments[0], bindings, name);
            if (key != null && last != null) {
                map.put(key, last);
            }
            return raw.isInstance(map) ? map : new TreeMap<>(map);
        }
        throw new NoSample(raw, "it is neither a record nor a plain type", null);
    }

    private Object make(Class<?> type, Map<Type, Type> bindings) {
        RecordComponent[] components = type.getRecordComponents();
        @Nullable Object[] arguments = new Object[components.length];
        try {
            for (int i = 0; i < components.length; i++) {
                Type part = components[i].getGenericType();
                arguments[i] = value(part, bindings, components[i].getName());
            }
        } finally {
            around.remove(type);
        }
        Class<?>[] types =
                Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
        try {
            return Access.in(type)
                    .findConstructor(type, MethodType.methodType(void.class, types))
                    .invokeWithArguments(arguments);
        } catch (Throwable e) {
            throw new NoSample(type, "its constructor has thrown " + e, e);
        }
    }
}
