/** The event store on PostgreSQL, MariaDB and MySQL, and views there and on H2. */
module org.leftfold.jdbc {
    requires transitive org.leftfold.api;
    requires transitive java.sql;
    requires tools.jackson.core;
    requires static transitive org.jspecify;

    exports org.leftfold.jdbc;
}
