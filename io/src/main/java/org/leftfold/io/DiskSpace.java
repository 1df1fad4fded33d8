package org.leftfold.io;

import java.io.IOException;

/** Tells a full disk from a broken one. Java gives the system's text alone. Stateless. */
public final class DiskSpace {
    private DiskSpace() {}

    /** Whether a call failed because the disk, or what its owner may use of it, is used up. */
    public static boolean isUsedUp(IOException failure) {
        String text = String.valueOf(failure.getMessage());
        return text.contains("No space left") || text.contains("Disk quota exceeded");
    }
}
