/**
 * The stores beside the log, in tables of the same database: snapshots, checkpoints of followers,
 * leases. Each call is one transaction.
 */
@NullMarked
package org.leftfold.jdbc.side;

import org.jspecify.annotations.NullMarked;
