/** Deciders and aggregates, repositories, evolution of events, snapshots and history. */
@SuppressWarnings(
        "module") // the test kit is named as a friend and is not there when this is compiled
module org.leftfold.framework {
    requires transitive org.leftfold.api;
    requires transitive tools.jackson.databind;
    requires static transitive org.jspecify;

    exports org.leftfold.framework;
    exports org.leftfold.framework.aggregate;
    exports org.leftfold.framework.codec;
    exports org.leftfold.framework.decide;
    exports org.leftfold.framework.history;
    exports org.leftfold.framework.projection;
    exports org.leftfold.framework.privacy;
    exports org.leftfold.framework.reflect to
            org.leftfold.testkit;
    exports org.leftfold.framework.repository;
    exports org.leftfold.framework.snapshot;
    exports org.leftfold.framework.transform;

    opens org.leftfold.framework.projection to
            tools.jackson.databind;
    opens org.leftfold.framework.history to
            tools.jackson.databind;
}
