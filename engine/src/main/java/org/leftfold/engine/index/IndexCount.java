package org.leftfold.engine.index;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
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
        PriorityQueue<Names> sources = new PriorityQueue<>(Comparator.comparing(Names::name));
        for (SharedPart shared : view.parts()) {
            addSource(sources, new PartNames(shared));
        }
        for (MemoryTable table : view.tables()) {
            addSource(sources, new TableNames(table));
        }
        while (!sources.isEmpty()) {
            IndexKey key = sources.element().name();
            while (!sources.isEmpty() && sources.element().name().equals(key)) {
                addSource(sources, sources.remove());
            }
            countStream(StreamName.ofStored(key.text()));
        }
        return new EventIndex.Counts(events, streams, categories, types());
    }

    private static void addSource(PriorityQueue<Names> sources, Names source) {
        if (source.next()) {
            sources.add(source);
        }
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

    /** The names of streams in one place, in order. */
    private interface Names {
        boolean next();

        IndexKey name();
    }

    private static final class PartNames implements Names {
        private final PartCursor cursor;

        PartNames(SharedPart shared) {
            cursor = shared.part().entries(IndexKey.of(Kind.STREAM, ""));
        }

        @Override
        public boolean next() {
            return cursor.next() && cursor.key().kind() == Kind.STREAM;
        }

        @Override
        public IndexKey name() {
            return cursor.key();
        }
    }

    private static final class TableNames implements Names {
        private final List<IndexKey> names = new ArrayList<>();
        private int at = -1;

        TableNames(MemoryTable table) {
            table.streams()
                    .keySet()
                    .forEach(stream -> names.add(IndexKey.of(Kind.STREAM, stream.value())));
            names.sort(null);
        }

        @Override
        public boolean next() {
            return ++at < names.size();
        }

        @Override
        public IndexKey name() {
            return names.get(at);
        }
    }
}
