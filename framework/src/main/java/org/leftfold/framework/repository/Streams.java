package org.leftfold.framework.repository;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.leftfold.api.AppendCondition;
import org.leftfold.api.EventStore;
import org.leftfold.api.InvalidRequestException;
import org.leftfold.api.Query;
import org.leftfold.api.StreamName;

/**
 * Which stream belongs to an aggregate. Those that were begun when the category had another name
 * keep it.
 */
record Streams(EventStore store, String category, List<String> formerCategories) {
    /** The category of streams that only remember messages. */
    private static final String MESSAGES = "messages";

    Streams {
        formerCategories = List.copyOf(formerCategories);
        StreamName.of(category, "x"); // refuses what is no category
        messages(category);
        formerCategories.forEach(former -> StreamName.of(former, "x"));
    }

    /**
     * The stream of an aggregate, whether it exists or not.
     *
     * @throws InvalidRequestException if the id is empty or makes no legal name (LF-1001)
     */
    StreamName of(String id) {
        Objects.requireNonNull(id, "id");
        if (id.isEmpty()) {
            throw InvalidRequestException.name(
                    "id",
                    id,
                    "it is empty, and tells no two things of '%s' apart".formatted(category));
        }
        StreamName stream = StreamName.of(category, id);
        if (formerCategories.isEmpty() || store.version(stream) > 0) {
            return stream;
        }
        for (String former : formerCategories) {
            StreamName older = StreamName.of(former, id);
            if (store.version(older) > 0) {
                return older;
            }
        }
        return stream;
    }

    /** Whether a stream belongs to an aggregate of this kind. */
    boolean owns(StreamName stream) {
        return stream.category().equals(category) || formerCategories.contains(stream.category());
    }

    /** Where messages are remembered that led to nothing, and whose thing does not exist. */
    StreamName messages() {
        return messages(category);
    }

    static StreamName messages(String name) {
        return StreamName.of(MESSAGES, name);
    }

    /** What has to hold when a stream is begun: nobody begins it under an older name meanwhile. */
    List<AppendCondition> nothingExistsAsBefore(String id) {
        return formerCategories.stream().map(former -> nothingExistsAs(former, id)).toList();
    }

    /** What has to hold when something does not exist: nobody begins it meanwhile. */
    List<AppendCondition> nothingExists(String id) {
        List<AppendCondition> conditions = new ArrayList<>(nothingExistsAsBefore(id));
        conditions.add(nothingExistsAs(category, id));
        return conditions;
    }

    private static AppendCondition nothingExistsAs(String name, String id) {
        return AppendCondition.none(
                "nothing exists as " + name, Query.stream(StreamName.of(name, id)));
    }
}
