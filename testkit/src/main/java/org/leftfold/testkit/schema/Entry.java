package org.leftfold.testkit.schema;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One schema version of one event.
 *
 * @param event the name under which it is stored
 * @param version the schema version
 * @param gone whether no event had this name any more when it was committed
 * @param fields path and type of each field, down to plain types, in their order
 * @param samples payloads, oldest first, as texts of {@link SampleText}
 */
record Entry(
        String event, int version, boolean gone, Map<String, String> fields, List<String> samples) {
    Entry {
        fields = Collections.unmodifiableMap(new LinkedHashMap<>(fields));
        samples = List.copyOf(samples);
    }

    /** What a file calls it; an event and version has one entry. */
    String key() {
        return event + " " + version;
    }

    Entry withGone(boolean isGone) {
        return new Entry(event, version, isGone, fields, samples);
    }

    /** These fields and samples instead of older ones, whose samples stay. */
    Entry after(Entry older) {
        if (fields.equals(older.fields)) {
            return older.withGone(gone);
        }
        List<String> all = new ArrayList<>(older.samples);
        all.removeAll(samples);
        all.addAll(samples);
        return new Entry(event, version, gone, fields, all);
    }
}
