package org.leftfold.jdbc.viewstore;

import java.sql.Connection;

/**
 * The connection of a transaction on views, for this module: who gets it keeps the transaction
 * going, and so need not be watched, which takes two messages.
 */
public record OwnConnection(Connection connection) {}
