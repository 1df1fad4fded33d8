package org.leftfold.engine;

import java.util.UUID;
import org.leftfold.api.Events;
import org.leftfold.api.ReadRequest;
import org.leftfold.api.spi.Follower;
import org.leftfold.engine.log.Log;

/**
 * What the followers of an embedded store read from.
 *
 * @param log says how far they may read
 * @param reads opens reads
 * @param backing says whether somebody watches for more
 * @param epoch of the store
 */
record Following(Log log, Reads reads, EmbeddedEventStore.Backing backing, UUID epoch)
        implements Follower.Source {
    @Override
    public long head() {
        if (backing.isFailing()) {
            backing.refresh();
        }
        return log.durableEnd().head();
    }

    @Override
    public boolean hasNews(long position) {
        return log.durableEnd().head() > position || backing.isFailing();
    }

    @Override
    public Events read(ReadRequest request) {
        return reads.open(request);
    }
}
