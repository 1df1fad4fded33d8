/**
 * Stores on database servers, as the workloads see them.
 *
 * <p>Entry point: {@link org.leftfold.benchmarks.sql.Servers}, which starts the servers and gives
 * each store a database of its own.
 */
@NullMarked
package org.leftfold.benchmarks.sql;

import org.jspecify.annotations.NullMarked;
