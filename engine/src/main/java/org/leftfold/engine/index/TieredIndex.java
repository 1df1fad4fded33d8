package org.leftfold.engine.index;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;
import org.leftfold.api.EventId;
import org.leftfold.api.Query;
import org.leftfold.api.StoreUnavailableException;
import org.leftfold.api.StreamName;
import org.leftfold.engine.index.part.Part;
import org.leftfold.engine.log.BodyDecoder.IndexEntry;
import org.leftfold.engine.log.ReplayState;
import org.leftfold.io.Directory;
import org.leftfold.io.TimeSource;

/**
 * The index: files for what is old, tables in memory for what is new. When the growing table has
 * used its memory it is frozen and written as a file in the background, and files of one size are
 * merged, so that a lookup asks few of them. All of it is derived from the log.
 *
 * <p>Always true: the files cover the positions from 1 up to one; the tables cover all above it;
 * files hold only what is durable in the log.
 */
public final class TieredIndex implements EventIndex {
    private static final Sealed NOTHING_SEALED = new Sealed(0, new long[0]);

    private final PartFiles files;
    private final IdHashing hashing;
    private final IndexOptions options;
    private final Heads heads;
    private final TruncatedStreams truncated;
    private final @Nullable IndexUpkeep upkeep; // null: nothing is written, as beside a writer
    private volatile boolean rejected; // the files that were found are of another log
    private final Object switching = new Object();
    private volatile IndexView view; // replaced under switching, read by all
    private boolean closed; // guarded by switching

    private TieredIndex(
            PartFiles files,
            List<SharedPart> parts,
            IdHashing hashing,
            IndexOptions options,
            TruncatedStreams truncated,
            @Nullable IndexUpkeep upkeep) {
        this.files = files;
        this.hashing = hashing;
        this.options = options;
        this.truncated = truncated;
        this.upkeep = upkeep;
        this.heads = new Heads(options.headBytes());
        long sealedTo = parts.isEmpty() ? 0 : parts.getLast().part().header().to();
        this.view = new IndexView(parts, List.of(new MemoryTable(sealedTo, hashing)));
    }

    /**
     * Opens the index of a store, as far as its files are there and good; the log behind {@link
     * #resume} has to be fed.
     *
     * @param background does the writing, or null if nothing may be written
     * @param noticed told of files that are not used
     */
    public static TieredIndex open(
            Place place,
            IndexOptions options,
            @Nullable Background background,
            Consumer<String> noticed)
            throws IOException {
        Directory directory = place.directory();
        PartFiles files = new PartFiles(directory, place.storeId(), options.cacheBytes());
        PartFiles.Found found = files.openAll();
        if (background != null) {
            found.problems().forEach(noticed);
        }
        TruncatedStreams truncated = new TruncatedStreams();
        List<Part> usable = PartFiles.usable(found.parts(), truncated, noticed);
        List<SharedPart> parts = files.share(usable);
        long seed = parts.isEmpty() ? place.seed() : usable.getFirst().header().hashSeed();
        IdHashing hashing = new IdHashing(seed, options.hashBits());
        IndexUpkeep upkeep =
                background == null ? null : new IndexUpkeep(files, hashing, background, noticed);
        TieredIndex index = new TieredIndex(files, parts, hashing, options, truncated, upkeep);
        if (upkeep != null) {
            upkeep.work(index);
        }
        return index;
    }

    /**
     * Where an index is.
     *
     * @param seed for hashing ids where no file has chosen one before
     */
    public record Place(Directory directory, UUID storeId, long seed) {}

    /** Who writes files, several at once, and what the time is. */
    public record Background(Executor threads, TimeSource time) {}

    @Override
    public @Nullable ReplayState resume() {
        List<SharedPart> parts = view.parts();
        return parts.isEmpty()
                ? null
                : ReplayState.decode(parts.getLast().part().header().opaque());
    }

    @Override
    public void forgetFiles() {
        rejected = true;
        synchronized (switching) {
            switchTo(new IndexView(List.of(), List.of(new MemoryTable(0, hashing))));
        }
    }

    @Override
    public void settled() throws IOException {
        if (upkeep == null) {
            return;
        }
        upkeep.awaitIdle(); // or what is being written would be deleted
        IndexView held = hold();
        try {
            files.deleteOthers(held.parts().stream().map(SharedPart::part).toList());
        } finally {
            held.release();
        }
        upkeep.beginMerging();
    }

    /** Only while {@link #switching} is held. */
    private void switchTo(IndexView next) {
        IndexView before = view;
        next.follow(before);
        view = next;
        before.release();
    }

    private IndexView hold() {
        while (true) {
            IndexView current = view;
            if (current.tryHold()) {
                return current;
            }
            synchronized (switching) {
                if (closed) {
                    throw StoreUnavailableException.closing("the lookup");
                }
            }
        }
    }

