package org.leftfold.engine.index;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.leftfold.api.EventType;
import org.leftfold.api.StreamName;
import org.leftfold.api.Tag;
import org.leftfold.engine.index.EventIndex.Range;
import org.leftfold.engine.index.part.IndexKey;
import org.leftfold.engine.index.part.IndexKey.Kind;
import org.leftfold.engine.index.part.PartEntry;
import org.leftfold.engine.index.part.PartHeader;
import org.leftfold.engine.index.part.PlaceLookup;
import org.leftfold.engine.index.part.Positions;

/**
 * The parts and tables that made up the index at one time: parts up to a position, tables above it.
 * Any thread may ask between {@link #tryHold} and {@link #release}; the {@link Positions} that it
 * gives are for one thread, and until then. Only the last table still grows.
 */
final class IndexView {
    /** So many events are merged in the time that one list more takes, disks included. */
    private static final int EVENTS_A_LIST = 128;

    private final List<SharedPart> parts; // the oldest first, without a gap from position 1 on
    private final List<MemoryTable> tables; // the oldest first, the last one grows
    private final @Nullable MemoryTable growing; // the last of them; each append asks it
    private final long sealedTo; // the parts cover the positions up to this one
    private long asked; // lists besides one a lookup; racy, for it only steers
    private final AtomicInteger holders = new AtomicInteger(1);

    IndexView(List<SharedPart> parts, List<MemoryTable> tables) {
        this.parts = List.copyOf(parts);
        this.tables = List.copyOf(tables);
        this.growing = tables.isEmpty() ? null : tables.getLast();
        this.sealedTo = parts.isEmpty() ? 0 : parts.getLast().part().header().to();
        parts.forEach(SharedPart::hold);
    }

    /** Keeps the files of this view open; false if that is too late. */
    boolean tryHold() {
        int count = holders.get();
        while (count > 0) {
            if (holders.compareAndSet(count, count + 1)) {
                return true;
            }
            count = holders.get();
        }
        return false;
    }

    /**
     * Whether so many lists were found besides one a lookup that merging them would have paid, and
     * there are parts to be merged. Merging an event takes 0.25 us, a list 2 us, or 100 us where it
     * comes from a disk.
     */
    boolean wantsFewerParts() {
        boolean isTime = asked > sealedTo / EVENTS_A_LIST;
        if (isTime) {
            asked = 0;
        }
        return isTime && !MergeChoice.forReads(parts).isEmpty();
    }

    /** This view follows another one: what was noted there counts here. */
    void follow(IndexView before) {
        asked = before.asked;
    }

    /** Lets go; the last one closes the files that no other view has. */
    void release() {
        if (holders.decrementAndGet() == 0) {
            parts.forEach(SharedPart::release);
        }
    }

    List<SharedPart> parts() {
        return parts;
    }

    List<MemoryTable> tables() {
        return tables;
    }

    MemoryTable growing() {
        MemoryTable table = growing;
        if (table == null) {
            throw new IllegalStateException("the view has files alone");
        }
        return table;
    }

    /** The position up to which files have the index. */
    long sealedTo() {
        return sealedTo;
    }

    /** The version of a stream if a table in memory knows it, else -1. */
    long knownVersion(StreamName stream) {
        for (int i = tables.size() - 1; i >= 0; i--) {
            StreamPostings postings = tables.get(i).stream(stream);
            if (postings != null) {
                return postings.version();
            }
        }
        return -1;
    }

    /** Where the tables know a stream, null if they do not. */
    @Nullable StreamPlace knownPlace(StreamName stream) {
        StreamPostings postings = growing().stream(stream);
        if (postings != null) {
            return StreamPlace.in(growing(), postings);
        }
        long frozen = knownVersion(stream);
        return frozen < 0 ? null : StreamPlace.before(growing(), frozen);
    }

    /** The version of a stream by the parts alone. */
    long sealedVersion(StreamName stream) {
        return sealedVersion(IndexKey.of(Kind.STREAM, stream.value()), Long.MAX_VALUE);
    }

    private long sealedVersion(IndexKey key, long upTo) {
        for (int i = parts.size() - 1; i >= 0; i--) {
            PartEntry entry = parts.get(i).part().find(key);
            if (entry == null || entry.count() == 0) {
                continue;
            }
            if (upTo >= parts.get(i).part().header().to()) {
                return entry.total();
            }
            long count = entry.positions().countUpTo(upTo);
            if (count > 0) {
                return entry.total() - entry.count() + count;
            }
        }
        return 0;
    }

    /** How many events of a stream there are up to a position: its version there. */
    long versionAt(StreamName stream, long upTo) {
        for (int i = tables.size() - 1; i >= 0; i--) {
            StreamPostings postings = tables.get(i).stream(stream);
            if (postings != null) {
                int count = postings.countUpTo(upTo);
                if (count > 0 || postings.base() == 0) {
                    return postings.base() + count;
                }
            }
        }
        return sealedVersion(IndexKey.of(Kind.STREAM, stream.value()), upTo);
    }

