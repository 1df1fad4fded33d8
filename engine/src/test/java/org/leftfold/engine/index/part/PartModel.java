package org.leftfold.engine.index.part;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.leftfold.io.Directory;

/** What a part is to hold, in plain collections. */
record PartModel(
        PartHeader header,
        int hashBits,
        List<Long> locations,
        List<Id> ids,
        NavigableMap<IndexKey, Entry> entries) {
    /** Memory with which every limit is reached soon. */
    static final PartWriter.Memory LITTLE = new PartWriter.Memory(7, 1);

    /** An event under the hash of its id. */
    record Id(long hash, long position) implements Comparable<Id> {
        @Override
        public int compareTo(Id other) {
            return hash != other.hash
                    ? Long.compare(hash, other.hash)
                    : Long.compare(position, other.position);
        }
    }

    /** What is filed under a key. */
    record Entry(long total, long firstKept, List<Long> positions) {}

    void write(Directory directory, String name) throws IOException {
        write(directory, name, PartWriter.Memory.USUAL);
    }

    void write(Directory directory, String name, PartWriter.Memory memory) throws IOException {
        PartWriter writer = PartWriter.create(directory, name, header, hashBits, memory);
        try {
            for (long location : locations) {
                writer.place(location);
            }
            for (Id id : ids) {
                writer.id(id.hash, id.position);
            }
            for (Map.Entry<IndexKey, Entry> entry : entries.entrySet()) {
                Entry value = entry.getValue();
                writer.key(entry.getKey(), value.total, value.firstKept, listOf(value.positions));
            }
            writer.finish();
        } finally {
            writer.abandon();
        }
    }

    static Positions listOf(List<Long> positions) {
        return new ShortList(positions.stream().mapToLong(Long::longValue).toArray());
    }

    /** The part that a merge of adjacent ones is to be. */
    static PartModel join(List<PartModel> parts) {
        PartHeader first = parts.getFirst().header;
        PartHeader last = parts.getLast().header;
        NavigableMap<IndexKey, Entry> entries = new TreeMap<>();
        for (PartModel part : parts) {
            part.entries.forEach((key, entry) ->
                    entries.merge(
                            key,
                            entry,
                            (older, newer) ->
                                    new Entry(
                                            newer.total,
                                            Math.max(older.firstKept, newer.firstKept),
                                            Stream.concat(
                                                            older.positions.stream(),
                                                            newer.positions.stream())
                                                    .toList())));
        }
        return new PartModel(
                new PartHeader(
                        first.storeId(),
                        first.after(),
                        last.to(),
                        last.logEnd(),
                        last.opaque(),
                        first.hashSeed()),
                parts.getFirst().hashBits,
                parts.stream().flatMap(part -> part.locations.stream()).toList(),
                parts.stream().flatMap(part -> part.ids.stream()).sorted().toList(),
                entries);
    }

    /** Whether a part answers as this model does, to every question with an answer. */
    void check(Part part, SplittableRandom random) {
        assertThat(part.header()).isEqualTo(header);
        assertThat(part.keyCount()).isEqualTo(entries.size());
        checkLocations(part, random);
        checkIds(part, random);
        checkKeys(part, random);
        checkCursor(part, random);
    }

    private void checkLocations(Part part, SplittableRandom random) {
        for (int i = 0; i < locations.size(); i++) {
            int at = random.nextBoolean() ? i : random.nextInt(locations.size());
            assertThat(part.locationOf(header.after() + 1 + at)).isEqualTo(locations.get(at));
        }
    }

    private void checkIds(Part part, SplittableRandom random) {
        Map<Long, List<Long>> byHash = new TreeMap<>();
        ids.forEach(id ->
                byHash.merge(
                        id.hash,
                        List.of(id.position),
                        (one, other) -> Stream.concat(one.stream(), other.stream()).toList()));
        byHash.forEach((hash, positions) -> {
            assertThat(part.candidates(hash))
                    .as("hash %d", hash)
                    .containsExactly(positions.toArray(Long[]::new));
            for (long near : new long[] {hash - 1, hash + 1}) {
                if (near >= 0 && near <= PartFormat.MAX_HASH && !byHash.containsKey(near)) {
                    assertThat(part.candidates(near)).as("hash %d", near).isEmpty();
                }
            }
        });
        long other = random.nextLong(PartFormat.MAX_HASH + 1);
        assertThat(part.candidates(other))
                .containsExactly(byHash.getOrDefault(other, List.of()).toArray(Long[]::new));
    }

    private void checkKeys(Part part, SplittableRandom random) {
        entries.forEach((key, entry) -> {
            check(part.find(key), entry, key, random);
            for (IndexKey near : near(key)) {
                if (!entries.containsKey(near)) {
                    assertThat(part.find(near)).as("%s", near).isNull();
                }
            }
        });
    }

    private static List<IndexKey> near(IndexKey key) {
        byte[] text = Arrays.copyOfRange(key.encoded(), 1, key.encoded().length);
        byte[] shorter = Arrays.copyOf(text, Math.max(0, text.length - 1));
        byte[] longer = Arrays.copyOf(text, Math.min(IndexKey.MAX_TEXT_BYTES, text.length + 1));
        byte[] other = text.clone();
        if (other.length > 0) {
            other[other.length / 2]++;
        }
        return Stream.of(shorter, longer, other).map(t -> IndexKey.of(key.kind(), t)).toList();
    }

    private static void check(PartEntry found, Entry entry, IndexKey key, SplittableRandom random) {
        assertThat(found).as("%s", key).isNotNull();
        assertThat(found.count()).isEqualTo(entry.positions.size());
        assertThat(found.total()).isEqualTo(entry.total);
        assertThat(found.firstKept()).isEqualTo(entry.firstKept);
        Positions view = found.positions();
        assertThat(view.size()).isEqualTo(entry.positions.size());
        int count = entry.positions.size();
        if (count > 0) {
            for (int i = 0; i < 3; i++) {
                int at = random.nextInt(count);
                assertThat(view.at(at)).as("%s at %d", key, at).isEqualTo(entry.positions.get(at));
                assertThat(view.countUpTo(entry.positions.get(at))).isEqualTo(at + 1);
                assertThat(view.contains(entry.positions.get(at))).isTrue();
            }
        }
        assertThat(LongStream.range(0, count).map(view::at).boxed().toList())
                .as("%s", key)
                .isEqualTo(entry.positions);
    }

    private void checkCursor(Part part, SplittableRandom random) {
        for (int i = 0; i < 4; i++) {
            IndexKey from =
                    i == 0 || entries.isEmpty()
                            ? IndexKey.of(IndexKey.Kind.STREAM, "")
                            : entries.keySet().stream()
                                    .skip(random.nextInt(entries.size()))
                                    .findFirst()
                                    .orElseThrow();
            if (i > 1) {
                from = near(from).get(i - 2);
            }
            PartCursor cursor = part.entries(from);
            for (Map.Entry<IndexKey, Entry> entry : entries.tailMap(from, true).entrySet()) {
                assertThat(cursor.next()).isTrue();
                assertThat(cursor.key()).isEqualTo(entry.getKey());
                check(cursor.entry(), entry.getValue(), cursor.key(), random);
            }
            assertThat(cursor.next()).as("behind the last entry").isFalse();
            assertThat(cursor.next()).as("behind the last entry, again").isFalse();
        }
    }
}
