package org.leftfold.io;

import java.io.IOException;

/** An exclusive lock on a directory. Closing releases it; closing again does nothing. */
public interface DirectoryLock extends AutoCloseable {
    @Override
    void close() throws IOException;
}
