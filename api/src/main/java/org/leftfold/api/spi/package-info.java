/**
 * The small contracts that stores and adapters fill beside {@link org.leftfold.api.EventStore}:
 * snapshots, checkpoints, leases, keys, message channels, and a listener for metrics. Applications
 * choose implementations and rarely call them.
 */
@NullMarked
package org.leftfold.api.spi;

import org.jspecify.annotations.NullMarked;
