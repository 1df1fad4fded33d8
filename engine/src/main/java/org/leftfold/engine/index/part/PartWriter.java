package org.leftfold.engine.index.part;

import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.leftfold.engine.log.StoreFiles;
import org.leftfold.io.DataFile;
import org.leftfold.io.Directory;

/**
 * Writes one part: first the location of each event, then the ids, then the keys, each in order,
 * then {@link #finish}. Under the final name there is nothing or a whole part, whatever goes wrong.
 * Whoever makes a writer ends it with {@link #finish} or {@link #abandon}.
 *
 * <p>Takes about 2 MiB, and another 8 for the filter of more than 6 million keys. One thread.
 */
public final class PartWriter {
    private static final String SPOOL = ".spool" + StoreFiles.TEMPORARY;

    private final Directory directory;
    private final String name;
    private final PartHeader header;
    private final int hashBits;
    private final int filterPiecePages;
    private final DataFile file;
    private final PageSink sink;
    private final Spool spool;
    private final PlaceWriter places;
    private final IdWriter ids;
    private final KeyWriter keys;

    private Section section = Section.PLACES;
    private long directoryPage;
    private Footer.Ids writtenIds = new Footer.Ids(0, 0);
    private long placeCount;
    private long lastLocation;
    private long lastHash;
    private long lastIdPosition;
    private @Nullable IndexKey lastKey;
    private long keyCount;

    private enum Section {
        PLACES,
        IDS,
        KEYS,
        ENDED
    }

    /** How much memory a writer takes; tests use little. */
    record Memory(int spoolItems, int filterPiecePages) {
        static final Memory USUAL = new Memory(Spool.CHUNK_ITEMS, BloomFilter.PIECE_PAGES);
    }

    private PartWriter(
            Directory directory,
            String name,
            PartHeader header,
            int hashBits,
            Memory memory,
            DataFile file) {
        this.directory = directory;
        this.name = name;
        this.header = header;
        this.hashBits = hashBits;
        this.filterPiecePages = memory.filterPiecePages;
        this.file = file;
        this.sink = new PageSink(file, header);
        this.spool = new Spool(directory, name + SPOOL, memory.spoolItems);
        this.places = new PlaceWriter(sink, spool);
        this.ids = new IdWriter(sink, header.events());
        this.keys = new KeyWriter(sink, header.after());
    }

    /**
     * Begins a part.
     *
     * @param name the name that the file gets at the end; before it has {@code .tmp} behind it
     * @param hashBits how many bits of the hash of a key count in the filter, 1 to 64; few are for
     *     tests
     * @throws IOException if the file could not be made; nothing is left of it, except possibly an
     *     empty temporary file
     */
    public static PartWriter create(
            Directory directory, String name, PartHeader header, int hashBits) throws IOException {
        return create(directory, name, header, hashBits, Memory.USUAL);
    }

    static PartWriter create(
            Directory directory, String name, PartHeader header, int hashBits, Memory memory)
            throws IOException {
        if (hashBits < 1 || hashBits > 64) {
            throw new IllegalArgumentException("hash bits are 1 to 64, not " + hashBits);
        }
        String temporary = name + StoreFiles.TEMPORARY;
        directory.delete(temporary); // what a crash left
        DataFile file = directory.create(temporary);
        try {
            return new PartWriter(directory, name, header, hashBits, memory, file);
        } catch (RuntimeException | Error e) {
            file.close();
            throw e;
        }
    }

    /**
     * Says where the next event lies; the first call is for the position behind {@code after}.
     *
     * @param location not below the one before, and below the log's end
     */
    public void place(long location) throws IOException {
        require(section == Section.PLACES, "places come first");
        require(placeCount < header.events(), "there are more places than events");
        require(
                location >= lastLocation && location < header.logEnd(),
                "places rise, and lie before the end of the log");
        lastLocation = location;
        placeCount++;
        places.add(location);
    }

