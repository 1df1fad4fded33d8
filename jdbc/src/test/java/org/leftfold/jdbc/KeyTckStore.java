package org.leftfold.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.leftfold.api.spi.KeyStore;
import org.leftfold.api.spi.KeyWrapping;
import org.leftfold.testkit.tck.spi.SpiTckStore;

/** A key store in tables of its own on a real server. */
final class KeyTckStore implements SpiTckStore<KeyStore> {
    private final Kind kind;
    private final KeyWrapping wrapping;
    private final JdbcOptions options = Kind.ownTables();
    private KeyStore store;

    KeyTckStore(Kind kind, KeyWrapping wrapping) {
        this.kind = kind;
        this.wrapping = wrapping;
        this.store = open(kind, wrapping, options);
    }

    static JdbcKeyStore open(Kind kind, KeyWrapping wrapping, JdbcOptions options) {
        return kind == Kind.POSTGRES
                ? JdbcKeyStore.onPostgres(kind.shared(), wrapping, options)
                : JdbcKeyStore.onMariaDb(kind.shared(), wrapping, options);
    }

    @Override
    public KeyStore store() {
        return store;
    }

    @Override
    public KeyStore reopen() {
        store = open(kind, wrapping, options);
        return store;
    }

    @Override
    public void close() {
        try (Connection connection = kind.shared().getConnection();
                Statement statement = connection.createStatement()) {
            for (String table : new String[] {"keys", "key_subjects", "key_store"}) {
                statement.execute(options.tables().sql("drop table {" + table + "}"));
            }
        } catch (SQLException e) {
            throw new AssertionError("the tables of a test could not be removed", e);
        }
    }
}
