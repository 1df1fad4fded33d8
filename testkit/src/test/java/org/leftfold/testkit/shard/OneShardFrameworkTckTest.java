package org.leftfold.testkit.shard;

import org.leftfold.testkit.tck.TckOptions;
import org.leftfold.testkit.tck.TckStore;
import org.leftfold.testkit.tck.framework.FrameworkTck;

/** The framework keeps its promises over a single shard. */
class OneShardFrameworkTckTest implements FrameworkTck {
    @Override
    public TckStore openStore(TckOptions options) {
        return new ShardedTckStore(1, options);
    }

    /** The whole number is run on the in-memory store that the shard is. */
    @Override
    public int updatesPerThread() {
        return 100;
    }
}
