package org.leftfold.engine.index.part;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Writes long lists of positions: blocks of 128, and a tree of nodes above them, filled from left
 * to right. All blocks but the last are full, and so are all nodes but the last of a level, so the
 * way to the n-th block follows from n. Positions count from behind the part's beginning. One
 * thread.
 *
 * <pre>
 * block:   0 6  first position    6 6  smallest step    12 1  width in bits
 *          13   the steps to each next position, less the smallest, packed
 * node:    up to 64 times   0 6  first position of the child    6 6  its place
 * </pre>
 */
final class PostingWriter {
    static final int STEP_AT = 6;
    static final int WIDTH_AT = 12;
    static final int STEPS_AT = 13;

    private static final int MAX_BLOCK_BYTES = STEPS_AT + 8 * PartFormat.BLOCK_ITEMS;

    private final HeapWriter heap;
    private final long after;
    private final long[] block = new long[PartFormat.BLOCK_ITEMS];
    private final byte[] encoded = new byte[MAX_BLOCK_BYTES + 8];
    private final List<Node> nodes = new ArrayList<>(); // the open one of each level, reused
    private int levels;

    private static final class Node {
        final byte[] bytes = new byte[PartFormat.LIST_FANOUT * PartFormat.LIST_ENTRY_BYTES];
        int count;
    }

    PostingWriter(HeapWriter heap, long after) {
        this.heap = heap;
        this.after = after;
    }

    /** Writes a list that is not empty; returns the place of its top: a node, or the one block. */
    long write(Positions positions) throws IOException {
        long size = positions.size();
        levels = 0;
        long place = 0;
        long last = 0;
        for (long from = 0; from < size; from += PartFormat.BLOCK_ITEMS) {
            int count = (int) Math.min(PartFormat.BLOCK_ITEMS, size - from);
            for (int i = 0; i < count; i++) {
                block[i] = positions.at(from + i) - after;
                if (block[i] <= last) {
                    throw new IllegalArgumentException("positions rise");
                }
                last = block[i];
            }
            place = appendBlock(count);
            if (size > PartFormat.BLOCK_ITEMS) {
                addTo(0, block[0], place);
            }
        }
        for (int level = 0; level < levels; level++) {
            long first = PartFormat.getShortLong(nodes.get(level).bytes, 0);
            place = append(nodes.get(level));
            if (level + 1 < levels) {
                addTo(level + 1, first, place);
            }
        }
        return place;
    }

    private long appendBlock(int count) throws IOException {
        long least = Long.MAX_VALUE;
        long most = 0;
        for (int i = 1; i < count; i++) {
            long step = block[i] - block[i - 1];
            least = Math.min(least, step);
            most = Math.max(most, step);
        }
        if (count == 1) {
            least = 0;
        }
        int width = Packing.width(most - least);
        int byteCount = STEPS_AT + Packing.byteCount(count - 1, width);
        Arrays.fill(encoded, 0, byteCount + 8, (byte) 0);
        PartFormat.putShortLong(encoded, 0, block[0]);
        PartFormat.putShortLong(encoded, STEP_AT, least);
        encoded[WIDTH_AT] = (byte) width;
        for (int i = 1; i < count; i++) {
            Packing.put(encoded, STEPS_AT, i - 1, width, block[i] - block[i - 1] - least);
        }
        return heap.append(encoded, byteCount);
    }

    private void addTo(int level, long first, long place) throws IOException {
        if (level == levels) {
            if (level == nodes.size()) {
                nodes.add(new Node());
            }
            nodes.get(level).count = 0;
            levels++;
        }
        Node node = nodes.get(level);
        if (node.count == PartFormat.LIST_FANOUT) {
            long nodeFirst = PartFormat.getShortLong(node.bytes, 0);
            addTo(level + 1, nodeFirst, append(node));
        }
        int at = node.count++ * PartFormat.LIST_ENTRY_BYTES;
        PartFormat.putShortLong(node.bytes, at, first);
        PartFormat.putShortLong(node.bytes, at + PartFormat.SHORT_LONG_BYTES, place);
    }

    private long append(Node node) throws IOException {
        int byteCount = node.count * PartFormat.LIST_ENTRY_BYTES;
        node.count = 0;
        return heap.append(node.bytes, byteCount);
    }
}
