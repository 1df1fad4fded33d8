package org.leftfold.engine.index.part;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;

/** Makes up events, and the parts that index them one after the other. */
final class StoreModel {
    static final UUID STORE_ID = new UUID(0x1122334455667788L, 0x99aabbccddeeff00L);

    private static final String[] ALPHABET = {"a", "b", "é", "한", "𝄞", "-", "0", "\u0001", "ÿ"};

    private final SplittableRandom random;
    private final int hashBits;
    private final List<IndexKey> streams = new ArrayList<>();
    private final List<IndexKey> tags = new ArrayList<>();
    private final Map<IndexKey, Long> totals = new HashMap<>();
    private final Map<IndexKey, Long> firstKept = new HashMap<>();
    private final int maxKeyCharacters;
    private long position;
    private long location;

    /** A store whose first event is that behind {@code after}. */
    StoreModel(SplittableRandom random, int hashBits, long after) {
        this.random = random;
        this.hashBits = hashBits;
        this.position = after;
        this.location = (1L << 40) + 128;
        this.maxKeyCharacters = 1 + (random.nextInt(3) == 0 ? 150 : random.nextInt(20));
    }

    /** The next part, of this many events. */
    PartModel next(int events) {
        long after = position;
        List<Long> locations = new ArrayList<>();
        List<PartModel.Id> ids = new ArrayList<>();
        NavigableMap<IndexKey, List<Long>> filed = new TreeMap<>();
        int fresh = 1 + random.nextInt(8); // one event in so many begins a stream
        int tagsOfEvent = random.nextInt(4);
        for (int i = 0; i < events; i++) {
            position++;
            if (random.nextInt(3) > 0) {
                location += 40 + random.nextInt(600);
            }
            if (random.nextInt(200) == 0) {
                location = (((location >>> 40) + 1 + random.nextInt(3)) << 40) + 128;
            }
            locations.add(location);
            ids.add(new PartModel.Id(hash(), position));
            if (streams.isEmpty() || random.nextInt(fresh) == 0) {
                streams.add(key(IndexKey.Kind.STREAM));
            }
            file(filed, skewed(streams));
            file(filed, IndexKey.of(IndexKey.Kind.CATEGORY, "category" + random.nextInt(3)));
            file(filed, IndexKey.of(IndexKey.Kind.TYPE, "type" + random.nextInt(20)));
            for (int tag = 0; tag < tagsOfEvent; tag++) {
                if (tags.isEmpty() || random.nextInt(20) == 0) {
                    tags.add(key(IndexKey.Kind.TAG));
                }
                file(filed, skewed(tags));
            }
        }
        location += 10;
        Collections.sort(ids);
        byte[] opaque = new byte[random.nextInt(PartHeader.MAX_OPAQUE_BYTES + 1)];
        random.nextBytes(opaque);
        return new PartModel(
                new PartHeader(STORE_ID, after, position, location, opaque, 77),
                hashBits,
                locations,
                ids,
                entries(filed));
    }

    private NavigableMap<IndexKey, PartModel.Entry> entries(
            NavigableMap<IndexKey, List<Long>> filed) {
        TreeSet<IndexKey> keys = new TreeSet<>(filed.keySet());
        for (int i = 0; i < 3 && !streams.isEmpty(); i++) { // truncations
            IndexKey stream = skewed(streams);
            if (random.nextBoolean()) {
                firstKept.merge(stream, 2L + random.nextInt(20), Math::max);
                keys.add(stream);
                keys.add(IndexKey.of(IndexKey.Kind.TRUNCATION, stream.text()));
            }
        }
        NavigableMap<IndexKey, PartModel.Entry> entries = new TreeMap<>();
        for (IndexKey key : keys) {
            List<Long> positions = filed.getOrDefault(key, List.of());
            long total = totals.merge(key, (long) positions.size(), Long::sum);
            long first = key.kind().hasFirstKept() ? firstKept(key) : 0;
            entries.put(key, new PartModel.Entry(total, first, positions));
        }
        return entries;
    }

    /** A later part may not know of a truncation that an earlier one holds. */
    private long firstKept(IndexKey key) {
        IndexKey stream = IndexKey.of(IndexKey.Kind.STREAM, key.text());
        return random.nextInt(3) == 0 ? 1 : firstKept.getOrDefault(stream, 1L);
    }

    private long hash() {
        return hashBits < 40 ? random.nextLong(1L << hashBits) : random.nextLong(1L << 40);
    }

    /** The first one most of the time, any other seldom. */
    private IndexKey skewed(List<IndexKey> keys) {
        return random.nextInt(3) > 0 ? keys.getFirst() : keys.get(random.nextInt(keys.size()));
    }

    private void file(Map<IndexKey, List<Long>> filed, IndexKey key) {
        List<Long> positions = filed.computeIfAbsent(key, k -> new ArrayList<>());
        if (positions.isEmpty() || positions.getLast() != position) {
            positions.add(position);
        }
    }

    private IndexKey key(IndexKey.Kind kind) {
        StringBuilder text = new StringBuilder();
        if (random.nextInt(3) == 0) {
            text.append("a".repeat(maxKeyCharacters / 2)); // a beginning that many share
        }
        int characters = 1 + random.nextInt(maxKeyCharacters);
        for (int i = 0; i < characters; i++) {
            text.append(ALPHABET[random.nextInt(ALPHABET.length)]);
        }
        return IndexKey.of(kind, text.toString());
    }
}
