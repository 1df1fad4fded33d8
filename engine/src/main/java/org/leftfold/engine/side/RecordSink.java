package org.leftfold.engine.side;

import java.io.IOException;

/** Takes records in the order in which a file is to have them. */
@FunctionalInterface
interface RecordSink {
    void add(byte type, byte[] content) throws IOException;
}
