/**
 * The stores that are compared, each behind {@link org.leftfold.benchmarks.stores.BenchStore}.
 *
 * <p>{@link org.leftfold.benchmarks.stores.StoreKind} lists them. {@link
 * org.leftfold.benchmarks.stores.RawStore} is the yardstick: what the disk and the hand-off between
 * threads allow when nothing is indexed. {@link org.leftfold.benchmarks.stores.GroupCommit} is the
 * commit thread that it lends to those peers that have none of their own.
 */
@NullMarked
package org.leftfold.benchmarks.stores;

import org.jspecify.annotations.NullMarked;