    private <T> T answer(Function<IndexView, T> question) {
        IndexView held = hold();
        try {
            return question.apply(held);
        } finally {
            held.release();
        }
    }

    private long ask(ToLongFunction<IndexView> question) {
        IndexView held = hold();
        try {
            long answer = question.applyAsLong(held);
            if (upkeep != null && held.wantsFewerParts()) {
                upkeep.mergeForReads();
            }
            return answer;
        } finally {
            held.release();
        }
    }

    @Override
    public void add(IndexEntry event, long location) {
        add(event, location, null);
    }

    @Override
    public void add(IndexEntry event, long location, @Nullable StreamPlace place) {
        MemoryTable growing = view.growing();
        StreamPostings known = place != null && place.holdsFor(growing) ? place.postings() : null;
        growing.add(event, location, known);
        if (event.type() == null) {
            truncated.add(event.stream());
        }
    }

    @Override
    public void truncate(StreamName stream, long firstKeptVersion) {
        truncated.add(stream);
        view.growing().truncate(stream, firstKeptVersion);
    }

    @Override
    public long knownVersion(StreamName stream) {
        return view.knownVersion(stream);
    }

    @Override
    public long version(StreamName stream) {
        return place(stream).version();
    }

    @Override
    public long version(StreamName stream, @Nullable StreamPlace place) {
        MemoryTable growing = view.growing(); // the feeding thread is who replaces tables
        if (place == null || !place.holdsFor(growing)) {
            return version(stream);
        }
        if (place.postings() != null) {
            return place.version();
        }
        StreamPostings since = growing.stream(stream);
        return since == null ? place.version() : since.version();
    }

    @Override
    public StreamPlace place(StreamName stream) {
        IndexView current = view;
        StreamPlace known = current.knownPlace(stream);
        if (known != null) {
            return known;
        }
        // of what is older than the tables; what became older since the tables were asked holds no
        // more events of the stream
        long head = heads.get(stream);
        if (head > 0) {
            return StreamPlace.before(current.growing(), head);
        }
        IndexView held = hold();
        try {
            StreamPlace now = held.knownPlace(stream);
            if (now != null) {
                return now;
            }
            long version = held.sealedVersion(stream);
            if (version > 0) {
                remember(held, stream, version);
            }
            return StreamPlace.before(held.growing(), version);
        } finally {
            held.release();
        }
    }

    private void remember(IndexView asked, StreamName stream, long version) {
        synchronized (switching) {
            if (view == asked) { // else the version may have moved on
                heads.put(stream, version);
            }
        }
    }

    @Override
    public long versionAt(StreamName stream, long upTo) {
        return ask(held -> held.versionAt(stream, upTo));
    }

    @Override
    public long positionOf(StreamName stream, long version) {
        return ask(held -> held.positionOf(stream, version));
    }

    @Override
    public long firstKeptVersion(StreamName stream) {
        if (!truncated.mayContain(stream)) {
            return 1;
        }
        return ask(held -> held.firstKeptVersion(stream));
    }

    @Override
    public boolean hasTruncations() {
        return !truncated.isEmpty();
    }

    @Override
    public int find(Query query, Range range, long[] found) {
        return (int) ask(held -> QueryPlan.of(query, held, range).fill(found, range));
    }

    @Override
    public long candidates(Query query, Range range) {
        return ask(held -> QueryPlan.of(query, held, range).candidates());
    }

    @Override
    public long locationOf(long position) {
        return ask(held -> held.locationOf(position));
    }

    @Override
    public long[] locationsInMemory(long[] positions) {
        return answer(held -> held.locationsInMemory(positions));
    }

    @Override
    public long[] candidates(StreamName stream, EventId id, @Nullable Sealed known) {
        IndexView current = view; // the feeding thread is who replaces tables
        long hash = hashing.hash(stream, id);
        LongBuffer all = new LongBuffer();
        boolean isEnough = known != null && known.upTo() >= current.sealedTo();
        if (known != null && isEnough) {
            all.addAll(known.positions(), 0);
        } else {
            all.addAll(sealedCandidates(stream, id).positions(), 0);
        }
        long above = all.last();
        for (MemoryTable table : current.tables()) {
            all.addAll(table.candidates(hash), above);
        }
        return all.toArray();
    }

    @Override
    public Sealed sealedCandidates(StreamName stream, EventId id) {
        if (view.parts().isEmpty()) {
            return NOTHING_SEALED;
        }
        long hash = hashing.hash(stream, id);
        return answer(held -> new Sealed(held.sealedTo(), held.sealedCandidates(hash)));
    }

    @Override
    public long sealedTo() {
        return view.sealedTo();
    }

