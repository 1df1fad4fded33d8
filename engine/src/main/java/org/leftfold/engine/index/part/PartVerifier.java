package org.leftfold.engine.index.part;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.leftfold.engine.log.Corruption;

/**
 * Reads a part from the first to the last byte. These are the rules:
 *
 * <ul>
 *   <li>R1 every page has the right checksum and a known type; only the last is a footer;
 *   <li>R2 places do not fall, and lie before the end of the log;
 *   <li>R3 ids rise by hash and position, and their positions are in the part;
 *   <li>R4 keys rise, within a page and across pages, and lie within the bounds of the pages above;
 *       what they share with the key before is all that they have in common;
 *   <li>R5 positions of a key rise and are in the part; there are as many as the entry says, and
 *       not more than its total; streams and truncations, and only they, have a first version;
 *   <li>R6 the filter lets each key pass; there are as many keys as the footer says.
 * </ul>
 *
 * <p>One thread.
 */
final class PartVerifier {
    private final Pages pages;
    private final Footer footer;
    private final PartHeader header;
    private final long pieceBlocks; // of the filter, looked at in one walk over the keys
    private long pieceFirst;
    private long keyCount;
    private byte[] lastKey = {};

    /**
     * A verifier.
     *
     * @param piecePages how many pages of the filter are looked at in one walk over the keys
     */
    PartVerifier(Pages pages, int piecePages) {
        this.pages = pages;
        this.footer = pages.footer();
        this.header = footer.header();
        this.pieceBlocks = (long) piecePages * PartFormat.FILTER_BLOCKS_IN_PAGE;
    }

    void verify() {
        long number = 0;
        try {
            for (; number < footer.pageCount(); number++) {
                byte type = pages.load(number)[0];
                boolean last = number == footer.pageCount() - 1;
                require(
                        last
                                ? type == PartFormat.FOOTER
                                : type >= PartFormat.HEAP && type < PartFormat.FOOTER,
                        number,
                        "a page of an unknown type");
            }
            number = 0;
            checkPlaces();
            number = footer.ids().firstPage();
            checkIds();
            number = footer.keys().rootPage();
            checkKeys();
        } catch (IndexOutOfBoundsException | IllegalArgumentException e) {
            throw pages.senseless(number, e);
        }
    }

    private void checkPlaces() {
        long[] locations = new long[PartFormat.BLOCK_ITEMS];
        long last = 0;
        long events = header.events();
        for (long block = 0; block * PartFormat.BLOCK_ITEMS < events; block++) {
            int count = PlaceReader.readBlock(pages, block, locations);
            for (int i = 0; i < count; i++) {
                require(
                        locations[i] >= last && locations[i] < header.logEnd(),
                        footer.directoryPage(),
                        "a location is not in order");
                last = locations[i];
            }
        }
    }

    private void checkIds() {
        IdReader ids = new IdReader(pages);
        long lastHash = -1;
        long lastPosition = 0;
        for (long index = 0; index < ids.pageCount(); index++) {
            byte[] page = ids.page(index);
            for (int i = 0; i < ids.entriesOf(index); i++) {
                long hash = ids.hash(page, i);
                long position = ids.position(page, i);
                require(
                        hash > lastHash || (hash == lastHash && position > lastPosition),
                        footer.ids().firstPage() + index,
                        "ids are not in order");
                require(
                        position > header.after() && position <= header.to(),
                        footer.ids().firstPage() + index,
                        "an id is outside of the part");
                lastHash = hash;
                lastPosition = position;
            }
        }
    }

    private void checkKeys() {
        Footer.Keys keys = footer.keys();
        do {
            keyCount = 0;
            lastKey = new byte[0];
            byte[][] piece = loadPiece();
            if (keys.count() > 0) {
                checkNode(keys.rootPage(), keys.innerLevels(), new byte[0], null, piece);
            }
            require(keyCount == keys.count(), keys.rootPage(), "the number of keys differs");
            pieceFirst += pieceBlocks;
        } while (pieceFirst < footer.filter().blocks());
    }

    private byte[][] loadPiece() {
        long blocks = Math.min(pieceBlocks, footer.filter().blocks() - pieceFirst);
        long firstPage =
                footer.filter().firstPage() + pieceFirst / PartFormat.FILTER_BLOCKS_IN_PAGE;
        int count =
                (int)
                        ((blocks + PartFormat.FILTER_BLOCKS_IN_PAGE - 1)
                                / PartFormat.FILTER_BLOCKS_IN_PAGE);
        byte[][] piece = new byte[count][];
        for (int i = 0; i < count; i++) {
            piece[i] = pages.page(firstPage + i, PartFormat.FILTER);
        }
        return piece;
    }

