package org.leftfold.engine.index;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.leftfold.api.StreamName;
import org.leftfold.engine.index.EventIndex.StreamEntry;
import org.leftfold.engine.index.part.IndexKey;
import org.leftfold.engine.index.part.IndexKey.Kind;
import org.leftfold.engine.index.part.PartCursor;

/**
 * The names of all streams that a view has, each once, in the order of their bytes in UTF-8. Its
 * memory is that of the names in the view's tables. One thread.
 */
final class StreamWalk {
    private final PriorityQueue<Names> sources =
            new PriorityQueue<>(Comparator.comparing(Names::name));

    private final IndexView view;
    private final String prefix;

    /** A walk over the names that begin with {@code prefix}. */
    StreamWalk(IndexView view, String prefix) {
        this.view = view;
        this.prefix = prefix;
        byte[] text = prefix.getBytes(StandardCharsets.UTF_8);
        if (text.length > IndexKey.MAX_TEXT_BYTES) {
            return; // No name is that long.
        }
        IndexKey from = IndexKey.of(Kind.STREAM, text);
        for (SharedPart shared : view.parts()) {
            addSource(new PartNames(shared.part().entries(from)));
        }
        for (MemoryTable table : view.tables()) {
            addSource(new TableNames(table, from));
        }
    }

    private void addSource(Names source) {
        if (source.next()) {
            sources.add(source);
        }
    }

    /** The next stream, or null behind the last; the walk is over then. */
    @Nullable StreamName next() {
        Names first = sources.peek();
        if (first == null) {
            return null;
        }
        IndexKey key = first.name();
        while (!sources.isEmpty() && sources.element().name().equals(key)) {
            addSource(sources.remove());
        }
        String name = key.text();
        return name.startsWith(prefix) ? StreamName.ofStored(name) : null;
    }

    /**
     * Gives all streams that have readable events up to a position, until the visitor has enough.
     */
    void visit(long upTo, Predicate<StreamEntry> visitor) {
        StreamName stream = next();
        while (stream != null) {
            long version = view.versionAt(stream, upTo);
            long first = view.firstKeptVersion(stream);
            if (first <= version) {
                long firstPosition = view.positionOf(stream, first);
                long lastPosition = view.positionOf(stream, version);
                StreamEntry entry =
                        new StreamEntry(stream, version, first, firstPosition, lastPosition);
                if (!visitor.test(entry)) {
                    return;
                }
            }
            stream = next();
        }
    }

    /** The names of streams in one place, in order. */
    private interface Names {
        boolean next();

        IndexKey name();
    }

    private record PartNames(PartCursor cursor) implements Names {
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

        TableNames(MemoryTable table, IndexKey from) {
            for (StreamName stream : table.streams().keySet()) {
                IndexKey key = IndexKey.of(Kind.STREAM, stream.value());
                if (key.compareTo(from) >= 0) {
                    names.add(key);
                }
            }
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
