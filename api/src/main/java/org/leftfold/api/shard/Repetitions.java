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

    /** What a shard says of ids. */
    private enum Known {
        NOT_AT_ALL,
        /** As copies, which have more metadata, or indeed as other events. */
        OTHERWISE,
        AS_THIS
    }

    /** What one shard answers. */
    private record Answer(Known known, @Nullable AppendResult result) {}

    /**
     * The first result of an append, or null if no shard knows anything of it.
     *
     * @throws InvalidRequestException if ids of it are known, and not as this append (LF-1005)
     */
    @Nullable AppendResult find(Append append) {
        shards.refresh(); // it may have been in shards that are not on its way from home to here
        TreeSet<Integer> common = new TreeSet<>(places.path(append.writes().getFirst().stream()));
        List<StreamWrite> writes = new ArrayList<>();
        for (StreamWrite write : append.writes()) {
            common.retainAll(places.path(write.stream()));
            writes.add(new StreamWrite(write.stream(), NEVER_MET, write.events()));
        }
        Append question = new Append(writes, List.of());
        StreamName otherwise = null;
        for (int shard : common) {
            Answer answer = ask(shard, question);
            if (answer.result() != null) {
                return answer.result();
            }
            if (answer.known() == Known.OTHERWISE) {
                otherwise = writes.getFirst().stream();
            }
        }
        // What one shard has as a copy another one has as the first, and would have said so.
        otherwise = otherwise == null ? knownAlone(writes, common) : otherwise;
        if (otherwise != null) {
            throw ShardErrors.otherwiseKnown(otherwise);
        }
        return null;
    }

    /** A stream some of whose ids are known in a shard where not all the streams were, or null. */
    private @Nullable StreamName knownAlone(List<StreamWrite> writes, Set<Integer> asked) {
        for (StreamWrite write : writes) {
            Append question = new Append(List.of(write), List.of());
            for (int shard : places.path(write.stream())) {
                if (!asked.contains(shard) && ask(shard, question).known() != Known.NOT_AT_ALL) {
                    return write.stream();
                }
            }
        }
        return null;
    }

    private Answer ask(int shard, Append question) {
        try {
            AppendResult result = shards.store(shard).append(question);
            for (AppendResult.Written written : result.writes()) {
                Track track = shards.track(shard, written.stream());
                if (track.isCopied(written.firstVersion())) {
                    return new Answer(Known.OTHERWISE, null); // the first ones are elsewhere
                }
            }
            return new Answer(Known.AS_THIS, shards.outside(shard, result));
        } catch (VersionConflictException unknown) {
            return new Answer(Known.NOT_AT_ALL, null);
        } catch (InvalidRequestException otherwiseKnown) {
            if (otherwiseKnown.code().equals("LF-1005")) {
                return new Answer(Known.OTHERWISE, null);
            }
            throw otherwiseKnown;
        }
    }
}
