/**
 * The event store on PostgreSQL, MariaDB and MySQL: {@link org.leftfold.jdbc.PostgresEventStore},
 * {@link org.leftfold.jdbc.MariaDbEventStore}.
 */
@NullMarked
package org.leftfold.jdbc;

import org.jspecify.annotations.NullMarked;
