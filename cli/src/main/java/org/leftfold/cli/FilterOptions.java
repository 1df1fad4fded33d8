package org.leftfold.cli;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.leftfold.api.Query;
import org.leftfold.api.QueryItem;
import org.leftfold.api.StreamName;
import org.leftfold.cli.intake.InputException;
import org.leftfold.cli.store.OpenStore;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Which events a command is about. */
final class FilterOptions {
    @Parameters(
            arity = "0..1",
            paramLabel = "STREAM",
            description = "Only events of this stream, such as order-17.")
    private @Nullable String stream;

    @Option(names = "--all", description = "All events of the store.")
    private boolean all;

    @Option(
            names = {"-c", "--category"},
            paramLabel = "NAME",
            description = "Only streams of this category: what is before the first '-'.")
    private List<String> categories = List.of();

    @Option(
            names = {"-t", "--type"},
            paramLabel = "NAME",
            description = "Only events of this type. Give it again for one more type.")
    private List<String> types = List.of();

    @Option(
            names = "--tag",
            paramLabel = "KEY:VALUE",
            description = "Only events with this tag. Give it again: only events with both.")
    private List<String> tags = List.of();

    /** Whether nothing was chosen. */
    boolean isEmpty() {
        return !all && !isNarrowed();
    }

    /** Whether {@code --all} stands beside a filter. */
    boolean isContradiction() {
        return all && isNarrowed();
    }

    private boolean isNarrowed() {
        return stream != null || !categories.isEmpty() || !types.isEmpty() || !tags.isEmpty();
    }

    /** The stream that was named, or null. */
    @Nullable String stream() {
        return stream;
    }

    /** Refuses what may be meant otherwise: a stream that was never written, a slip of the pen. */
    void requireKnown(OpenStore store) {
        if (stream != null) {
            KnownStreams.require(store, new StreamName(stream));
        }
        KnownStreams.requireCategories(store, categories);
    }

    /** The same as a text, where waiting for it makes sense. */
    Optional<String> doubt(OpenStore store) {
        try {
            requireKnown(store);
            return Optional.empty();
        } catch (InputException e) {
            return Optional.of(e.plainText());
        }
    }

    /** The events that were chosen: different filters narrow each other. */
    Query query() {
        QueryItem item = QueryItem.everything();
        if (stream != null) {
            item = item.andStreams(new StreamName(stream));
        }
        return Query.anyOf(
                item.andCategories(categories.toArray(String[]::new))
                        .andTypes(types.toArray(String[]::new))
                        .andTags(tags.toArray(String[]::new)));
    }
}
