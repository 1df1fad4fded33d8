package org.leftfold.engine.index.part;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The entries of a part in the order of their keys, read in large pieces past the cache. It begins
 * before the first entry. One thread.
 */
public final class PartCursor {
    private final Pages pages;
    private final List<NodeWalk> path = new ArrayList<>(); // from the root to the leaf's parent
    private @Nullable NodeWalk leaf;
    private long page; // the number of the page that was read last
    private boolean waiting; // whether the walk stands on an entry that was not given yet
    private @Nullable IndexKey key;

    /** A cursor over the entries from {@code from} on. */
    PartCursor(Pages pages, IndexKey from) {
        this.pages = pages;
        Footer.Keys keys = pages.footer().keys();
        if (keys.count() > 0) {
            try {
                goTo(keys, from.encoded());
            } catch (IndexOutOfBoundsException | IllegalArgumentException e) {
                throw pages.senseless(page, e);
            }
        }
    }

    private void goTo(Footer.Keys keys, byte[] from) {
        long number = keys.rootPage();
        for (int level = 0; level < keys.innerLevels(); level++) {
            NodeWalk walk = walk(number, PartFormat.INNER);
            int floor = NodeSearch.floor(walk.page(), from);
            if (floor < 0) {
                throw pages.file().damage(number, "an inner page does not begin with its range");
            }
            do {
                if (!walk.next()) {
                    throw pages.file().damage(number, "the keys of an inner page do not rise");
                }
            } while (walk.valueAt() != floor);
            path.add(walk);
            number = child(walk);
        }
        NodeWalk walk = walk(number, PartFormat.LEAF);
        leaf = walk;
        while (walk.next()) {
            if (Arrays.compareUnsigned(walk.key(), 0, walk.keyBytes(), from, 0, from.length) >= 0) {
                waiting = true;
                return;
            }
        }
    }

    private NodeWalk walk(long number, byte type) {
        page = number;
        return new NodeWalk(pages.page(number, type));
    }

    private static long child(NodeWalk walk) {
        return new ByteCursor(walk.page(), walk.valueAt()).varint();
    }

    /** Goes to the next entry; false if there is none. */
    public boolean next() {
        try {
            if (waiting) {
                waiting = false;
                readKey();
                return true;
            }
            NodeWalk walk = leaf;
            while (walk != null && !walk.next()) {
                walk = nextLeaf();
                leaf = walk;
            }
            if (walk == null) {
                key = null;
                return false;
            }
            readKey();
            return true;
        } catch (IndexOutOfBoundsException | IllegalArgumentException e) {
            throw pages.senseless(page, e);
        }
    }

    private void readKey() {
        NodeWalk walk = leaf();
        key = IndexKey.decode(walk.key(), walk.keyBytes());
    }

    private @Nullable NodeWalk nextLeaf() {
        int level = path.size() - 1;
        while (level >= 0 && !path.get(level).next()) {
            level--;
        }
        if (level < 0) {
            return null;
        }
        for (level++; level < path.size(); level++) {
            long number = child(path.get(level - 1));
            NodeWalk walk = walk(number, PartFormat.INNER);
            if (!walk.next()) {
                throw pages.file().damage(number, "an inner page is empty");
            }
            path.set(level, walk);
        }
        return walk(child(path.getLast()), PartFormat.LEAF);
    }

    private NodeWalk leaf() {
        NodeWalk walk = leaf;
        if (walk == null) {
            throw new IllegalStateException("the cursor stands on no entry");
        }
        return walk;
    }

    /** The key of the entry; only behind a {@link #next} that was true. */
    public IndexKey key() {
        IndexKey current = key;
        if (current == null) {
            throw new IllegalStateException("the cursor stands on no entry");
        }
        return current;
    }

    /** The entry; its positions are for the thread of the cursor. */
    public PartEntry entry() {
        NodeWalk walk = leaf();
        try {
            return PartEntry.decode(pages, page, walk.page(), walk.valueAt());
        } catch (IndexOutOfBoundsException | IllegalArgumentException e) {
            throw pages.senseless(page, e);
        }
    }
}
