package org.leftfold.testkit.shard;

import org.leftfold.testkit.tck.TckOptions;
import org.leftfold.testkit.tck.TckStore;
import org.leftfold.testkit.tck.framework.ConflictResolverTck;
import org.leftfold.testkit.tck.framework.HistoryTck;
import org.leftfold.testkit.tck.framework.StateTck;
import org.leftfold.testkit.tck.framework.TransformTck;

/**
 * What the framework promises of single aggregates holds over shards. What it promises over several
 * streams (decisions, messages to several aggregates) does not; of messages to one aggregate see
 * {@link AggregatesOverShardsTest}.
 */
class ThreeShardsFrameworkTckTest
        implements ConflictResolverTck, HistoryTck, StateTck, TransformTck {
    @Override
    public TckStore openStore(TckOptions options) {
        return new ShardedTckStore(3, options);
    }
}
