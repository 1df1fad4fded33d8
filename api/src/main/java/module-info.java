/** The contract of Leftfold: events, streams, append, read, follow. Depends on the JDK alone. */
module org.leftfold.api {
    requires static transitive org.jspecify;

    exports org.leftfold.api;
    exports org.leftfold.api.shard;
    exports org.leftfold.api.spi;
}
