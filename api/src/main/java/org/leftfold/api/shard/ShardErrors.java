package org.leftfold.api.shard;

import java.util.List;
import java.util.StringJoiner;
import org.leftfold.api.AppendCondition;
import org.leftfold.api.IntegrityException;
import org.leftfold.api.InvalidRequestException;
import org.leftfold.api.Metadata;
import org.leftfold.api.StoreUnavailableException;
import org.leftfold.api.StreamName;

/** The errors of a sharded store, in the categories of the contract. */
final class ShardErrors {
    private ShardErrors() {}

    /** LF-1401: an append writes to streams of several shards. */
    static InvalidRequestException crossing(List<StreamName> streams, List<String> shards) {
        StringJoiner where = new StringJoiner(", ");
        for (int i = 0; i < streams.size(); i++) {
            where.add("'%s' is in shard '%s'".formatted(streams.get(i), shards.get(i)));
        }
        return new InvalidRequestException(
                "LF-1401",
                ("this append crosses shards, nothing of it was stored: %s. Append to the streams one after"
                                + " the other, or move them into one shard.")
                        .formatted(where));
    }

    /** LF-1402: a condition that cannot be kept over shards. */
    static InvalidRequestException condition(AppendCondition condition, String why) {
        return new InvalidRequestException(
                "LF-1402",
                "condition '%s' cannot be checked over shards, nothing was stored: %s."
                        .formatted(condition.name(), why));
    }

    /** LF-1403: these stores are not the shards of one store, in this order. */
    static InvalidRequestException mismatch(String why) {
        return new InvalidRequestException(
                "LF-1403",
                ("these shards do not make one store: %s. Nothing was changed. Give all shards of the store, each once, in"
                                + " the order of its first opening.")
                        .formatted(why));
    }

    /** LF-1005: ids are known in a shard where the stream was, but not as this append. */
    static InvalidRequestException otherwiseKnown(StreamName stream) {
        return new InvalidRequestException(
                "LF-1005",
                ("event ids of the write to stream '%s' are known there, but not as this append; nothing was stored. Take new"
                                + " ids for new events; to repeat an append, make it unchanged.")
                        .formatted(stream));
    }

    /** LF-1404: a stream cannot be moved. */
    static InvalidRequestException immovable(StreamName stream, String why) {
        return new InvalidRequestException(
                "LF-1404", "stream '%s' cannot be moved, and was not: %s.".formatted(stream, why));
    }

    /** LF-1404: the shard that a stream is to go to does not take it. */
    static InvalidRequestException refused(
            StreamName stream, String shard, InvalidRequestException refusal) {
        return new InvalidRequestException(
                "LF-1404",
                "stream '%s' cannot be moved, and was not: shard '%s' would refuse what has to be stored there: %s"
                        .formatted(stream, shard, refusal.getMessage()),
                refusal);
    }

    /** LF-1405: a name that the sharded store needs for itself. */
    static InvalidRequestException reserved(String what, String name) {
        return new InvalidRequestException(
                "LF-1405",
                "%s '%s' belongs to the sharded store itself, nothing was stored. Take another name."
                        .formatted(what, name));
    }

    /** LF-3401: the stream was moved again and again while the call was made. */
    static StoreUnavailableException moving(StreamName stream) {
        return new StoreUnavailableException(
                "LF-3401",
                ("stream '%s' is being moved, or appended to while it is to be moved; this call stored nothing."
                                + " Repeat it.")
                        .formatted(stream),
                null);
    }

    /** LF-3402: a stream is on its way to a shard that refuses it now. */
    static StoreUnavailableException stranded(
            StreamName stream, String from, String to, InvalidRequestException refusal) {
        return new StoreUnavailableException(
                "LF-3402",
                ("stream '%s' is on its way from shard '%s', where it is read, to shard '%s', which refuses what has to be"
                                + " stored there: %s This call stored nothing, and nothing can be appended to the stream until"
                                + " that shard takes it. Open it as it was when the move was begun, and repeat the call.")
                        .formatted(stream, from, to, refusal.getMessage()),
                refusal);
    }

    /** LF-4401: a shard lacks what another one builds on. */
    static IntegrityException behind(String shard, String other, String what) {
        return new IntegrityException(
                "LF-4401",
                ("shard '%s' lacks %s, on which shard '%s' builds: it was restored to an earlier state, or is another store."
                                + " Nothing was changed. Restore it as far as the others.")
                        .formatted(shard, what, other),
                null);
    }

    /** LF-4401: an event of the store itself is not what it has to be. */
    static IntegrityException unreadable(String key, Metadata metadata) {
        return new IntegrityException(
                "LF-4401",
                ("an event of the sharded store has no number in its metadata '%s' but %s. Nothing was changed."
                                + " Nobody but the sharded store may append to a shard.")
                        .formatted(key, metadata),
                null);
    }
}
