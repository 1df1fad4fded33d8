/**
 * The small stores beside the log: snapshots, checkpoints, leases and keys, each in one file of
 * checksummed records with a map in memory. Bytes: {@code docs/format.md}.
 *
 * <p>Entry points: {@link org.leftfold.engine.side.DurableCheckpointStore}, the simplest, then its
 * three sisters; each is opened with a {@link org.leftfold.engine.side.SideHome}, under the lock of
 * the directory. A call goes {@link org.leftfold.engine.side.RecordStore} (decides under the lock
 * of the store), {@link org.leftfold.engine.side.RecordFile} (gathers records; one of the waiting
 * threads writes and forces for all), disk; only then it returns. Opening goes {@link
 * org.leftfold.engine.side.Examination}, which tells a remnant from damage, then a replay.
 *
 * <p>The log knows nothing of this package and this package nothing of events.
 */
@NullMarked
package org.leftfold.engine.side;

import org.jspecify.annotations.NullMarked;