    @Override
    public Counts count(long upTo) {
        return answer(held -> new IndexCount(held, upTo).count());
    }

    @Override
    public void streams(String prefix, long upTo, Predicate<StreamEntry> visitor) {
        IndexView held = hold();
        try {
            new StreamWalk(held, prefix).visit(upTo, visitor);
        } finally {
            held.release();
        }
    }

    @Override
    public boolean wantsFlush() {
        MemoryTable growing = view.growing();
        return growing.last() > growing.after()
                && (growing.memoryBytes() >= options.tableBytes()
                        || growing.last() - growing.after() >= MemoryTable.MAX_EVENTS);
    }

    @Override
    public long unflushedEvents() {
        MemoryTable growing = view.growing();
        return growing.last() - growing.after();
    }

    @Override
    public void flush(ReplayState state) {
        IndexUpkeep keeper = upkeep;
        if (keeper == null) {
            adopt(state);
            return;
        }
        keeper.awaitTurn();
        synchronized (switching) {
            if (view.tables().size() == 1) { // else the disk refused: this table goes on growing
                switchTo(new IndexView(view.parts(), frozen(state)));
            }
        }
        keeper.wake();
    }

    /** Only while {@link #switching} is held. */
    private List<MemoryTable> frozen(ReplayState state) {
        List<MemoryTable> tables = new ArrayList<>(view.tables());
        tables.getLast().freeze(state);
        tables.add(new MemoryTable(tables.getLast().last(), hashing));
        return tables;
    }

    /** Beside a writer: what its files have by now need not stay in memory here. */
    private void adopt(ReplayState state) {
        if (rejected) { // the files are of another log
            return;
        }
        try {
            List<SharedPart> parts = files.share(files.openAll().parts());
            synchronized (switching) {
                List<MemoryTable> tables = frozen(state);
                IndexView offered = new IndexView(parts, tables);
                if (offered.sealedTo() >= view.sealedTo() && !parts.isEmpty()) {
                    ReplayState covered =
                            ReplayState.decode(parts.getLast().part().header().opaque());
                    tables.subList(0, tables.size() - 1)
                            .removeIf(table -> !table.state().isBehind(covered));
                    switchTo(new IndexView(parts, tables));
                } else {
                    switchTo(new IndexView(view.parts(), tables));
                }
                offered.release();
            }
        } catch (IOException e) {
            throw StoreUnavailableException.unreadable("the index", e);
        }
    }

    @Override
    public @Nullable IOException obstacle(boolean act) {
        IndexUpkeep keeper = upkeep;
        if (keeper == null) {
            return null;
        }
        MemoryTable growing = view.growing();
        long events = growing.last() - growing.after();
        boolean isFull =
                growing.memoryBytes() >= 2 * options.tableBytes()
                        || events >= MemoryTable.MAX_EVENTS;
        if (act && isFull && events == 0) {
            return new IOException(
                    "the index has no room for further acts until an event is appended");
        }
        if (!isFull || events == 0 || keeper.failure() == null) {
            return null;
        }
        keeper.writeNow();
        return keeper.failure();
    }

    /** The oldest frozen table, or null; the view is held for the caller. */
    @Nullable IndexView holdUnwritten() {
        IndexView held = hold();
        if (held.tables().size() > 1) {
            return held;
        }
        held.release();
        return null;
    }

    /** The parts alone, for the caller, who releases them: tables need not wait for a merge. */
    IndexView holdParts() {
        IndexView held = hold();
        try {
            return new IndexView(held.parts(), List.of());
        } finally {
            held.release();
        }
    }

    /** The oldest table is a part now. */
    void written(SharedPart part) {
        // while the table is in the view it is asked first, so this takes no lock
        view.tables()
                .getFirst()
                .streams()
                .forEach((stream, postings) -> heads.put(stream, postings.version()));
        synchronized (switching) {
            IndexView current = view;
            List<MemoryTable> tables = current.tables();
            List<SharedPart> parts = new ArrayList<>(current.parts());
            parts.add(part);
            switchTo(new IndexView(parts, tables.subList(1, tables.size())));
        }
    }

    /** A part has taken the place of several that follow each other. */
    void merged(List<SharedPart> before, SharedPart part) {
        synchronized (switching) {
            IndexView current = view;
            List<SharedPart> parts = new ArrayList<>(current.parts());
            int at = parts.indexOf(before.getFirst());
            parts.removeAll(before);
            parts.add(at, part);
            before.forEach(SharedPart::replace);
            switchTo(new IndexView(parts, current.tables()));
        }
    }

    @Override
    public void close() {
        if (upkeep != null) {
            upkeep.close();
        }
        synchronized (switching) {
            if (!closed) {
                closed = true;
                view.release();
            }
        }
    }
}
