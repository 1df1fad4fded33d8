package org.leftfold.engine.index.part;

import org.jspecify.annotations.Nullable;
import org.leftfold.io.DataFile;
import org.leftfold.io.QuickReads;

/**
 * Looks up together where several events lie in the log, as far as nothing has to be waited for:
 * from the few bytes that matter, on pages that are mapped and were checked before. For one thread
 * and one use.
 *
 * <p>If a failing disk gives a page otherwise than when it was checked, the location is wrong.
 * Whoever reads there has to compare the position.
 */
public final class PlaceLookup {
    private static final long SHORT_LONG = (1L << (8 * PartFormat.SHORT_LONG_BYTES)) - 1;

    private final Part[] parts; // those of the positions that are looked up
    private final @Nullable DataFile[] files; // theirs, as long as the place may be found
    private final long[] events; // numbers of the events in their parts
    private final long[] offsets; // in the files, of what is read next

    /** For so many positions. */
    public PlaceLookup(int count) {
        parts = new Part[count];
        files = new DataFile[count];
        events = new long[count];
        offsets = new long[count];
    }

    /** One of them is covered by this part. */
    public void add(int index, Part part, long position) {
        long event = position - part.header().after() - 1;
        long block = event / PartFormat.BLOCK_ITEMS;
        parts[index] = part;
        events[index] = event;
        files[index] = part.file().data();
        goTo(
                index,
                PartFormat.heapPlace(
                        PlaceReader.directoryPage(part.file().footer(), block),
                        PlaceReader.directoryEntryAt(block)));
    }

    /** What is read next, on a page that was checked. */
    private void goTo(int index, long offset) {
        offsets[index] = offset;
        if (!parts[index].file().isChecked(offset / PartFormat.PAGE_BYTES)) {
            files[index] = null;
        }
    }

    /** Puts the locations that were found in their places, and leaves the others alone. */
    public void find(long[] locations) {
        long[] blocks = new long[files.length];
        QuickReads.numbers(files, offsets, blocks);
        for (int i = 0; i < files.length; i++) {
            if (files[i] != null) {
                goTo(i, blocks[i] & SHORT_LONG);
            }
        }
        long[] first = blocks;
        QuickReads.numbers(files, offsets, first);
        move(PlaceWriter.WIDTH_AT);
        long[] widths = new long[files.length];
        QuickReads.numbers(files, offsets, widths);
        for (int i = 0; i < files.length; i++) {
            widths[i] = (byte) widths[i];
            offsets[i] += bitOf(i, widths[i]) >>> 3;
        }
        move(PlaceWriter.ITEMS_AT - PlaceWriter.WIDTH_AT);
        long[] words = new long[files.length];
        QuickReads.numbers(files, offsets, words);
        for (int i = 0; i < files.length; i++) {
            if (files[i] != null) {
                long word = words[i] >>> (bitOf(i, widths[i]) & 7);
                long difference = widths[i] == Long.SIZE ? word : word & ((1L << widths[i]) - 1);
                locations[i] = first[i] + difference;
            }
        }
    }

    private void move(int bytes) {
        for (int i = 0; i < offsets.length; i++) {
            offsets[i] += bytes;
        }
    }

    private long bitOf(int index, long width) {
        return events[index] % PartFormat.BLOCK_ITEMS * width;
    }
}