    /**
     * Checks a page and all below it.
     *
     * @param from no key is below
     * @param before all keys are below; null: there is no such bound
     */
    private void checkNode(
            long number, int level, byte[] from, byte @Nullable [] before, byte[][] piece) {
        NodeWalk walk =
                new NodeWalk(pages.page(number, level == 0 ? PartFormat.LEAF : PartFormat.INNER));
        require(walk.count() > 0, number, "a page without keys");
        checkForm(number, walk.page(), walk.count());
        byte[] key = {};
        long child = -1;
        while (walk.next()) {
            byte[] next = Arrays.copyOf(walk.key(), walk.keyBytes());
            require(
                    Arrays.compareUnsigned(next, from) >= 0
                            && (before == null || Arrays.compareUnsigned(next, before) < 0),
                    number,
                    "a key is outside of the bounds of its page");
            if (level == 0) {
                checkEntry(number, next, walk, piece);
            } else {
                if (child >= 0) {
                    checkNode(child, level - 1, key, next, piece);
                } else {
                    require(
                            Arrays.equals(next, from),
                            number,
                            "an inner page does not begin with its range");
                }
                child = new ByteCursor(walk.page(), walk.valueAt()).varint();
            }
            key = next;
        }
        if (level > 0) {
            checkNode(child, level - 1, key, before, piece);
        }
    }

    /** Whether keys of a page share what they can, and its whole keys are where its end says. */
    private void checkForm(long number, byte[] page, int count) {
        NodeWalk walk = new NodeWalk(page);
        byte[] last = {};
        int restarts = 0;
        for (int i = 0; walk.next(); i++) {
            byte[] key = Arrays.copyOf(walk.key(), walk.keyBytes());
            int common = Arrays.mismatch(last, key);
            boolean whole = i % PartFormat.RESTART_ENTRIES == 0;
            if (whole) {
                int restartAt = NodeBuilder.restartAt(restarts++);
                require(
                        PartFormat.getShort(page, restartAt) == walk.entryAt(),
                        number,
                        "a whole key is elsewhere");
            }
            require(
                    i == 0 || Arrays.compareUnsigned(last, key) < 0,
                    number,
                    "keys of a page do not rise");
            require(
                    walk.shared() == (whole ? 0 : common < 0 ? last.length : common),
                    number,
                    "a key shares less than it could");
            last = key;
        }
        require(
                walk.valueEnd() <= NodeBuilder.restartAt(restarts - 1)
                        && PartFormat.getShort(page, NodeBuilder.RESTARTS_AT) == restarts
                        && walk.count() == count,
                number,
                "the form of a page of keys");
    }

    private void checkEntry(long number, byte[] bytes, NodeWalk walk, byte[][] piece) {
        keyCount++;
        require(
                Arrays.compareUnsigned(lastKey, bytes) < 0,
                number,
                "keys do not rise from page to page");
        lastKey = bytes;
        IndexKey key = IndexKey.decode(bytes, bytes.length);
        long hash = BloomFilter.reduce(key.hash64(header.hashSeed()), footer.hashBits());
        long block = BloomFilter.block(hash, footer.filter().blocks());
        long page = (block - pieceFirst) / PartFormat.FILTER_BLOCKS_IN_PAGE;
        if (block >= pieceFirst && page < piece.length) {
            require(
                    BloomFilter.mayContain(piece[(int) page], BloomFilter.blockAt(block), hash),
                    footer.filter().firstPage() + block / PartFormat.FILTER_BLOCKS_IN_PAGE,
                    "the filter lacks a key");
        }
        if (pieceFirst > 0) {
            return; // The entry was checked in the first walk.
        }
        PartEntry entry = PartEntry.decode(pages, number, walk.page(), walk.valueAt());
        boolean stream = key.kind().hasFirstKept();
        require(
                entry.total() >= entry.count()
                        && entry.count() <= header.events()
                        && (stream ? entry.firstKept() >= 1 : entry.firstKept() == 0),
                number,
                "the numbers of an entry make no sense");
        Positions positions = entry.positions();
        long last = header.after();
        for (long i = 0; i < positions.size(); i++) {
            long position = positions.at(i);
            require(position > last, number, "positions of a key do not rise");
            last = position;
        }
        require(last <= header.to(), number, "a position of a key is outside of the part");
        require(
                positions.countUpTo(last) == positions.size(),
                number,
                "a list of positions is not found by its last one");
    }

    private void require(boolean condition, long page, String what) {
        if (!condition) {
            throw damage(page, what);
        }
    }

    private Corruption damage(long page, String what) {
        return pages.file().damage(page, what);
    }
}
