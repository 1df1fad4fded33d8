package org.leftfold.engine.index.part;

/** The pages of one part, from wherever they are read. */
abstract class Pages {
    private final PartFile file;

    Pages(PartFile file) {
        this.file = file;
    }

    final PartFile file() {
        return file;
    }

    final Footer footer() {
        return file.footer();
    }

    /** A page whose checksum was compared; nobody may change it. */
    abstract byte[] load(long number);

    /** The same, for a page that should be of this type. */
    byte[] load(long number, byte type) {
        return load(number);
    }

    /**
     * A page of a certain type.
     *
     * @throws org.leftfold.engine.log.Corruption if there is no such page, or it holds another type
     */
    final byte[] page(long number, byte type) {
        if (number < 0 || number >= file.footer().pageCount()) {
            throw file.damage(0, "it refers to the page %d, which it has not".formatted(number));
        }
        byte[] page = load(number, type);
        if (page[0] != type) {
            throw file.damage(number, "a page of type %d, not %d".formatted(page[0], type));
        }
        return page;
    }

    /** The heap page that holds a block. */
    final byte[] heapPage(long place) {
        return page(place / PartFormat.PAGE_BYTES, PartFormat.HEAP);
    }

    /** Where a block begins in its page. */
    static int offsetOf(long place) {
        return (int) (place % PartFormat.PAGE_BYTES);
    }

    /** Whoever reads found numbers on checked pages that cannot be. */
    final RuntimeException senseless(long page, RuntimeException cause) {
        RuntimeException damage = file.damage(page, "its content makes no sense");
        damage.addSuppressed(cause);
        return damage;
    }
}
