package org.leftfold.engine.index;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.function.Function;
import org.leftfold.api.Query;
import org.leftfold.api.QueryItem;
import org.leftfold.api.Tag;
import org.leftfold.engine.index.EventIndex.Range;
import org.leftfold.engine.index.part.Positions;

/**
 * A query as lists of positions: each item starts at its rarest term and looks the others up, so
 * its cost follows the rarest term and not the store.
 */
final class QueryPlan {
    private final List<ItemPlan> items;

    private QueryPlan(List<ItemPlan> items) {
        this.items = items;
    }

    /** Plans a query that does not match everything, for positions of a range. */
    static QueryPlan of(Query query, IndexView index, Range range) {
        List<ItemPlan> items = new ArrayList<>(query.items().size());
        for (QueryItem item : query.items()) {
            items.add(ItemPlan.of(item, index, range));
        }
        return new QueryPlan(items);
    }

    /** At most this many positions are looked at. */
    long candidates() {
        long sum = 0;
        for (ItemPlan item : items) {
            sum += item.candidates();
        }
        return sum;
    }

    /** The matching positions of the range, unreadable ones included. */
    PositionCursor positions(Range range) {
        if (items.size() == 1) {
            return items.getFirst().positions(range);
        }
        List<PositionCursor> cursors = new ArrayList<>(items.size());
        for (ItemPlan item : items) {
            cursors.add(item.positions(range));
        }
        return new UnionCursor(cursors, range.backward());
    }

    /** Fills an array with the first of them; gives how many there are, fewer if that is all. */
    int fill(long[] found, Range range) {
        PositionCursor positions = positions(range);
        int count = 0;
        while (count < found.length) {
            long position = positions.next();
            if (position == PositionCursor.END) {
                break;
            }
            found[count++] = position;
        }
        return count;
    }

    /**
     * One item: an event matches when each group has a list that holds it.
     *
     * @param groups the group with the fewest positions comes first
     */
    private record ItemPlan(List<List<Positions>> groups) {
        private static final ItemPlan NOTHING = new ItemPlan(List.of(List.of()));

        /**
         * Looks the terms up that are rare as a rule first, and none behind one that is nowhere.
         */
        static ItemPlan of(QueryItem item, IndexView index, Range range) {
            if (item.tags().size() > 1
                    && !item.tags().stream().allMatch(tag -> index.mayHave(tag, range))) {
                return NOTHING; // a name that nobody has taken, say, in a shop that all have
            }
            List<List<Positions>> groups = new ArrayList<>();
            boolean isPossible =
                    addGroup(groups, item.streams(), name -> index.stream(name, range));
            Iterator<Tag> tags = item.tags().iterator();
            while (isPossible && tags.hasNext()) {
                isPossible = addGroup(groups, List.of(tags.next()), tag -> index.tag(tag, range));
            }
            if (isPossible && addGroup(groups, item.types(), type -> index.type(type, range))) {
                addGroup(groups, item.categories(), name -> index.category(name, range));
            }
            groups.sort((a, b) -> Long.compare(size(a), size(b)));
            return new ItemPlan(groups);
        }

        /** False if one of the terms is needed and none is there. */
        private static <T> boolean addGroup(
                List<List<Positions>> groups, Collection<T> terms, Function<T, Positions> lookUp) {
            if (terms.isEmpty()) {
                return true;
            }
            List<Positions> group = new ArrayList<>(terms.size());
            for (T term : terms) {
                group.add(lookUp.apply(term));
            }
            groups.add(group);
            return size(group) > 0;
        }

        private static long size(List<Positions> group) {
            long sum = 0;
            for (Positions list : group) {
                sum += list.size();
            }
            return sum;
        }

        long candidates() {
            return size(groups.getFirst());
        }

        PositionCursor positions(Range range) {
            PositionCursor rarest = new MergedCursor(groups.getFirst(), range);
            if (groups.size() == 1) {
                return rarest;
            }
            return () -> {
                long position = rarest.next();
                while (position != PositionCursor.END && !isInOthers(position)) {
                    position = rarest.next();
                }
                return position;
            };
        }

        private boolean isInOthers(long position) {
            for (int i = 1; i < groups.size(); i++) {
                if (!isInOne(groups.get(i), position)) {
                    return false;
                }
            }
            return true;
        }

        private static boolean isInOne(List<Positions> group, long position) {
            for (Positions list : group) {
                if (list.contains(position)) {
                    return true;
                }
            }
            return false;
        }
    }

    /** The union of cursors, in order, each position once. */
    private static final class UnionCursor implements PositionCursor {
        private final List<PositionCursor> cursors;
        private final long[] heads;
        private final boolean backward;

        UnionCursor(List<PositionCursor> cursors, boolean backward) {
            this.cursors = cursors;
            this.backward = backward;
            this.heads = new long[cursors.size()];
            for (int i = 0; i < heads.length; i++) {
                heads[i] = cursors.get(i).next();
            }
        }

        @Override
        public long next() {
            long best = END;
            for (long head : heads) {
                if (head != END && (best == END || (backward ? head > best : head < best))) {
                    best = head;
                }
            }
            for (int i = 0; i < heads.length && best != END; i++) {
                if (heads[i] == best) {
                    heads[i] = cursors.get(i).next();
                }
            }
            return best;
        }
    }
}
