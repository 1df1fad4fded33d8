package org.leftfold.servers;

/**
 * One database of a server.
 *
 * @param server the server, which may be shared with others
 * @param name the name of the database
 */
public record Database(DatabaseServer server, String name) {
    /** The address for a JDBC driver; further parameters follow after {@code &}. */
    public String jdbcUrl() {
        return server.jdbcUrl(name);
    }

    /** The name of a user who may do everything. */
    public String user() {
        return server.user();
    }

    /** The password of that user. */
    public String password() {
        return server.password();
    }
}
