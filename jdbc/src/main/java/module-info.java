/** The event store on PostgreSQL, MariaDB and MySQL. */
module org.leftfold.jdbc {
    requires transitive org.leftfold.api;
    requires transitive java.sql;
    requires tools.jackson.core;
    requires static transitive org.jspecify;

    exports org.leftfold.jdbc;
}
