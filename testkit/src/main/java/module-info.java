/** Test doubles and harnesses for programs that use Leftfold, and for Leftfold itself. */
module org.leftfold.testkit {
    requires transitive org.leftfold.api;
    requires transitive org.leftfold.framework;
    requires transitive org.leftfold.io;
    requires static transitive org.jspecify;
    requires transitive org.junit.jupiter.api;

    exports org.leftfold.testkit.disk;
    exports org.leftfold.testkit.random;
    exports org.leftfold.testkit.scenario;
    exports org.leftfold.testkit.schema;
    exports org.leftfold.testkit.tck;
    exports org.leftfold.testkit.tck.framework;
    exports org.leftfold.testkit.tck.spi;

    opens org.leftfold.testkit.tck.framework to // the domain of its tests
            org.leftfold.framework,
            tools.jackson.databind;
}
