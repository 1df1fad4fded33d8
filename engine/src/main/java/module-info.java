/** The embedded event store: one directory of append-only segment files, opened by one process. */
module org.leftfold.engine {
    requires transitive org.leftfold.api;
    requires org.leftfold.io;
    requires static transitive org.jspecify;

    exports org.leftfold.engine;
}
