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
}
