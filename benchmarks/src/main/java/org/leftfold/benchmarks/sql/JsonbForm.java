package org.leftfold.benchmarks.sql;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * How PostgreSQL gives back a JSON object that went through {@code jsonb}: fields in the order of
 * length and name, blanks behind commas and colons. For flat objects without escapes.
 */
final class JsonbForm {
    private static final Pattern FIELD = Pattern.compile("(\"\\w+\"):(\"[^\"]*\"|\\d+)");

    private JsonbForm() {}

    private record Field(String name, String value) {}

    static byte[] of(byte[] json) {
        Matcher matcher = FIELD.matcher(new String(json, StandardCharsets.UTF_8));
        List<Field> fields = new ArrayList<>();
        while (matcher.find()) {
            fields.add(new Field(matcher.group(1), matcher.group(2)));
        }
        Comparator<Field> byLength = Comparator.comparingInt(field -> field.name().length());
        fields.sort(byLength.thenComparing(Field::name));
        return fields.stream()
                .map(field -> field.name() + ": " + field.value())
                .collect(Collectors.joining(", ", "{", "}"))
                .getBytes(StandardCharsets.UTF_8);
    }
}
