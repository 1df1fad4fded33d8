/**
 * The event store on PostgreSQL, MariaDB and MySQL: {@link org.leftfold.jdbc.PostgresEventStore},
 * {@link org.leftfold.jdbc.MariaDbEventStore}. Homes of views: {@link
 * org.leftfold.jdbc.JdbcViewStore}.
 */
@NullMarked
package org.leftfold.jdbc;

import org.jspecify.annotations.NullMarked;
