/** The storage seam: the only module that knows files, clocks and randomness. */
module org.leftfold.io {
    requires static transitive org.jspecify;
    requires jdk.unsupported; // ExtendedOpenOption.DIRECT, by reflection in ChannelFile

    exports org.leftfold.io;
}
