package org.leftfold.engine.index;

import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.leftfold.api.EventType;
import org.leftfold.api.StreamName;
import org.leftfold.engine.index.EventIndex.Range;
import org.leftfold.engine.index.part.IndexKey;
import org.leftfold.engine.index.part.IndexKey.Kind;
import org.leftfold.engine.index.part.PartCursor;

/** Counts over everything that a view has up to a position: one pass over the keys in order. */
final class IndexCount {
    private final IndexView view;
    private final long upTo;
    private final Map<String, Long> categories = new TreeMap<>();
    private long events;
    private long streams;

    IndexCount(IndexView view, long upTo) {
        this.view = view;
        this.upTo = upTo;
    }

    EventIndex.Counts count() {
        StreamWalk walk = new StreamWalk(view, "");
        StreamName stream = walk.next();
        while (stream != null) {
            countStream(stream);
            stream = walk.next();
        }
        return new EventIndex.Counts(events, streams, categories, types());
    }

    private void countStream(StreamName stream) {
        long readable = view.versionAt(stream, upTo) - view.firstKeptVersion(stream) + 1;
        if (readable > 0) {
            events += readable;
            streams++;
            categories.merge(stream.category(), readable, Long::sum);
        }
    }

    private Map<String, Long> types() {
        TreeSet<String> names = new TreeSet<>();
        for (SharedPart shared : view.parts()) {
            PartCursor cursor = shared.part().entries(IndexKey.of(Kind.TYPE, ""));
            while (cursor.next() && cursor.key().kind() == Kind.TYPE) {
                names.add(cursor.key().text());
            }
        }
        view.tables()
                .forEach(table -> table.types().keySet().forEach(type -> names.add(type.value())));
        Map<String, Long> types = new TreeMap<>();
        for (String name : names) {
            long count =
                    view.type(EventType.ofStored(name), new Range(0, upTo, false)).countUpTo(upTo);
            if (count > 0) {
                types.put(name, count);
            }
        }
        return types;
    }
}
