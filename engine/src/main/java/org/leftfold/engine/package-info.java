/**
 * The embedded event store: one directory of append-only segment files, opened by one process.
 *
 * <p>Entry point: {@link org.leftfold.engine.EmbeddedEventStore#open(java.nio.file.Path)}. A write
 * goes {@code EmbeddedEventStore} (encodes on the caller's thread), {@code WriterLoop} (gathers a
 * group), {@code Committer} (decides on each append, one write and one force for all), then index,
 * readers, followers, callers. A read goes {@code QueryPlan}, {@code IndexedEvents} or {@code
 * ScannedEvents}, segment, disk. Segments are the truth; the index is rebuilt from them. Inside:
 * {@code recovery} uses {@code index} uses {@code log}; only module {@code io} knows files. Bytes:
 * {@code docs/format.md}.
 */
@NullMarked
package org.leftfold.engine;

import org.jspecify.annotations.NullMarked;
