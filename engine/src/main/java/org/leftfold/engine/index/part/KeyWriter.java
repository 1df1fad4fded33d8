package org.leftfold.engine.index.part;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.leftfold.engine.log.Bytes;

/**
 * Writes the tree of keys from left to right, with one open page for each level, and the positions
 * of each key. One thread.
 *
 * <pre>
 * value in a leaf:    v positions * 2 + 1 if they lie elsewhere   v total - positions   v first kept
 *                     then v the place of the list, or the positions: v the first, v each next step
 * value in an inner page:   v page of the child
 * </pre>
 */
final class KeyWriter {
    /** Longer lists leave the leaf, so that a leaf holds at least a dozen entries. */
    static final int MAX_INLINE_BYTES = 200;

    private static final int MAX_VALUE_BYTES =
            4 * Bytes.MAX_VARINT_BYTES + MAX_INLINE_BYTES + Bytes.MAX_VARINT_BYTES;

    private final PageSink sink;
    private final long after;
    private final HeapWriter heap;
    private final PostingWriter postings;
    private final NodeBuilder leaf = new NodeBuilder(PartFormat.LEAF);
    private final List<NodeBuilder> levels = new ArrayList<>(); // the lowest first
    private final byte[] value = new byte[MAX_VALUE_BYTES];
    private final byte[] childValue = new byte[Bytes.MAX_VARINT_BYTES];

    KeyWriter(PageSink sink, long after) {
        this.sink = sink;
        this.after = after;
        this.heap = new HeapWriter(sink);
        this.postings = new PostingWriter(heap, after);
    }

    /** Adds a key that is above the one before. */
    void add(byte[] key, long total, long firstKept, Positions positions) throws IOException {
        int valueBytes = encode(total, firstKept, positions);
        if (!leaf.add(key, value, valueBytes)) {
            byte[] next = NodeBuilder.separator(leaf.lastKey(), key);
            addTo(0, leaf.separator(), sink.append(leaf.page()));
            leaf.begin(next);
            addFirst(leaf, key, value, valueBytes);
        }
    }

    private static void addFirst(NodeBuilder node, byte[] key, byte[] bytes, int byteCount) {
        if (!node.add(key, bytes, byteCount)) {
            throw new IllegalStateException("an empty page has no room for one key");
        }
    }

    private int encode(long total, long firstKept, Positions positions) throws IOException {
        long count = positions.size();
        int head = encodeHead(total, firstKept, count, false);
        int end = encodeInline(positions, head);
        if (end > 0) {
            return end;
        }
        long place = postings.write(positions);
        return Bytes.putVarint(value, encodeHead(total, firstKept, count, true), place);
    }

    private int encodeHead(long total, long firstKept, long count, boolean elsewhere) {
        int at = Bytes.putVarint(value, 0, (count << 1) | (elsewhere ? 1 : 0));
        at = Bytes.putVarint(value, at, total - count);
        return Bytes.putVarint(value, at, firstKept);
    }

    /** Puts the positions behind the head; returns the end, or 0 if there are too many. */
    private int encodeInline(Positions positions, int head) {
        long count = positions.size();
        if (count > PartFormat.BLOCK_ITEMS) {
            return 0;
        }
        int at = head;
        long last = after;
        for (int i = 0; i < count; i++) {
            long position = positions.at(i);
            if (position <= last) {
                throw new IllegalArgumentException("positions rise");
            }
            at = Bytes.putVarint(value, at, position - last);
            if (at - head > MAX_INLINE_BYTES) {
                return 0;
            }
            last = position;
        }
        return at;
    }

    private void addTo(int level, byte[] separator, long child) throws IOException {
        if (level == levels.size()) {
            levels.add(new NodeBuilder(PartFormat.INNER));
        }
        NodeBuilder node = levels.get(level);
        int valueBytes = Bytes.putVarint(childValue, 0, child);
        if (!node.add(separator, childValue, valueBytes)) {
            addTo(level + 1, node.separator(), sink.append(node.page()));
            node.begin(separator);
            valueBytes = Bytes.putVarint(childValue, 0, child);
            addFirst(node, separator, childValue, valueBytes);
        }
    }

    /** Writes the rest; returns the tree. */
    Footer.Keys finish(long keyCount) throws IOException {
        heap.close();
        if (keyCount == 0) {
            return new Footer.Keys(0, 0, 0);
        }
        byte[] separator = leaf.separator();
        long child = sink.append(leaf.page());
        int level = 0;
        for (; level < levels.size(); level++) {
            addTo(level, separator, child);
            separator = levels.get(level).separator();
            child = sink.append(levels.get(level).page());
        }
        return new Footer.Keys(child, level, keyCount);
    }
}