    /** The position of a version that exists; 0 if it does not. */
    long positionOf(StreamName stream, long version) {
        for (int i = tables.size() - 1; i >= 0; i--) {
            StreamPostings postings = tables.get(i).stream(stream);
            if (postings != null && version > postings.base()) {
                long place = version - postings.base() - 1;
                return place < postings.size() ? postings.at((int) place) : 0;
            }
        }
        IndexKey key = IndexKey.of(Kind.STREAM, stream.value());
        for (int i = parts.size() - 1; i >= 0; i--) {
            PartEntry entry = parts.get(i).part().find(key);
            if (entry != null && version > entry.total() - entry.count()) {
                long place = version - (entry.total() - entry.count()) - 1;
                return place < entry.count() ? entry.positions().at(place) : 0;
            }
        }
        return 0;
    }

    Positions stream(StreamName stream, Range range) {
        return positions(
                IndexKey.of(Kind.STREAM, stream.value()),
                range,
                table -> {
                    StreamPostings postings = table.stream(stream);
                    return postings == null ? PositionList.EMPTY : postings;
                });
    }

    Positions category(String category, Range range) {
        return positions(
                IndexKey.of(Kind.CATEGORY, category), range, table -> table.category(category));
    }

    Positions type(EventType type, Range range) {
        return positions(IndexKey.of(Kind.TYPE, type.value()), range, table -> table.type(type));
    }

    Positions tag(Tag tag, Range range) {
        return positions(IndexKey.of(Kind.TAG, tag.toString()), range, table -> table.tag(tag));
    }

    /** Whether any event of a range may have a tag: false is certain, and quick. */
    boolean mayHave(Tag tag, Range range) {
        for (MemoryTable table : tables) {
            if (table.after() < range.to() && table.tag(tag).size() > 0) {
                return true;
            }
        }
        IndexKey key = IndexKey.of(Kind.TAG, tag.toString());
        for (SharedPart shared : parts) {
            if (shared.part().header().to() > range.after()
                    && shared.part().header().after() < range.to()
                    && shared.part().mayContain(key)) {
                return true;
            }
        }
        return false;
    }

    /** What is filed under a key, at least within the range: only what overlaps it is asked. */
    private Positions positions(
            IndexKey key, Range range, Function<MemoryTable, PositionList> inTable) {
        ChainedPositions chain = new ChainedPositions();
        int lists = 0;
        for (SharedPart shared : parts) {
            PartHeader header = shared.part().header();
            if (header.to() <= range.after() || header.after() >= range.to()) {
                continue;
            }
            PartEntry entry = shared.part().find(key);
            if (entry != null && entry.count() > 0) {
                chain.add(entry.positions());
                lists++;
            }
        }
        if (lists > 1) {
            asked += lists - 1;
        }
        for (MemoryTable table : tables) {
            if (table.after() < range.to()) {
                chain.add(new TableSlice(inTable.apply(table), sealedTo));
            }
        }
        return chain.simplest();
    }

    /** The positions in the parts of all events whose id has this hash, rising. */
    long[] sealedCandidates(long hash) {
        LongBuffer all = new LongBuffer();
        for (SharedPart shared : parts) {
            all.addAll(shared.part().candidates(hash), 0);
        }
        return all.toArray();
    }

    /** How often a key was filed in the parts. */
    long sealedTotal(IndexKey key) {
        for (int i = parts.size() - 1; i >= 0; i--) {
            PartEntry entry = parts.get(i).part().find(key);
            if (entry != null) {
                return entry.total();
            }
        }
        return 0;
    }

    /** The first version of a stream that the acts kept, 1 if there was none. */
    long firstKeptVersion(StreamName stream) {
        long first = 1;
        for (MemoryTable table : tables) {
            first = Math.max(first, table.truncation(stream));
        }
        IndexKey key = IndexKey.of(Kind.TRUNCATION, stream.value());
        for (int i = parts.size() - 1; i >= 0; i--) {
            PartEntry entry = parts.get(i).part().find(key);
            if (entry != null) { // acts only ever keep less
                return Math.max(first, entry.firstKept());
            }
        }
        return first;
    }

    /** Where the frame of the event at a position is; 0 if there is no such event. */
    long locationOf(long position) {
        if (position > sealedTo) {
            for (int i = tables.size() - 1; i >= 0; i--) {
                MemoryTable table = tables.get(i);
                if (position > table.after()) {
                    return table.locationOf(position);
                }
            }
            return 0;
        }
        SharedPart shared = partOf(position);
        return shared == null ? 0 : shared.part().locationOf(position);
    }

    /** The same for several positions, as far as nothing has to be waited for; 0 for the others. */
    long[] locationsInMemory(long[] positions) {
        long[] locations = new long[positions.length];
        PlaceLookup lookup = new PlaceLookup(positions.length);
        @Nullable SharedPart shared = null;
        for (int i = 0; i < positions.length; i++) {
            if (positions[i] > sealedTo) {
                locations[i] = locationOf(positions[i]);
                continue;
            }
            if (shared == null || !shared.part().header().covers(positions[i])) {
                shared = partOf(positions[i]);
            }
            if (shared != null) {
                lookup.add(i, shared.part(), positions[i]);
            }
        }
        lookup.find(locations);
        return locations;
    }

    private @Nullable SharedPart partOf(long position) {
        int low = 0;
        int high = parts.size() - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            SharedPart shared = parts.get(middle);
            if (position <= shared.part().header().after()) {
                high = middle - 1;
            } else if (position > shared.part().header().to()) {
                low = middle + 1;
            } else {
                return shared;
            }
        }
        return null;
    }
}
