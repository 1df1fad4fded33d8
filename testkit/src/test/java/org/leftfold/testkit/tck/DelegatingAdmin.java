package org.leftfold.testkit.tck;

import java.util.function.LongConsumer;
import org.leftfold.api.AdminAct;
import org.leftfold.api.Backup;
import org.leftfold.api.Retention;
import org.leftfold.api.ScavengeReport;
import org.leftfold.api.StoreAdmin;
import org.leftfold.api.StoreStatistics;
import org.leftfold.api.StreamName;
import org.leftfold.api.VerificationReport;

/** An administration that passes everything on, to be broken in one place. */
class DelegatingAdmin implements StoreAdmin {
    final StoreAdmin inner;

    DelegatingAdmin(StoreAdmin inner) {
        this.inner = inner;
    }

    @Override
    public StoreStatistics statistics() {
        return inner.statistics();
    }

    @Override
    public VerificationReport verify(LongConsumer progress) {
        return inner.verify(progress);
    }

    @Override
    public void truncate(StreamName stream, long firstKeptVersion, AdminAct act) {
        inner.truncate(stream, firstKeptVersion, act);
    }

    @Override
    public void delete(StreamName stream, AdminAct act) {
        inner.delete(stream, act);
    }

    @Override
    public long retain(Retention retention, AdminAct act, LongConsumer progress) {
        return inner.retain(retention, act, progress);
    }

    @Override
    public ScavengeReport scavenge(LongConsumer progress) {
        return inner.scavenge(progress);
    }

    @Override
    public Backup backup() {
        return inner.backup();
    }

    @Override
    public long restore(Backup backup, LongConsumer progress) {
        return inner.restore(backup, progress);
    }
}
