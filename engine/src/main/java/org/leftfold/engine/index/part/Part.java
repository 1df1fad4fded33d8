package org.leftfold.engine.index.part;

import java.io.IOException;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.leftfold.engine.log.Corruption;
import org.leftfold.io.Directory;

/**
 * One part, open for reading: answers for the positions that it covers. Any thread.
 *
 * <p>Every method that reads throws {@link Corruption} if the file is not what was written, {@link
 * org.leftfold.api.StoreUnavailableException} if it could not be read (LF-3005) or was closed
 * (LF-3006). What it holds in memory does not depend on the size of the file.
 */
public final class Part implements AutoCloseable {
    private final PartFile file;
    private final PageCache cache;
    private final Pages pages;
    private final IdReader ids;

    private Part(PartFile file, PageCache cache) {
        this.file = file;
        this.cache = cache;
        this.pages = new CachedPages(file, cache);
        this.ids = new IdReader(pages);
    }

    /**
     * Opens a part and checks its last page.
     *
     * @throws Corruption if it is not whole, or of another store
     * @throws IOException if it could not be read
     */
    public static Part open(Directory directory, String name, PageCache cache, UUID storeId)
            throws IOException {
        return new Part(PartFile.open(directory, name, storeId), cache);
    }

    /** What the part covers. */
    public PartHeader header() {
        return file.footer().header();
    }

    /** The name of the file. */
    public String name() {
        return file.name();
    }

    /** How long the file is. */
    public long sizeBytes() {
        return file.footer().pageCount() * PartFormat.PAGE_BYTES;
    }

    /** How many keys there are. */
    public long keyCount() {
        return file.footer().keys().count();
    }

    /** How many bits of the hash of a key count in the filter. */
    public int hashBits() {
        return file.footer().hashBits();
    }

    /**
     * Where an event lies in the log.
     *
     * @param position one that the part covers
     */
    public long locationOf(long position) {
        PartHeader header = header();
        if (position <= header.after() || position > header.to()) {
            throw new IllegalArgumentException(
                    "position %d is not one of %s".formatted(position, header));
        }
        try {
            return PlaceReader.locationOf(pages, position - header.after() - 1);
        } catch (IndexOutOfBoundsException e) {
            throw pages.senseless(file.footer().directoryPage(), e);
        }
    }

    /** The positions of all events whose id has this hash, rising. */
    public long[] candidates(long hash40) {
        try {
            return ids.candidates(hash40);
        } catch (IndexOutOfBoundsException e) {
            throw pages.senseless(file.footer().ids().firstPage(), e);
        }
    }

    /** What is filed under a key; null if nothing is. */
    public @Nullable PartEntry find(IndexKey key) {
        long number = 0;
        try {
            if (!mayContain(key)) {
                return null;
            }
            Footer.Keys keys = file.footer().keys();
            number = keys.rootPage();
            for (int level = keys.innerLevels(); level > 0; level--) {
                byte[] page = pages.page(number, PartFormat.INNER);
                int child = NodeSearch.floor(page, key.encoded());
                if (child < 0) {
                    throw file.damage(number, "an inner page does not begin with its range");
                }
                number = new ByteCursor(page, child).varint();
            }
            byte[] leaf = pages.page(number, PartFormat.LEAF);
            int value = NodeSearch.find(leaf, key.encoded());
            return value < 0 ? null : PartEntry.decode(pages, number, leaf, value);
        } catch (IndexOutOfBoundsException | IllegalArgumentException e) {
            throw pages.senseless(number, e);
        }
    }

    /** Whether anything may be filed under a key: false is certain, and takes one page. */
    public boolean mayContain(IndexKey key) {
        Footer.Filter filter = file.footer().filter();
        if (filter.blocks() == 0) {
            return false;
        }
        long hash = BloomFilter.reduce(key.hash64(header().hashSeed()), hashBits());
        long block = BloomFilter.block(hash, filter.blocks());
        long number = filter.firstPage() + block / PartFormat.FILTER_BLOCKS_IN_PAGE;
        byte[] page = pages.page(number, PartFormat.FILTER);
        return BloomFilter.mayContain(page, BloomFilter.blockAt(block), hash);
    }

    /** Whether there is an entry of a kind; reads a page of each level of the tree of keys. */
    public boolean holds(IndexKey.Kind kind) {
        PartCursor cursor = new PartCursor(pages, IndexKey.of(kind, ""));
        return cursor.next() && cursor.key().kind() == kind;
    }

    /** All entries from a key on, past the cache; the positions of an entry are for one thread. */
    public PartCursor entries(IndexKey from) {
        return new PartCursor(new WindowPages(file), from);
    }

    /**
     * Reads the whole file, past the cache, and checks every byte and every rule of the format.
     *
     * @throws Corruption at the first place that is wrong
     */
    public void verify() {
        new PartVerifier(new WindowPages(file), BloomFilter.PIECE_PAGES).verify();
    }

    PartFile file() {
        return file;
    }

    /**
     * Closes the file and drops its pages from the cache. Whoever still reads gets LF-3006.
     *
     * @throws IOException if closing failed; the part is closed nevertheless
     */
    @Override
    public void close() throws IOException {
        try {
            file.close();
        } finally {
            cache.forget(file);
        }
    }
}
