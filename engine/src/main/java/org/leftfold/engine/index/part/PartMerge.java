package org.leftfold.engine.index.part;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;
import org.leftfold.engine.log.Corruption;
import org.leftfold.io.Directory;

/**
 * Makes one part of several adjacent ones, reading each of them once from its beginning to its end,
 * past the cache. Takes the memory of a {@link PartWriter} and another 640 KiB for each part. One
 * thread.
 */
public final class PartMerge {
    /** How many steps are made between two looks at whether to go on. */
    private static final int STEPS = 1 << 12;

    private final List<Source> sources = new ArrayList<>();
    private final PartHeader header;
    private final BooleanSupplier cancelled;
    private int steps;

    /** A part that is read. */
    private record Source(Part part, WindowPages pages) {}

    private PartMerge(List<Part> parts, BooleanSupplier cancelled) {
        this.header = headerOf(parts);
        this.cancelled = cancelled;
        for (Part part : parts) {
            sources.add(new Source(part, new WindowPages(part.file())));
        }
    }

    /**
     * Writes a part that covers what {@code parts} cover. It is whole and durable on return; after
     * an exception there is nothing under its name, or a whole part that may not be durable.
     *
     * @param parts the oldest first; each begins where the one before ends
     * @param name the file name of the new part
     * @param cancelled asked again and again; true ends the work
     * @throws CancellationException if it was cancelled; nothing is left of it
     * @throws Corruption if one of the parts is damaged
     * @throws IOException if the new part could not be written
     */
    public static void merge(
            List<Part> parts, Directory directory, String name, BooleanSupplier cancelled)
            throws IOException {
        merge(parts, directory, name, cancelled, PartWriter.Memory.USUAL);
    }

    static void merge(
            List<Part> parts,
            Directory directory,
            String name,
            BooleanSupplier cancelled,
            PartWriter.Memory memory)
            throws IOException {
        PartMerge merge = new PartMerge(parts, cancelled);
        int hashBits = parts.getFirst().hashBits();
        PartWriter writer = PartWriter.create(directory, name, merge.header, hashBits, memory);
        try {
            merge.places(writer);
            merge.ids(writer);
            merge.keys(writer);
            writer.finish();
        } catch (IllegalArgumentException e) {
            // Its headers fit; so what one of the parts holds breaks a rule.
            throw new Corruption(
                    parts.getFirst().name() + " to " + parts.getLast().name(),
                    0,
                    "what they hold does not fit together: " + e.getMessage());
        } finally {
            writer.abandon(); // Does nothing if the part was finished.
        }
    }

    private static PartHeader headerOf(List<Part> parts) {
        if (parts.isEmpty()) {
            throw new IllegalArgumentException("there are no parts to merge");
        }
        PartHeader first = parts.getFirst().header();
        PartHeader last = parts.getLast().header();
        for (int i = 1; i < parts.size(); i++) {
            PartHeader before = parts.get(i - 1).header();
            PartHeader header = parts.get(i).header();
            if (header.after() != before.to()
                    || !header.storeId().equals(before.storeId())
                    || header.hashSeed() != before.hashSeed()
                    || parts.get(i).hashBits() != parts.get(i - 1).hashBits()) {
                throw new IllegalArgumentException("%s do not follow %s".formatted(header, before));
            }
        }
        return new PartHeader(
                first.storeId(),
                first.after(),
                last.to(),
                last.logEnd(),
                last.opaque(),
                first.hashSeed());
    }

    private void step() {
        if (++steps % STEPS == 0 && cancelled.getAsBoolean()) {
            throw new CancellationException("the merge of index parts was cancelled");
        }
    }

    private void places(PartWriter writer) throws IOException {
        long[] locations = new long[PartFormat.BLOCK_ITEMS];
        for (Source source : sources) {
            long events = source.part.header().events();
            for (long block = 0; block * PartFormat.BLOCK_ITEMS < events; block++) {
                int count = PlaceReader.readBlock(source.pages, block, locations);
                for (int i = 0; i < count; i++) {
                    step();
                    writer.place(locations[i]);
                }
            }
        }
    }

    private void ids(PartWriter writer) throws IOException {
        List<IdWalk> walks = new ArrayList<>();
        for (Source source : sources) {
            IdWalk walk = new IdWalk(new IdReader(source.pages));
            if (walk.next()) {
                walks.add(walk);
            }
        }
        while (!walks.isEmpty()) {
            step();
            IdWalk least = walks.getFirst();
            for (int i = 1; i < walks.size(); i++) {
                if (walks.get(i).hash < least.hash) { // The same hash: the older part comes first.
                    least = walks.get(i);
                }
            }
            writer.id(least.hash, least.position);
            if (!least.next()) {
                walks.remove(least);
            }
        }
    }

    /** Goes through the ids of a part. */
    private static final class IdWalk {
        private final IdReader ids;
        private byte[] page = {};
        private long index = -1;
        private int entry;
        private int entries;
        long hash;
        long position;

        IdWalk(IdReader ids) {
            this.ids = ids;
        }

        boolean next() {
            if (entry == entries) {
                index++;
                if (index >= ids.pageCount()) {
                    return false;
                }
                page = ids.page(index);
                entries = ids.entriesOf(index);
                entry = 0;
            }
            hash = ids.hash(page, entry);
            position = ids.position(page, entry++);
            return true;
        }
    }

    private void keys(PartWriter writer) throws IOException {
        List<PartCursor> cursors = new ArrayList<>();
        IndexKey lowest = IndexKey.of(IndexKey.Kind.STREAM, new byte[0]);
        for (Source source : sources) {
            PartCursor cursor = new PartCursor(source.pages, lowest);
            if (cursor.next()) {
                cursors.add(cursor);
            }
        }
        List<PartCursor> same = new ArrayList<>();
        while (!cursors.isEmpty()) {
            step();
            IndexKey key = collectLeast(cursors, same);
            writeEntry(writer, key, same);
            for (PartCursor cursor : same) {
                if (!cursor.next()) {
                    cursors.remove(cursor);
                }
            }
        }
    }

    /** Finds the cursors that stand on the least key, in the order of their parts. */
    private static IndexKey collectLeast(List<PartCursor> cursors, List<PartCursor> same) {
        same.clear();
        IndexKey least = cursors.getFirst().key();
        for (PartCursor cursor : cursors) {
            int order = cursor.key().compareTo(least);
            if (order < 0) {
                same.clear();
                least = cursor.key();
            }
            if (order <= 0) {
                same.add(cursor);
            }
        }
        return least;
    }

    private void writeEntry(PartWriter writer, IndexKey key, List<PartCursor> same)
            throws IOException {
        long total = 0;
        long firstKept = 0;
        JoinedPositions positions = new JoinedPositions(this::step);
        for (PartCursor cursor : same) {
            PartEntry entry = cursor.entry();
            total = entry.total();
            firstKept = Math.max(firstKept, entry.firstKept());
            positions.add(entry.positions());
        }
        writer.key(key, total, firstKept, positions);
    }
}
