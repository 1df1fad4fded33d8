/**
 * The home of views in a database: {@link org.leftfold.jdbc.viewstore.ViewTransactions} begins and
 * ends a transaction, {@link org.leftfold.jdbc.viewstore.SqlViewTransaction} is what is done in it,
 * {@link org.leftfold.jdbc.viewstore.ViewRows} sends many rows in one statement.
 */
@NullMarked
package org.leftfold.jdbc.viewstore;

import org.jspecify.annotations.NullMarked;
