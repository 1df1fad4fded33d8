package org.leftfold.engine.index;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import org.leftfold.engine.index.part.IndexKey;
import org.leftfold.engine.index.part.IndexKey.Kind;
import org.leftfold.engine.index.part.PartHeader;
import org.leftfold.engine.index.part.PartWriter;
import org.leftfold.engine.log.Log;
import org.leftfold.engine.log.ReplayState;
import org.leftfold.io.Directory;

/** Writes a frozen table as a part. */
final class TableFlush {
    private final IndexView older; // what the index held before the table
    private final MemoryTable table;
    private final IdHashing hashing;

    /**
     * A flush.
     *
     * @param older a view that has everything before the table in its parts
     */
    TableFlush(IndexView older, MemoryTable table, IdHashing hashing) {
        this.older = older;
        this.table = table;
        this.hashing = hashing;
    }

    private record Filed(IndexKey key, PositionList positions, long firstKept, long base) {}

    /** On return the part is whole and durable. */
    void write(Directory directory, String name, UUID storeId) throws IOException {
        ReplayState state = table.state();
        PartHeader header =
                new PartHeader(
                        storeId,
                        table.after(),
                        table.last(),
                        Log.location(state.segment(), state.offset()),
                        state.encode(),
                        hashing.seed());
        PartWriter writer = PartWriter.create(directory, name, header, filterBits(hashing));
        try {
            for (long position = table.after() + 1; position <= table.last(); position++) {
                writer.place(table.locationOf(position));
            }
            for (long entry : table.ids().sorted()) {
                writer.id(IdTable.hashOf(entry), table.ids().positionOf(entry));
            }
            for (Filed filed : sorted()) {
                PositionList list = filed.positions();
                long total = filed.base() + list.size();
                writer.key(filed.key(), total, filed.firstKept(), new TableSlice(list, 0));
            }
            writer.finish();
        } finally {
            writer.abandon(); // does nothing if the part was finished
        }
    }

    /** Tests with few bits want collisions everywhere. */
    static int filterBits(IdHashing hashing) {
        return hashing.bits() == IdHashing.BITS ? Long.SIZE : hashing.bits();
    }

    private List<Filed> sorted() {
        List<Filed> all = new ArrayList<>(table.streams().size() + 64);
        table.streams()
                .forEach((stream, postings) ->
                        all.add(
                                new Filed(
                                        IndexKey.of(Kind.STREAM, stream.value()),
                                        postings,
                                        1,
                                        postings.base())));
        table.categories().forEach((category, list) -> file(all, Kind.CATEGORY, category, list));
        table.types().forEach((type, list) -> file(all, Kind.TYPE, type.value(), list));
        table.tags().forEach((tag, list) -> file(all, Kind.TAG, tag.toString(), list));
        table.truncations()
                .forEach((stream, firstKept) ->
                        all.add(
                                new Filed(
                                        IndexKey.of(Kind.TRUNCATION, stream.value()),
                                        PositionList.EMPTY,
                                        firstKept,
                                        0)));
        all.sort(Comparator.comparing(Filed::key));
        return all;
    }

    private void file(List<Filed> all, Kind kind, String text, PositionList list) {
        IndexKey key = IndexKey.of(kind, text);
        all.add(new Filed(key, list, 0, older.sealedTotal(key)));
    }
}
