package org.leftfold.api.shard;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.leftfold.api.Append;
import org.leftfold.api.AppendResult;
import org.leftfold.api.ExpectedVersion;
import org.leftfold.api.InvalidRequestException;
import org.leftfold.api.StreamName;
import org.leftfold.api.StreamWrite;
import org.leftfold.api.VersionConflictException;

/**
 * Finds the first result of an append whose streams were moved since (G5): in the shard where it
 * was made, which keeps its events and ids for ever. The shard is asked by the same append with an
 * expectation that no stream meets, so nothing can be stored by asking. Safe for any thread.
 */
final class Repetitions {
    private static final ExpectedVersion NEVER_MET = ExpectedVersion.exactly(Long.MAX_VALUE);

    private final ShardSet shards;
    private final Places places;

    Repetitions(ShardSet shards, Places places) {
        this.shards = shards;
        this.places = places;
    }

    /** The first result of an append, or null if no shard knows it. */
    @Nullable AppendResult find(Append append) {
        shards.refresh(); // it may have been in shards that are not on its way from home to here
        List<StreamWrite> writes = new ArrayList<>();
        TreeSet<Integer> common = new TreeSet<>();
        for (StreamWrite write : append.writes()) {
            Set<Integer> path = places.path(write.stream());
            if (writes.isEmpty()) {
                common.addAll(path);
            } else {
                common.retainAll(path);
            }
            writes.add(new StreamWrite(write.stream(), NEVER_MET, write.events()));
        }
        Append question = new Append(writes, List.of());
        for (int shard : common) {
            AppendResult found = ask(shard, question);
            if (found != null) {
                return found;
            }
        }
        return null;
    }

    private @Nullable AppendResult ask(int shard, Append question) {
        try {
            AppendResult result = shards.store(shard).append(question);
            for (AppendResult.Written written : result.writes()) {
                Track track = shards.track(shard, written.stream());
                if (track.isCopied(written.firstVersion())) {
                    return null; // the first ones are elsewhere
                }
            }
            List<Place> here = new ArrayList<>();
            for (StreamWrite write : question.writes()) {
                here.add(place(shard, write.stream()));
            }
            return new RoutedAppend(shards, new SeenVersions(), question, here).outside(result);
        } catch (VersionConflictException unknown) {
            return null;
        } catch (InvalidRequestException otherwiseKnown) {
            if (otherwiseKnown.code().equals("LF-1005")) {
                return null; // as copies, which have more metadata; or indeed used otherwise
            }
            throw otherwiseKnown;
        }
    }

    private Place place(int shard, StreamName stream) {
        return new Place(shard, shards.track(shard, stream), null);
    }
}
