package org.leftfold.framework.codec;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.lang.annotation.Annotation;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.leftfold.framework.privacy.ErasedAs;
import org.leftfold.framework.privacy.Privacy;

/**
 * Reads what components say they are erased as, before any event is stored with it: what cannot be
 * read would make whole streams unreadable once a person is forgotten. Stateless.
 */
final class ErasedValues {
    private ErasedValues() {}

    static List<String> problems(PayloadFormat format, Class<?> eventClass) {
        if (!(format instanceof JsonFormat json)) {
            return List.of(); // what is read as what is its secret
        }
        List<String> problems = new ArrayList<>();
        for (ErasedAs erased : Privacy.erasedValues(eventClass)) {
            RecordComponent component = erased.component();
            if (isReadItsOwnWay(component)) {
                continue;
            }
            try {
                json.read(erased.value(), component.getGenericType());
            } catch (RuntimeException e) {
                problems.add(
                        "%s.%s is erased as %s, which cannot be read as %s (%s): give another erasedAs"
                                .formatted(
                                        component.getDeclaringRecord().getName(),
                                        component.getName(),
                                        erased.value(),
                                        component.getGenericType().getTypeName(),
                                        e.getClass().getSimpleName()));
            }
        }
        return problems;
    }

    /** Annotations of the component may change how it is read. */
    private static boolean isReadItsOwnWay(RecordComponent component) {
        return Arrays.stream(component.getAccessor().getAnnotations())
                .map(Annotation::annotationType)
                .anyMatch(
                        type -> type != JsonProperty.class && type.getName().contains(".jackson."));
    }
}
