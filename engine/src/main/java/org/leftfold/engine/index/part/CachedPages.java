package org.leftfold.engine.index.part;

/** Pages by way of the cache that all parts share. Any thread. */
final class CachedPages extends Pages {
    private final PageCache cache;

    CachedPages(PartFile file, PageCache cache) {
        super(file);
        this.cache = cache;
    }

    @Override
    byte[] load(long number) {
        return cache.page(file(), number);
    }

    /**
     * The pages that each search passes belong into the cache. Of the others there are many more
     * than fit: once they were read, the system's cache serves as well.
     */
    @Override
    byte[] load(long number, byte type) {
        byte[] page = cache.find(file(), number);
        if (page == null
                && (type == PartFormat.LEAF || type == PartFormat.HEAP || type == PartFormat.IDS)) {
            page = file().readQuickly(number);
        }
        return page == null ? load(number) : page;
    }
}
