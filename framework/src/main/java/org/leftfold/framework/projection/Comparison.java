package org.leftfold.framework.projection;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.leftfold.api.Checkpoint;
import org.leftfold.api.Payload;
import org.leftfold.api.spi.ViewStore.Row;
import org.leftfold.api.spi.ViewStore.View;
import org.leftfold.api.spi.ViewTransaction;
import org.leftfold.framework.codec.JsonFormat;
import org.leftfold.framework.codec.PayloadFormat;
import org.leftfold.framework.projection.Projection.Effect;
import org.leftfold.framework.projection.ViewHeader.Building;

/** Compares the generation that is built with the one that is read, row by row. */
final class Comparison {
    private static final int PAGE = 500;
    private static final PayloadFormat PICTURES = JsonFormat.ofPictures();

    private final @Nullable Effect<?, ?> effect;
    private final String name;
    private final List<String> examples = new ArrayList<>();
    private long equal;
    private long different;
    private long missing;
    private long added;

    Comparison(Work<?, ?> work, String name) {
        this.effect = work.definition().effect();
        this.name = name;
    }

    /** Says nothing about rows. */
    static RebuildReport none(
            ViewTransaction transaction, String name, ViewHeader header, Checkpoint target) {
        return new Comparison(name).report(transaction, header, target);
    }

    private Comparison(String name) {
        this.effect = null;
        this.name = name;
    }

    /** Compares; nobody changes either meanwhile. */
    RebuildReport of(ViewTransaction transaction, ViewHeader header, Checkpoint target) {
        View read = header.current().view(name);
        View built = building(header).built().view(name);
        String after = "";
        for (List<Row> page = transaction.page(read, -1, after, PAGE);
                !page.isEmpty();
                page = transaction.page(read, -1, after, PAGE)) {
            compare(page, transaction.find(built, page.stream().map(Row::key).toList()));
            after = page.getLast().key();
        }
        if (transaction.count(built) != equal + different) {
            after = "";
            for (List<Row> page = transaction.page(built, -1, after, PAGE);
                    !page.isEmpty();
                    page = transaction.page(built, -1, after, PAGE)) {
                Map<String, Payload> there =
                        transaction.find(read, page.stream().map(Row::key).toList());
                for (Row row : page) {
                    if (!there.containsKey(row.key())) {
                        added++;
                        note(row.key());
                    }
                }
                after = page.getLast().key();
            }
        }
        return report(transaction, header, target);
    }

    private void compare(List<Row> page, Map<String, Payload> there) {
        for (Row row : page) {
            Payload other = there.get(row.key());
            if (other == null) {
                missing++;
                note(row.key());
            } else if (isSame(row.body(), other)) {
                equal++;
            } else {
                different++;
                note(row.key());
            }
        }
    }

    private void note(String key) {
        if (examples.size() < RebuildReport.MAX_EXAMPLES) {
            examples.add(key);
        }
    }

    /** Whether two rows hold the same; sets may be written in any order. */
    private boolean isSame(Payload one, Payload other) {
        if (one.equals(other)) {
            return true;
        }
        if (!(effect instanceof Effect.Rows<?, ?> rows)) {
            return false;
        }
        try {
            return picture(rows, one).equals(picture(rows, other));
        } catch (RuntimeException e) { // stored by an older form of the class
            return false;
        }
    }

    private static <E, V> Payload picture(Effect.Rows<E, V> rows, Payload body) {
        return PICTURES.write(rows.fold().read(body));
    }

    private RebuildReport report(
            ViewTransaction transaction, ViewHeader header, Checkpoint target) {
        Building building = building(header);
        View built = building.built().view(name);
        int parked = 0;
        for (int part = 0; part < building.built().parts(); part++) {
            parked += transaction.parkedKeys(built, part).size();
        }
        return new RebuildReport(
                building.built().generation(),
                header.current().generation(),
                target,
                transaction.count(built),
                equal,
                different,
                missing,
                added,
                parked,
                examples);
    }

    private static Building building(ViewHeader header) {
        Building building = header.building();
        if (building == null) {
            throw new IllegalStateException("nothing is being built");
        }
        return building;
    }
}