    /**
     * Files an event under the hash of its id.
     *
     * @param hash40 0 to 2^40 - 1, not below the one before
     * @param position in the part; above the one before, if the hash is the same
     */
    public void id(long hash40, long position) throws IOException {
        beginIds();
        require(hash40 >= 0 && hash40 <= PartFormat.MAX_HASH, "a hash has 40 bits");
        require(position > header.after() && position <= header.to(), "the position is outside");
        require(
                hash40 > lastHash || (hash40 == lastHash && position > lastIdPosition),
                "ids come in order");
        lastHash = hash40;
        lastIdPosition = position;
        ids.add(hash40, position - header.after());
    }

    /**
     * Files events under a key that is above the one before.
     *
     * @param total how many positions the key has in the whole store up to the end of this part
     * @param firstKept the first readable version of a stream or truncation, from 1; 0 for other
     *     kinds
     * @param positions those in this part, maybe none; asked in order
     */
    public void key(IndexKey key, long total, long firstKept, Positions positions)
            throws IOException {
        beginKeys();
        require(lastKey == null || lastKey.compareTo(key) < 0, "keys come in order");
        long count = positions.size();
        require(total >= count, "the total is below the number of positions");
        require(
                key.kind().hasFirstKept() ? firstKept >= 1 : firstKept == 0,
                "streams and truncations, and only they, have a first version");
        require(
                count == 0
                        || (positions.at(0) > header.after()
                                && positions.at(count - 1) <= header.to()),
                "the positions are outside");
        lastKey = key;
        keyCount++;
        spool.add(BloomFilter.reduce(key.hash64(header.hashSeed()), hashBits));
        keys.add(key.encoded(), total, firstKept, positions);
    }

    private void beginIds() throws IOException {
        if (section == Section.PLACES) {
            require(placeCount == header.events(), "there are fewer places than events");
            directoryPage = places.finish();
            writtenIds = new Footer.Ids(sink.pageCount(), 0);
            section = Section.IDS;
        }
        require(section == Section.IDS, "ids come behind the places");
    }

    private void beginKeys() throws IOException {
        if (section != Section.KEYS) {
            beginIds();
            writtenIds = new Footer.Ids(writtenIds.firstPage(), ids.finish());
            section = Section.KEYS;
        }
    }

    /**
     * Ends the part. On return it is whole and durable under its name.
     *
     * @throws IOException if that is not certain; the name then stands for nothing or for a whole
     *     part that may not be durable; call {@link #abandon}
     */
    public void finish() throws IOException {
        require(section != Section.ENDED, "the part was ended");
        beginKeys();
        Footer.Keys tree = keys.finish(keyCount);
        Footer.Filter filter = BloomFilter.write(sink, spool, filterPiecePages);
        spool.close();
        Footer footer =
                new Footer(
                        header,
                        hashBits,
                        directoryPage,
                        writtenIds,
                        tree,
                        filter,
                        sink.pageCount() + 1);
        sink.append(footer.encode());
        sink.flush();
        file.force();
        file.close();
        directory.rename(name + StoreFiles.TEMPORARY, name);
        directory.force();
        section = Section.ENDED;
    }

    /**
     * Gives up: closes and deletes what is temporary, as far as that is possible. Does nothing
     * after {@link #finish} returned.
     */
    public void abandon() {
        if (section == Section.ENDED) {
            return;
        }
        section = Section.ENDED;
        quietly(spool::close);
        quietly(file::close);
        quietly(() -> directory.delete(name + StoreFiles.TEMPORARY));
    }

    private interface Cleaning {
        void run() throws IOException;
    }

    private static void quietly(Cleaning cleaning) {
        try {
            cleaning.run();
        } catch (IOException e) {
            // The caller has an error already; what is left is deleted by the next opening.
        }
    }

    private static void require(boolean condition, String rule) {
        if (!condition) {
            throw new IllegalArgumentException(rule);
        }
    }
}
